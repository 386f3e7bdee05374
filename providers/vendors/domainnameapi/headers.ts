import { KeyturnError } from '../../../src/core/errors.ts';
import type { Credential } from '../../../src/core/model.ts';
import { hasInvisibleCharacters, hasOuterWhitespace } from '../../../src/core/normalize.ts';

const SENDABLE = /^[\x20-\x7e]+$/;

/**
 * The headers of every REST call. Throws MALFORMED_CREDENTIAL for a value that would not arrive as it is stored: Node's fetch
 * trims outer spaces in silence, refuses a zero-width space and lets a no-break space through (reference domainnameapi.md,
 * section 6.2), so a check of such a value would prove another one.
 */
export function credentialHeaders({ resellerId, apiKey }: Credential): Record<string, string> {
  const key = apiKey.reveal();
  refuseMalformed('Reseller ID', resellerId);
  refuseMalformed('API key', key);
  return { Accept: 'application/json', 'Content-Type': 'application/json', 'X-API-KEY': key, __reseller: resellerId };
}

function refuseMalformed(field: string, text: string): void {
  const fault = faultOf(text);
  if (fault === undefined) return;
  throw new KeyturnError('MALFORMED_CREDENTIAL', `The ${field} ${fault}.`, {
    fix: `Copy the ${field} again from My Account > Reseller Settings > Integration Info and store it without anything around it.`,
    untouched: 'The vendor was not asked.',
    context: { field },
  });
}

function faultOf(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (hasOuterWhitespace(text)) return 'begins or ends with a space or line break';
  if (hasInvisibleCharacters(text)) return 'holds an invisible character or a line break';
  return SENDABLE.test(text) ? undefined : 'holds a character that is not plain ASCII';
}
