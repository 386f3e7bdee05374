import { KeyturnError } from './errors.ts';
import type { Credential } from './model.ts';
import { SecretValue } from './secret-value.ts';

type Payload = Readonly<Record<string, unknown>>;

/**
 * Reads a secret's payload, JSON such as `{"resellerId": "...", "apiKey": "..."}`, exactly as it is: nothing is trimmed, so that a
 * stray character stays visible to whoever judges it. Throws SECRET_MALFORMED and names the field; the payload is never quoted.
 */
export function parseCredential(payload: SecretValue): Credential {
  const fields = parseObject(payload);
  return { resellerId: textField(fields, 'resellerId'), apiKey: new SecretValue(textField(fields, 'apiKey')) };
}

/**
 * The payload that holds `credential` and every other field of `previous`, in its order. Throws SECRET_MALFORMED if `previous` is
 * not a JSON object: overwriting what is not understood could lose somebody else's data.
 */
export function withCredential(previous: SecretValue | undefined, credential: Credential): SecretValue {
  const kept = previous === undefined ? {} : parseObject(previous);
  return new SecretValue(
    JSON.stringify({ ...kept, resellerId: credential.resellerId, apiKey: credential.apiKey.reveal() }),
  );
}

function parseObject(payload: SecretValue): Payload {
  const parsed = parseJson(payload.reveal());
  if (isPayload(parsed)) return parsed;
  throw malformed('it is not a JSON object');
}

/** V8's own syntax errors quote the text around the mistake, so they go no further than here. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textField(fields: Payload, name: 'resellerId' | 'apiKey'): string {
  const value = fields[name];
  if (value === undefined) throw malformed(`the field "${name}" is missing`);
  if (typeof value !== 'string') throw malformed(`the field "${name}" is not a text`);
  if (value === '') throw malformed(`the field "${name}" is empty`);
  return value;
}

function malformed(why: string): KeyturnError {
  return new KeyturnError('SECRET_MALFORMED', `The secret is not of the documented shape: ${why}.`, {
    fix: 'Store a JSON object with two texts: {"resellerId": "...", "apiKey": "..."}. Other fields may stand beside them.',
  });
}
