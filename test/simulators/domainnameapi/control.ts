import type { Operations } from '../shared/control.ts';
import { fallback, list, maybe, nothing, number, object, oneOf, text } from '../shared/read.ts';
import { counters, environmentName, faultMode, pacing, refusalStyle } from './config.ts';

/** Which pair is meant; left out: the first account's live one. */
const which = { account: maybe(text), environment: fallback(environmentName, () => 'live' as const) };

export const requestEntry = object({
  /** ISO 8601. */
  at: text,
  environment: environmentName,
  address: text,
  method: text,
  path: text,
  /** `hashOf` the key that was presented; empty if there was none. */
  keyHash: text,
  /** The status answered, or `reset`, `hang`, `gone` (the caller went away first). */
  outcome: text,
});

/** Everything a test or the demo may do to the simulated vendor. */
export const operations = {
  /** What a person does in the vendor's panel. The old key dies at once, or after `overlapMs`. */
  regenerate: {
    args: object({ ...which, apiKey: maybe(text), overlapMs: fallback(number, () => 0) }),
    result: object({ apiKey: text }),
  },
  currentKey: {
    args: object(which),
    result: object({ resellerId: text, resellerName: text, apiKey: text }),
  },
  /** Leave `addresses` out to let every address in again. */
  setAllowList: { args: object({ ...which, addresses: maybe(list(text)) }), result: nothing },
  setBalance: { args: object({ ...which, usd: maybe(number), try: maybe(number) }), result: nothing },
  /** Per environment; left out: live and test alike. */
  setFault: {
    args: object({
      environment: maybe(environmentName),
      mode: faultMode,
      times: maybe(number),
      retryAfter: maybe(number),
      delayMs: maybe(number),
    }),
    result: nothing,
  },
  setPacing: { args: pacing, result: nothing },
  setRefusal: { args: object({ style: refusalStyle }), result: nothing },
  setLatency: { args: object({ ms: number }), result: nothing },
  requests: { args: object({}), result: list(requestEntry) },
  /** Outcomes by key hash or by caller's address: `{ <name>: { "200": 3 } }`. */
  counters: { args: object({ by: oneOf('key', 'address') }), result: counters },
  /** Forgets the request log and the counters. */
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
