import { request as httpRequest, type RequestOptions } from 'node:http';
import { isRecord } from './read.ts';

export interface VendorCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address to call from: the panel's own. */
  readonly from?: string | undefined;
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
}

export interface VendorAnswer {
  readonly status: number;
  readonly body: string;
}

/** One call on a connection of its own, as PHP's curl makes it. Undefined: no answer at all (refused, reset, timed out). */
export async function callVendor(call: VendorCall): Promise<VendorAnswer | undefined> {
  const send = call.url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  return new Promise((resolve) => {
    const options: RequestOptions & { ca?: string } = {
      method: call.method,
      headers: call.headers,
      agent: false,
      signal: AbortSignal.timeout(call.timeoutMs),
      ...(call.from !== undefined && { localAddress: call.from }),
      ...(call.ca !== undefined && { ca: call.ca }),
    };
    const request = send(call.url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.on('error', () => resolve(undefined));
    request.end(call.body);
  });
}

/** A JSON object, or undefined for anything else, as the PHP library treats it. */
export function decodeObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
