import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import type { Lease, Leases } from '../../core/ledger.ts';
import type { Clock } from '../../core/ports.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { ACQUIRE, CONFIRM, DROP, RELEASE, RENEW } from './scripts.ts';

export interface LeaseOptions {
  /** How long a claim outlives its last renewal. A dead worker's work can be taken over after this. */
  readonly leaseMs: number;
  /** How long to wait before asking again for a name that is held. */
  readonly retryMs: number;
}

export const LEASE_OPTIONS: LeaseOptions = { leaseMs: 1_000, retryMs: 100 };

/** The leases of one process: one heartbeat renews them all in one command, however many names they cover. */
export interface HeldLeases extends Leases {
  /** Stops renewing; leases still held end by themselves. */
  close(): void;
}

/** What the leases of one process share. `held` maps the token of each lease to the switch that tells its holder it is lost. */
interface Holding {
  readonly redis: Redis;
  readonly keys: RedisKeys;
  readonly options: LeaseOptions;
  readonly held: Map<number, AbortController>;
}

function lostLease(): KeyturnError {
  return new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.', {
    untouched: 'This worker wrote nothing more.',
  });
}

export function createLeases(redis: Redis, keys: RedisKeys, clock: Clock, options = LEASE_OPTIONS): HeldLeases {
  const holding: Holding = { redis, keys, options, held: new Map() };
  const heartbeat = setInterval(() => void renewAll(holding), options.leaseMs / 3);
  heartbeat.unref();
  return {
    async acquire(names, signal) {
      for (;;) {
        const token = await onRedis('claim work', () => claim(holding, names));
        if (token > 0) return hold(holding, names, token);
        await clock.sleep(options.retryMs, signal);
      }
    },
    close: () => clearInterval(heartbeat),
  };
}

async function claim({ redis, keys, options }: Holding, names: readonly string[]): Promise<number> {
  return Number(await redis.eval(ACQUIRE, 3, keys.leases, keys.alive, keys.tokens, options.leaseMs, ...names));
}

function hold({ redis, keys, held }: Holding, names: readonly string[], token: number): Lease {
  const lost = new AbortController();
  held.set(token, lost);
  const confirm = coalesce(async () => {
    lost.signal.throwIfAborted();
    const alive = await onRedis('confirm a lease', () => redis.eval(CONFIRM, 1, keys.alive, token));
    if (alive === 1) return;
    lost.abort(lostLease());
    throw lostLease();
  });
  return {
    token,
    signal: lost.signal,
    confirm,
    async drop(name) {
      await onRedis('release work', () => redis.eval(DROP, 1, keys.leases, token, name));
    },
    async release() {
      held.delete(token);
      await onRedis('release work', () => redis.eval(RELEASE, 2, keys.leases, keys.alive, token, ...names));
    },
  };
}

async function renewAll({ redis, keys, options, held }: Holding): Promise<void> {
  if (held.size === 0) return;
  try {
    const lost = await redis.eval(RENEW, 1, keys.alive, options.leaseMs, ...held.keys());
    for (const token of Array.isArray(lost) ? lost.map(Number) : []) {
      held.get(token)?.abort(lostLease());
      held.delete(token);
    }
  } catch {
    // Redis is away: nobody else can claim either, and `confirm` refuses every write until it is back.
  }
}

/** Callers that ask while a question is on its way share the next one; an answer older than the question never counts. */
function coalesce(ask: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return function confirm(): Promise<void> {
    if (!asking) {
      asking = ask().finally(() => {
        asking = undefined;
      });
      return asking;
    }
    next ??= asking
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return confirm();
      });
    return next;
  };
}
