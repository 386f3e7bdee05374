import type { Redis } from 'ioredis';
import type { Lease, Leases } from '../../core/ledger.ts';
import type { Clock } from '../../core/ports.ts';
import { onRedis } from './client.ts';
import { coalesce } from './coalesce.ts';
import type { RedisKeys } from './keys.ts';
import { ACQUIRE, RELEASE } from './scripts.ts';
import { createSessions, type LiveSession, lostLease, type Sessions } from './session.ts';

export interface LeaseOptions {
  /** How long a claim outlives the last sign of life of its process. A dead worker's work can be taken over after this. */
  readonly leaseMs: number;
  /** How long to wait before asking again for a name that is held. */
  readonly retryMs: number;
  /** How long one confirmation serves all who ask; far below `leaseMs`, and 0 to ask every time. */
  readonly confirmMs?: number;
}

export const LEASE_OPTIONS: LeaseOptions = { leaseMs: 800, retryMs: 50, confirmMs: 50 };

/** The leases of one process: all live and die with its session, and are confirmed together. */
export interface HeldLeases extends Leases {
  /** Stops giving signs of life; leases still held end by themselves. */
  close(): void;
}

interface Holding {
  readonly redis: Redis;
  readonly keys: RedisKeys;
  readonly confirm: (session: LiveSession) => Promise<void>;
}

export function createLeases(redis: Redis, keys: RedisKeys, clock: Clock, options = LEASE_OPTIONS): HeldLeases {
  const sessions = createSessions(redis, keys, options.leaseMs);
  const holding: Holding = { redis, keys, confirm: confirmations({ redis, keys }, sessions, options) };
  return {
    async acquire(names, signal) {
      for (;;) {
        const session = await sessions.current();
        const token = await onRedis('claim work', () => claim(holding, session, names));
        if (token > 0) return hold(holding, session, names, token);
        if (token < 0) sessions.end(session);
        else await clock.sleep(options.retryMs, signal);
      }
    },
    close: () => sessions.close(),
  };
}

async function claim({ redis, keys }: Holding, session: LiveSession, names: readonly string[]): Promise<number> {
  const claimKeys = [keys.leases, keys.tokens, keys.session(session.id)];
  return Number(await redis.eval(ACQUIRE, 3, ...claimKeys, keys.session(''), session.id, ...names));
}

function hold({ redis, keys, confirm }: Holding, session: LiveSession, names: readonly string[], token: number): Lease {
  const claimed = `${token}:${session.id}`;
  let given = false;
  async function release(...freed: readonly string[]): Promise<void> {
    await onRedis('release work', () => redis.eval(RELEASE, 1, keys.leases, claimed, ...freed));
  }
  return {
    token,
    session: session.id,
    signal: session.signal,
    // The session lives on for the process's other work; what was given back may be somebody else's by now.
    confirm: async () => {
      if (given) throw lostLease();
      await confirm(session);
    },
    drop: (name) => release(name),
    release() {
      given = true;
      return release(...names);
    },
  };
}

/**
 * One question for all leases of the process that want to know within the same moment. A session cannot come back once it has ended,
 * so an answer proves the past for certain and the next `confirmMs` as surely as any answer can that is on its way.
 */
function confirmations(
  { redis, keys }: Pick<Holding, 'redis' | 'keys'>,
  sessions: Sessions,
  { leaseMs, confirmMs = 0 }: LeaseOptions,
): (session: LiveSession) => Promise<void> {
  const asked = new WeakMap<LiveSession, number>();
  const ask = coalesce((id: string) => onRedis('confirm a lease', () => redis.exists(keys.session(id))));
  return async function confirm(session) {
    session.signal.throwIfAborted();
    const now = performance.now();
    if (now - (asked.get(session) ?? Number.NEGATIVE_INFINITY) < confirmMs) return;
    if ((await ask(session.id)) === 0) {
      sessions.end(session);
      throw lostLease();
    }
    // A process that was stopped while it waited reads an answer from before its sleep.
    if (performance.now() - now > leaseMs / 2) return confirm(session);
    asked.set(session, now);
  };
}
