import { adviceOf, toKeyturnError } from '../core/errors.ts';
import type { Finding } from '../core/ports.ts';

/** A failure as a finding that stands in a rotation's way, with the error's own advice. */
export function blockerOf(thrown: unknown): Finding {
  const error = toKeyturnError(thrown);
  const fix = adviceOf(error);
  return { level: 'blocker', what: error.safeMessage, ...(fix !== undefined && { fix }) };
}
