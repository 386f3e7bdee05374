import type { Operations } from '../shared/control.ts';
import { flag, list, maybe, nothing, number, object, record, text } from '../shared/read.ts';
import { faultMode, login } from './config.ts';

/** Everything a test may do to the simulated Vault beside its own API. */
export const operations = {
  setFault: {
    args: object({
      mode: faultMode,
      times: maybe(number),
      /** Method and path, such as `POST secret/data/keyturn/main`. */
      actions: maybe(list(text)),
      retryAfter: maybe(number),
      delayMs: maybe(number),
    }),
    result: nothing,
  },
  setSealed: { args: object({ sealed: flag }), result: nothing },
  /** Every request is sent on to this base address by this status, as a standby does; left out: it is the active node again. */
  setStandby: { args: object({ location: maybe(text), status: maybe(number) }), result: nothing },
  /** Rules by path (`*` at the end: whatever follows). */
  setPolicy: { args: object({ name: text, rules: record(list(text)) }), result: nothing },
  createToken: {
    args: object({
      policies: list(text),
      ttl: maybe(number),
      renewable: maybe(flag),
      /** A renewal never goes beyond this, counted from the token's making. */
      maxTtl: maybe(number),
      namespace: maybe(text),
      /** Without the policy `default`. */
      bare: maybe(flag),
    }),
    result: object({ token: text }),
  },
  revoke: { args: object({ token: text }), result: nothing },
  /** Revokes all tokens but the root token. */
  revokeAll: { args: object({}), result: nothing },
  setLogins: { args: object({ logins: list(login) }), result: nothing },
  /** Moves the server's clock. */
  advance: { args: object({ seconds: number }), result: nothing },
  /** All requests so far, oldest first; `token` is `hashOf` of what was sent, empty if none was. */
  requests: {
    args: object({}),
    result: list(object({ method: text, path: text, namespace: text, token: text, status: text })),
  },
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
