import { fallback, flag, list, maybe, number, type Out, object, oneOf, record, text } from '../shared/read.ts';

export const faultMode = oneOf(
  'none',
  'html',
  'html-404',
  'html-403',
  '400',
  '403',
  '405',
  '412',
  '429',
  '472',
  '473',
  '500',
  '501',
  '502',
  '503',
  'no-route',
  'empty',
  'malformed',
  'unversioned',
  'hang',
  'reset',
  'slow',
  'hang-after-write',
  'reset-after-write',
  '500-after-write',
  'success-without-write',
);
export type FaultMode = Out<typeof faultMode>;

/** One way to sign in at `auth/<mount>/login`: whoever sends these fields (and, if asked for, shows a certificate) gets a token. */
export const login = object({
  mount: text,
  fields: fallback(record(text), () => ({})),
  /** The common name of the client certificate. */
  certificate: maybe(text),
  policies: fallback(list(text), () => []),
  ttl: fallback(number, () => 3600),
  renewable: fallback(flag, () => true),
  namespace: fallback(text, () => ''),
});
export type Login = Out<typeof login>;

export const config = object({
  host: fallback(text, () => '127.0.0.1'),
  port: fallback(number, () => 0),
  controlPort: fallback(number, () => 0),
  /** PEM; with `ca` the server asks for a client certificate that the CA signed. */
  tls: maybe(object({ cert: text, key: text, ca: maybe(text) })),
  /** Listens on this Unix socket, as an Agent does, in place of host and port. */
  socketPath: maybe(text),
  rootToken: text,
  /** Added to a request that has none, as an Agent with use_auto_auth_token does; it then also wants X-Vault-Request. */
  agentToken: maybe(text),
  /** Beside the root namespace. Each has a KV engine of its own at `secret`. */
  namespaces: fallback(list(text), () => []),
  logins: fallback(list(login), () => []),
});
export type Config = Out<typeof config>;

export const ready = object({ url: text, control: text });
