import { manyConfig } from '../shared/panels.ts';
import {
  anything,
  fallback,
  flag,
  list,
  maybe,
  number,
  type Out,
  object,
  oneOf,
  record,
  text,
} from '../shared/read.ts';
import { vendorConfig } from '../shared/registrar-library.ts';

export const faultMode = oneOf(
  'none',
  'html',
  '500',
  '502',
  '503',
  '403',
  '429',
  'empty',
  'malformed',
  'hang',
  'reset',
  'slow',
  'hang-after-write',
  'reset-after-write',
  'success-without-write',
  /** The database is gone: an SQLSTATE text in place of a number. */
  'database',
);
export type FaultMode = Out<typeof faultMode>;

const permission = oneOf('manage_registrars', 'manage_tlds', 'manage_domains');

const registrar = object({
  id: number,
  title: fallback(text, () => 'DomainNameApi'),
  /** The file in library/Registrar/Adapter. */
  adapter: fallback(oneOf('DomainNameApi', 'Email'), () => 'DomainNameApi' as const),
  config: fallback(record(anything), () => ({})),
  testMode: fallback(flag, () => false),
});

const tld = object({
  tld: text,
  registrar: number,
  active: fallback(flag, () => true),
  register: fallback(flag, () => true),
});

export const panelConfig = object({
  /** `/billing` serves `/billing/api/...`. */
  prefix: fallback(text, () => ''),
  /** The address from which the panel calls the vendor; left out: the server's host. */
  address: maybe(text),
  /** `0.7`: config replaced whole, no fine permissions, TLDs without registrar; `0.8`: replaced whole; `next`: merged and validated. */
  release: fallback(oneOf('0.7', '0.8', 'next'), () => 'next' as const),
  libraryVersion: fallback(text, () => '3.0.16'),
  staff: fallback(list(object({ token: text, may: maybe(list(permission)) })), () => [
    { token: 'sim-token', may: undefined },
  ]),
  /** `api.allowed_ips`; empty allows all. */
  allowedIps: fallback(list(text), () => []),
  /** `api.require_referrer_header`, with the server's own address. */
  requireReferer: fallback(flag, () => false),
  maintenance: fallback(flag, () => false),
  updatePending: fallback(flag, () => false),
  /** Texts in another language than English. */
  translated: fallback(flag, () => false),
  registrars: fallback(list(registrar), () => [registrar.read({ id: 3 }, 'registrar')]),
  tlds: fallback(list(tld), () => [tld.read({ tld: '.com', registrar: 3 }, 'tld')]),
});
export type PanelConfig = Out<typeof panelConfig>;

export const config = object({
  host: fallback(text, () => '127.0.0.51'),
  port: fallback(number, () => 0),
  controlPort: fallback(number, () => 0),
  vendor: vendorConfig,
  panels: fallback(list(panelConfig), () => [panelConfig.read({}, 'panel')]),
  /** Instead of `panels`: as many copies of the first one, each under its own prefix. */
  many: maybe(manyConfig),
  latencyMs: fallback(number, () => 0),
});
export type Config = Out<typeof config>;

export const ready = object({ url: text, control: text });
