import { setTimeout as wait } from 'node:timers/promises';
import { KeyturnError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** The longest time a timer of Node can hold; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. A sleeper keeps the process alive until it wakes or is aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
        await wait(Math.min(left, LONGEST_TIMER_MS), undefined, { signal });
      }
      signal.throwIfAborted();
    } catch {
      throw new KeyturnError('ABORTED', 'The wait was cut off.');
    }
  },
};
