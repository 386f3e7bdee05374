import { UnrecoverableError } from 'bullmq';
import { toKeyturnError } from '../src/core/errors.ts';

/** What BullMQ keeps of a failure, in clear and in several places: our safe message and nothing else. */
export class JobError extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** `by-disposition`: an operator's or our own fault ends the job, anything else is tried again. */
export type Retrying = 'always' | 'by-disposition' | 'never';

/** The only way an error may leave a processor. */
export function toJobError(thrown: unknown, retrying: Retrying): Error {
  const error = toKeyturnError(thrown);
  const text = `${error.code}: ${error.safeMessage}`;
  const passing = error.disposition === 'retry' || error.disposition === 're-plan';
  const again = retrying === 'always' || (retrying === 'by-disposition' && passing);
  return again ? new JobError(text, error.retryAfterMs) : new UnrecoverableError(text);
}
