import { randomUUID } from 'node:crypto';
import { randomKey } from '../shared/hash.ts';
import { fallback, flag, list, maybe, number, type Out, object, oneOf, record, text } from '../shared/read.ts';

export const CANARY_DOMAIN = 'keyturn-canary.com';

export const environmentName = oneOf('live', 'test');
export type EnvironmentName = Out<typeof environmentName>;

/** How a wrong pair is refused. Which of them the real vendor uses is not known. */
export const refusalStyle = oneOf('401', '401-text', '401-empty', '302');

export const faultMode = oneOf(
  'none',
  '302',
  '401',
  '403',
  '429',
  '500',
  '502',
  '503',
  'html',
  'empty',
  'malformed',
  'reset',
  'hang',
  'slow',
  'no-id',
  'wrong-id',
  'zero-balance',
);
export type FaultMode = Out<typeof faultMode>;

/** A token bucket per key: `perSecond` tokens a second, room for 1 + `burst`. */
export const pacing = object({
  on: fallback(flag, () => true),
  perSecond: fallback(number, () => 1),
  burst: fallback(number, () => 1),
  /** Refuse a request while another one with the same key is still being answered. */
  refuseConcurrent: fallback(flag, () => true),
  /** Seconds to put into `Retry-After`; left out, the answer has no such header. */
  retryAfter: maybe(number),
});
export type Pacing = Out<typeof pacing>;

const pair = object({
  resellerId: fallback(text, () => randomUUID()),
  resellerName: fallback(text, () => 'Example Hosting Ltd'),
  apiKey: fallback(text, () => randomKey()),
  usdBalance: fallback(number, () => 125.5),
  tryBalance: fallback(number, () => 0),
  /** Left out: any address may call. */
  allowedAddresses: maybe(list(text)),
  domains: fallback(list(text), () => [CANARY_DOMAIN]),
});
export type PairConfig = Out<typeof pair>;

const account = object({
  name: text,
  live: fallback(pair, () => pair.read({}, 'live')),
  test: fallback(pair, () => pair.read({}, 'test')),
});

export const config = object({
  host: fallback(text, () => '127.0.0.20'),
  port: fallback(number, () => 0),
  /** The test environment's own address and port. */
  testHost: maybe(text),
  testPort: fallback(number, () => 0),
  controlPort: fallback(number, () => 0),
  tls: maybe(object({ cert: text, key: text })),
  accounts: fallback(list(account), () => [account.read({ name: 'main' }, 'account')]),
  pacing: fallback(pacing, () => pacing.read({}, 'pacing')),
  refusal: fallback(refusalStyle, () => '401' as const),
  notAllowedStatus: fallback(number, () => 403),
  latencyMs: fallback(number, () => 0),
});
export type Config = Out<typeof config>;

export const ready = object({ live: text, test: text, control: text });

export const counters = record(record(number));
