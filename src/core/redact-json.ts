import { redact } from './redact.ts';

/**
 * Removes every registered secret from the texts and numbers of a JSON value, names of fields included, and leaves its structure
 * alone. A panel decides what its key is: were that `"status": "` and the finished document redacted, it would break in our hands.
 */
export function redactJson(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return redact(String(value)) === String(value) ? value : redact(String(value));
  if (Array.isArray(value)) return value.map(redactJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redact(name), redactJson(inner)]));
}
