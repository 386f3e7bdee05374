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

/** The only way an error may leave a processor. An operator's or our own fault ends the job; anything else is tried again. */
export function toJobError(thrown: unknown, retryOperatorErrors = false): Error {
  const error = toKeyturnError(thrown);
  const text = `${error.code}: ${error.safeMessage}`;
  const again = error.disposition === 'retry' || error.disposition === 're-plan' || retryOperatorErrors;
  return again ? new JobError(text, error.retryAfterMs) : new UnrecoverableError(text);
}
