import { type ErrorCode, type ErrorContext, KeyturnError } from '../../src/core/errors.ts';

/** What one answer of somebody else's service means, in our words: a row of a store's table of refusals. */
export interface Meaning {
  readonly code: ErrorCode;
  /** Without a full stop; the reason follows in brackets. */
  readonly what: string;
  readonly fix?: string;
}

export interface MeaningFacts {
  /** The service's own code or status: `status 503`. Never a text of the service's. */
  readonly why: string;
  readonly retryAfterMs?: number | undefined;
  readonly untouched?: string;
  readonly context: ErrorContext;
}

export function errorOfMeaning(
  { code, what, fix }: Meaning,
  { why, retryAfterMs, untouched, context }: MeaningFacts,
): KeyturnError {
  return new KeyturnError(code, `${what} (${why}).`, {
    context,
    ...(fix !== undefined && { fix }),
    ...(untouched !== undefined && { untouched }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
