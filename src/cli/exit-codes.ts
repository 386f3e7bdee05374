import type { ErrorCode, KeyturnError } from '../core/errors.ts';

/** What every command ends with (docs/command-line.md). */
export const EXIT = {
  ok: 0,
  usage: 2,
  configuration: 3,
  notProven: 4,
  partlyApplied: 5,
  internal: 70,
  tryAgain: 75,
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.configuration,
  CAPABILITY_MISSING: EXIT.configuration,
  REDIS_UNSUITABLE: EXIT.configuration,
  SECRET_NOT_FOUND: EXIT.configuration,
  SECRET_MALFORMED: EXIT.configuration,
  SIGN_IN_EXPIRED: EXIT.configuration,
  MALFORMED_CREDENTIAL: EXIT.notProven,
  CREDENTIAL_REJECTED: EXIT.notProven,
  WRONG_ACCOUNT: EXIT.notProven,
  WRONG_ENVIRONMENT: EXIT.notProven,
  ADDRESS_NOT_ALLOWED: EXIT.notProven,
  PERMISSION_DENIED: EXIT.notProven,
  PANEL_REFUSED: EXIT.notProven,
  STORE_CONFLICT: EXIT.tryAgain,
  LEASE_LOST: EXIT.tryAgain,
  SUPERSEDED: EXIT.tryAgain,
  RATE_LIMITED: EXIT.tryAgain,
  UPSTREAM_UNAVAILABLE: EXIT.tryAgain,
  TIMEOUT: EXIT.tryAgain,
  UNEXPECTED_RESPONSE: EXIT.internal,
  ABORTED: EXIT.interrupted,
  INVARIANT_BROKEN: EXIT.internal,
};

export function exitCodeOf(error: KeyturnError): number {
  return BY_CODE[error.code];
}
