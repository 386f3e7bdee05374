import { isRecord } from './read.ts';
import { decodeObject, type VendorAnswer } from './vendor-call.ts';

export interface LibraryError {
  readonly code: string;
  readonly message: string;
  readonly details: string;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function firstText(...values: readonly unknown[]): string {
  return values.find((value) => typeof value === 'string') ?? '';
}

/** What the library makes of a status outside 200-299 (reference, section 4.3): code, message and details. */
export function toLibraryError(answer: VendorAnswer, libraryVersion: readonly number[]): LibraryError {
  const code = `API_${answer.status}`;
  if (answer.status === 301 || answer.status === 302) {
    return {
      code,
      message: 'Invalid API credentials',
      details: 'Authentication failed. Check your API key and reseller ID.',
    };
  }
  const body = decodeObject(answer.body) ?? {};
  const inner = isRecord(body['error']) ? body['error'] : {};
  const message = firstText(body['message'], inner['message'], answer.body);
  const details = firstText(body['details'], inner['details'], answer.body);
  // Before 3.0.9 an empty body made an empty message.
  if (message.trim() !== '' || (libraryVersion[2] ?? 0) < 9) return { code, message, details };
  const named = `HTTP ${answer.status} - ${REASONS[answer.status] ?? 'Unexpected Response'}`;
  return { code, message: named, details: details.trim() === '' ? named : details };
}

/** What the library makes of a legacy answer: in-band codes, or a connection error if there was no such answer. */
export function toLegacyError(body: string): LibraryError {
  const code = /<a:ErrorCode>(\d+)</.exec(body)?.[1];
  const details = /<a:OperationMessage>([^<]*)</.exec(body)?.[1] ?? '';
  if (code !== undefined) return { code: `API_${code}_ERROR`, message: 'Failed', details };
  return {
    code: 'RESPONSE_SOAP',
    message: 'SOAP Connection Error',
    details: "SOAP-ERROR: Parsing WSDL: Couldn't load",
  };
}
