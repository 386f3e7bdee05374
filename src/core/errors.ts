import { redact } from './redact.ts';

/** What to do about a failure. `retry`: again, later. `operator`: a person must act. `re-plan`: the world moved on. `bug`: ours. */
export type Disposition = 'retry' | 'operator' | 're-plan' | 'bug';

const DISPOSITIONS = {
  CONFIG_INVALID: 'operator',
  CAPABILITY_MISSING: 'operator',
  REDIS_UNSUITABLE: 'operator',
  SECRET_NOT_FOUND: 'operator',
  SECRET_MALFORMED: 'operator',
  SIGN_IN_EXPIRED: 'operator',
  MALFORMED_CREDENTIAL: 'operator',
  CREDENTIAL_REJECTED: 'operator',
  WRONG_ACCOUNT: 'operator',
  WRONG_ENVIRONMENT: 'operator',
  ADDRESS_NOT_ALLOWED: 'operator',
  PERMISSION_DENIED: 'operator',
  PANEL_REFUSED: 'operator',
  STORE_CONFLICT: 're-plan',
  LEASE_LOST: 're-plan',
  SUPERSEDED: 're-plan',
  RATE_LIMITED: 'retry',
  UPSTREAM_UNAVAILABLE: 'retry',
  TIMEOUT: 'retry',
  UNEXPECTED_RESPONSE: 'retry',
  ABORTED: 'retry',
  INVARIANT_BROKEN: 'bug',
} as const satisfies Record<string, Disposition>;

export type ErrorCode = keyof typeof DISPOSITIONS;

/** Flat facts only: ids, counts, statuses. Never an upstream text, never a value. */
export type ErrorContext = Readonly<Record<string, string | number | boolean>>;

export interface ErrorDetails {
  /** What the reader should do now. One sentence. */
  readonly fix?: string;
  /** What was certainly not changed. One sentence. */
  readonly untouched?: string;
  readonly retryAfterMs?: number;
  readonly context?: ErrorContext;
}

/**
 * The one error type. `safeMessage` says what happened in our words and is built from ids and codes alone, so it may be logged,
 * stored in Redis and shown; the redactor sees it all the same, for an id that a person gave may be a key in the wrong place. A client library's error is never kept as `cause`: several of them carry tokens and bodies.
 */
export class KeyturnError extends Error {
  override readonly name = 'KeyturnError';
  readonly code: ErrorCode;
  readonly safeMessage: string;
  readonly fix: string | undefined;
  readonly untouched: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, safeMessage: string, details: ErrorDetails = {}) {
    const message = redact(safeMessage);
    super(message);
    this.code = code;
    this.safeMessage = message;
    this.fix = details.fix === undefined ? undefined : redact(details.fix);
    this.untouched = details.untouched === undefined ? undefined : redact(details.untouched);
    this.retryAfterMs = details.retryAfterMs;
    this.context = details.context ?? {};
  }

  get disposition(): Disposition {
    return DISPOSITIONS[this.code];
  }
}

/** What to do about an error: its own advice, or, if the other side simply did not answer well, the general one. */
export function adviceOf({ fix, disposition }: KeyturnError): string | undefined {
  if (fix !== undefined || disposition !== 'retry') return fix;
  return 'See whether it is up and whether this machine may reach it, then try again.';
}

/** Turns anything thrown into a KeyturnError. What is not one of ours becomes a bug with no text of its own. */
export function toKeyturnError(thrown: unknown): KeyturnError {
  if (thrown instanceof KeyturnError) return thrown;
  if (thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError')) {
    return new KeyturnError(
      thrown.name === 'AbortError' ? 'ABORTED' : 'TIMEOUT',
      'The step was cut off before it ended.',
    );
  }
  return new KeyturnError('INVARIANT_BROKEN', `An error that Keyturn did not expect (${nameOf(thrown)}).`, {
    fix: 'Run the same command again; if it stays, report it with the log lines around it.',
  });
}

/** The kind of what was thrown. A library may set any text as an error's name, so only what looks like a class name is repeated. */
function nameOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const { name } = thrown;
  return typeof name === 'string' && /^[A-Za-z]{1,40}$/u.test(name) ? name : 'Error';
}
