import { z } from 'zod';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { Balance } from '../../../src/core/verdict.ts';

/** What a 200 proves: whose account answered. Balances are shown, never decisive. */
export interface Account {
  readonly resellerId: string;
  readonly balances: readonly Balance[];
}

const BALANCE_FIELD = /^([a-z]{3})Balance$/;
/** Flat in the documented answer. `error` beside an identity contradicts it, so it is looked at too. */
const accountBody = z.looseObject({ resellerId: z.string().min(1), error: z.null().optional() });
/** One independent client of the API also met the same object inside `data`. */
const wrappedBody = z.looseObject({ data: accountBody, error: z.null().optional() }).transform(({ data }) => data);
const answerBody = z.union([accountBody, wrappedBody]);

/** Reads the body of a 200. Gives a sentence of ours when it is not the documented answer. */
export function readAccount(text: string): Account | string {
  if (text.trim() === '') return 'The vendor answered 200 with nothing in it.';
  const json = parseJson(text);
  if (json === undefined) return 'The vendor answered 200 with something that is not JSON.';
  const body = answerBody.safeParse(json);
  if (!body.success) return 'The vendor answered 200 without a Reseller ID: nobody vouches for the credential.';
  return { resellerId: body.data.resellerId, balances: Object.entries(body.data).flatMap(toBalance) };
}

function toBalance([name, value]: [string, unknown]): Balance[] {
  const currency = BALANCE_FIELD.exec(name)?.[1];
  const known = currency !== undefined && typeof value === 'number' && Number.isFinite(value);
  return known ? [{ currency: currency.toUpperCase(), amount: value }] : [];
}
