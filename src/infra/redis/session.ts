import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';

/**
 * A process's sign of life: a key that lives only as long as it keeps being renewed, and that can never be renewed once it has
 * gone. So "it is there" means "it was there all the time", and whatever was claimed under it has not been taken over.
 */
export interface LiveSession {
  readonly id: string;
  /** Fires when the session is known to be over. */
  readonly signal: AbortSignal;
}

export interface Sessions {
  /** The session that is alive now, or a new one. */
  current(): Promise<LiveSession>;
  /** Declares a session over that was found dead. */
  end(session: LiveSession): void;
  close(): void;
}

interface Open extends LiveSession {
  readonly lost: AbortController;
  /** `performance.now()` when the last renewal that succeeded was sent. */
  renewedAt: number;
}

export function lostLease(): KeyturnError {
  return new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.', {
    untouched: 'This worker wrote nothing more.',
  });
}

/** Renews the session three times within its life, in one command however much is claimed under it. */
export function createSessions(redis: Redis, keys: RedisKeys, lifeMs: number): Sessions {
  let open: Promise<Open> | undefined;
  function end(session: Open): void {
    session.lost.abort(lostLease());
    open = undefined;
  }
  async function beat(): Promise<void> {
    const session = await open;
    if (!session) return;
    const sentAt = performance.now();
    // This process slept (or Redis was away) for longer than the session lives: work in flight stops before it goes on.
    if (sentAt - session.renewedAt > lifeMs) {
      end(session);
      return;
    }
    const renewed = await redis.set(keys.session(session.id), '1', 'PX', lifeMs, 'XX');
    if (renewed === null) end(session);
    else session.renewedAt = sentAt;
  }
  // While Redis is away nobody can claim anything either, and every write is refused until it is back.
  const heartbeat = setInterval(() => void beat().catch(() => undefined), lifeMs / 3);
  heartbeat.unref();
  return {
    async current() {
      open ??= begin(redis, keys, lifeMs);
      open.catch(() => {
        open = undefined;
      });
      return open;
    },
    end(session) {
      void open?.then((current) => {
        if (current.id === session.id) end(current);
      });
    },
    close: () => clearInterval(heartbeat),
  };
}

async function begin(redis: Redis, keys: RedisKeys, lifeMs: number): Promise<Open> {
  const id = randomUUID();
  const renewedAt = performance.now();
  await onRedis('sign on', () => redis.set(keys.session(id), '1', 'PX', lifeMs));
  const lost = new AbortController();
  return { id, lost, signal: lost.signal, renewedAt };
}
