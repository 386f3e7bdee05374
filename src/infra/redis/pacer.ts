import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import type { Fingerprint } from '../../core/model.ts';
import type { Clock, Pacer } from '../../core/ports.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { BACK_OFF, TAKE_TURNS } from './scripts.ts';

export interface PacerOptions {
  /** Turns per second for one key, over all workers together. 0 switches pacing off. */
  readonly requestsPerSecond: number;
}

/** Fast paces reserve this much ahead in one command. Not more: turns reserved by a worker that dies are lost to everybody. */
const BLOCK_MS = 50;

/** A turn further off than this, and than ten of them, is not waited for: only a pause that the vendor asked for is so long. */
const PATIENCE_MS = 60_000;

/** The callers of one key in this process, one behind the other, and what is left of the block of turns reserved last. */
interface Line {
  last: Promise<void>;
  left: number;
  nextAt: number;
}

export function createPacer(redis: Redis, keys: RedisKeys, clock: Clock, options: PacerOptions): Pacer {
  const lines = new Map<Fingerprint, Line>();
  const intervalMs = options.requestsPerSecond > 0 ? 1000 / options.requestsPerSecond : 0;
  const block = intervalMs > 0 ? Math.max(1, Math.floor(BLOCK_MS / intervalMs)) : 1;

  async function take(key: Fingerprint, line: Line, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cutOff();
    if (line.left === 0) {
      const reserved = await onRedis('keep the pace', () =>
        redis.eval(TAKE_TURNS, 1, keys.pace(key), intervalMs, block),
      );
      const farMs = Number(reserved);
      if (farMs > PATIENCE_MS + 10 * intervalMs) throw longPause(farMs);
      line.left = block;
      line.nextAt = clock.now() + farMs;
    }
    line.left -= 1;
    const waitMs = line.nextAt - clock.now();
    line.nextAt += intervalMs;
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  }

  return {
    turn(key, signal) {
      if (intervalMs === 0) return Promise.resolve();
      const line = lines.get(key) ?? { last: Promise.resolve(), left: 0, nextAt: 0 };
      lines.set(key, line);
      const mine = line.last.then(() => take(key, line, signal));
      line.last = mine.catch(() => undefined);
      return unlessAborted(mine, signal);
    },
    async backOff(key, ms) {
      await onRedis('keep the pace', () => redis.eval(BACK_OFF, 1, keys.pace(key), Math.ceil(ms)));
      const line = lines.get(key);
      if (line) line.left = 0;
    },
  };
}

function longPause(retryAfterMs: number): KeyturnError {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new KeyturnError('RATE_LIMITED', `The vendor asked for a pause with this key; it lasts ${seconds} s more.`, {
    fix: 'Wait until it is over; if it comes again, see what else uses this key.',
    retryAfterMs,
  });
}

function cutOff(): KeyturnError {
  return new KeyturnError('ABORTED', 'The check was cut off while it waited for its turn.');
}

/** A caller that gives up is let go at once, however long the line before it is. */
function unlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    function leave(): void {
      reject(cutOff());
    }
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
