import { isIP } from 'node:net';
import { z } from 'zod';
import { parseJson } from '../../../src/core/parse-json.ts';

const MAX_MESSAGE = 2_000;
const spoken = z.string().optional().catch(undefined);
const spokenParts = { message: spoken, details: spoken };
/** The ABP style error body, and the flat one that the vendor's own client reads as well. */
const errorBody = z.object({ ...spokenParts, error: z.object(spokenParts).optional().catch(undefined) });

/** What the vendor says in an error body, or the body itself when it is plain text. Empty for a page or anything else. */
export function messageOf(text: string): string {
  const json = parseJson(text);
  if (json === undefined) return text.trimStart().startsWith('<') ? '' : text.slice(0, MAX_MESSAGE);
  const body = errorBody.safeParse(typeof json === 'string' ? { message: json } : json);
  if (!body.success) return '';
  const { error, message, details } = body.data;
  return [error?.message, error?.details, message, details]
    .filter((part) => part !== undefined)
    .join(' ')
    .slice(0, MAX_MESSAGE);
}

/**
 * The two sentences known for a caller that is not on the account's address list; the status that comes with them is not
 * documented. Under 429 the first alone counts, since a throttle may well name "your current IP address" too.
 */
export function isAddressRefusal(message: string, status: number): boolean {
  return /is not authorized to access/i.test(message) || (status !== 429 && /current IP address/i.test(message));
}

/** The address named in the refusal: how this machine looks from outside. */
export function refusedAddress(message: string): string | undefined {
  const candidates = message.match(/[0-9a-f][0-9a-f:.]{2,44}/gi) ?? [];
  return candidates.map((text) => text.replace(/[.:]+$/, '')).find((text) => isIP(text) !== 0);
}
