import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ledger, RotationRecord } from '../../src/core/ledger.ts';
import type { AccountId, RotationId, VersionId } from '../../src/core/model.ts';
import type { Pacer } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { connectRedis, type RedisClient } from '../../src/infra/redis/client.ts';
import { type RedisKeys, redisKeys } from '../../src/infra/redis/keys.ts';
import { createLeases, type HeldLeases, type LeaseOptions } from '../../src/infra/redis/leases.ts';
import { createLedger } from '../../src/infra/redis/ledger.ts';
import { createPacer } from '../../src/infra/redis/pacer.ts';
import { realClock } from './provider-deps.ts';
import type { TestRedis } from './redis.ts';

/** Our own part of Redis as one worker process has it: a connection of its own, its leases, its ledger. */
export interface Engine {
  readonly redis: RedisClient;
  readonly keys: RedisKeys;
  readonly leases: HeldLeases;
  readonly ledger: Ledger;
  pacer(requestsPerSecond: number): Pacer;
  /** As if the process had died: nothing is renewed any more, nothing is given back. */
  die(): void;
}

/** A prefix that no other test uses; engines on the same one are workers of the same installation. */
export function freshPrefix(): string {
  return `{test-${randomUUID().slice(0, 8)}}`;
}

export function openEngine(server: TestRedis, prefix: string, options?: LeaseOptions): Engine {
  const redis = connectRedis(new SecretValue(server.url));
  const keys = redisKeys(prefix);
  const leases = createLeases(redis, keys, realClock, options);
  return {
    redis,
    keys,
    leases,
    ledger: createLedger(redis, keys, realClock),
    pacer: (requestsPerSecond) => createPacer(redis, keys, realClock, { requestsPerSecond }),
    die() {
      leases.close();
      redis.disconnect();
    },
  };
}

export function rotationRecord(changes: Partial<RotationRecord> = {}): RotationRecord {
  return {
    rotationId: randomUUID() as RotationId,
    accountId: 'acme' as AccountId,
    environment: 'live',
    reason: 'requested',
    actor: 'test',
    state: 'staged',
    versionId: 'v2' as VersionId,
    bindings: 0,
    openedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

/** Looks every few milliseconds until `look` gives something; rejects, saying what was awaited, after `withinMs`. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  withinMs = 20_000,
): Promise<Found> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${String(withinMs)} ms`);
    await wait(10);
  }
}

export const never = new AbortController().signal;
