import { adviceOf, toKeyturnError } from '../../src/core/errors.ts';
import type { Finding, FindingLevel } from '../../src/core/ports.ts';

export function ok(what: string): Finding {
  return { level: 'ok', what };
}

export function warning(what: string, fix: string): Finding {
  return { level: 'warning', what, fix };
}

export function blocker(what: string, fix: string): Finding {
  return { level: 'blocker', what, fix };
}

/** An expected failure as a finding. What preflight must not swallow, an abort or a bug, is thrown on. */
export function findingOf(thrown: unknown, level: FindingLevel = 'blocker'): Finding {
  const error = toKeyturnError(thrown);
  if (error.code === 'ABORTED' || error.disposition === 'bug') throw thrown;
  const fix = adviceOf(error);
  return { level, what: error.safeMessage, ...(fix !== undefined && { fix }) };
}
