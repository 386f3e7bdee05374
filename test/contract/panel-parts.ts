import type { HttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { toKeyturnError } from '../../src/core/errors.ts';

/** A pause takes no time here, but still ends when it is cut off. */
export function impatientClock(clock: ProviderDeps['clock']): ProviderDeps['clock'] {
  return { now: () => clock.now(), sleep: (_ms, signal) => clock.sleep(0, signal) };
}

/** Cuts the step off just after its first request went out. */
export function abortingWhenSent(http: HttpClient, cut: AbortController): HttpClient {
  return {
    send(message, signal) {
      const answer = http.send(message, signal);
      setImmediate(() => cut.abort());
      return answer;
    },
    close: () => http.close(),
  };
}

/** All that anybody could print of an error. */
export function tellAll(thrown: unknown): string {
  const error = toKeyturnError(thrown);
  const stack = thrown instanceof Error ? thrown.stack : '';
  return JSON.stringify([error.safeMessage, error.fix, error.untouched, error.context, stack]);
}
