import type { Operations } from '../../simulators/shared/control.ts';
import {
  fallback,
  list,
  maybe,
  nothing,
  number,
  type Out,
  object,
  oneOf,
  record,
  text,
} from '../../simulators/shared/read.ts';

/** What can go wrong before a panel has a say, or after it had one. */
const failure = oneOf(
  'none',
  'html',
  'empty',
  'malformed',
  '500',
  '502',
  '503',
  '403',
  '404',
  'reset',
  'hang',
  'reset-after-write',
  'hang-after-write',
  'login-page',
  'maintenance',
);
export type HostFailure = Out<typeof failure>;

export const config = object({
  /** Where both the front and PHP listen; PHP calls the vendor from here too. */
  address: text,
  /** All that belongs to this host, removed when it ends: it holds a pairing. */
  folder: text,
  /** The PHP binary, the panel's folder (document root) and the router script. */
  php: text,
  root: text,
  router: text,
  /** PHP settings (`-d`) and environment. */
  ini: record(text),
  env: record(text),
  workers: fallback(number, () => 3),
  /** What `php -S` prints: one line for each request. */
  log: text,
  tls: maybe(object({ cert: text, key: text })),
});
export type FrontConfig = Out<typeof config>;

export const ready = object({ url: text, inner: text, control: text });

export const operations = {
  /** Fails from now on, `times` requests or until further notice; only requests whose path contains one of `paths`, if given. */
  fail: { args: object({ mode: failure, times: maybe(number), paths: maybe(list(text)) }), result: nothing },
  /** Requests that came in since the start, by `METHOD path`; the query is left out. */
  requests: { args: object({}), result: record(number) },
} as const satisfies Operations;
