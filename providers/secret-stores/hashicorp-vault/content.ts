import { isDeepStrictEqual } from 'node:util';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';

/** Throws SECRET_MALFORMED for anything but the text of a JSON object: KV holds nothing else. */
export function assertFields(value: SecretValue): void {
  const fields = parse(value.reveal());
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return;
  throw new KeyturnError('SECRET_MALFORMED', "A secret of Vault's KV engine is a JSON object; this value is none.", {
    fix: 'Store fields, such as {"resellerId": "...", "apiKey": "..."}.',
    untouched: 'The secret was not changed.',
  });
}

/** Vault keeps fields, not text: their order and the space between them are not kept. */
export function sameContent(a: SecretValue, b: SecretValue): boolean {
  return a.reveal() === b.reveal() || isDeepStrictEqual(parse(a.reveal()), parse(b.reveal()));
}

/** V8's own errors quote the text around the mistake, so they go no further than here. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
