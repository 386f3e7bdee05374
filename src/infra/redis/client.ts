import { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import { redisTls } from '../../core/redis-tls.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { RedisKeys } from './keys.ts';

/** For those who only pass it on. */
export type RedisClient = Redis;

/** Producers and the ledger give up after a few tries, so that a dead Redis is an error in seconds and not a hang. */
const OPTIONS = {
  maxRetriesPerRequest: 3,
  connectTimeout: 3_000,
  retryStrategy: (times: number) => Math.min(times * 100, 1_000),
  lazyConnect: true,
};

/**
 * Opens our own connection (BullMQ has its own, made in jobs/). The URL may hold a password: it is registered for redaction and
 * kept out of every message. Errors on the connection are swallowed here because every command reports its own.
 */
export function connectRedis(url: SecretValue): Redis {
  const address = url.reveal();
  const redis = new Redis(address, { ...OPTIONS, ...redisTls(address) });
  redis.on('error', () => undefined);
  return redis;
}

/** The host and port of a Redis URL, for messages; never its user or password. */
export function describeRedisUrl(url: SecretValue): string {
  const text = url.reveal();
  if (!URL.canParse(text)) return 'the Redis address given';
  const parsed = new URL(text);
  if (parsed.password !== '') new SecretValue(decodeURIComponent(parsed.password));
  return `${parsed.hostname}:${parsed.port || '6379'}`;
}

/** Runs one command of ours and maps the client's error: what it says may quote arguments, so only our words remain. */
export async function onRedis<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof KeyturnError) throw error;
    throw redisError(what, error);
  }
}

/** Deletes every key under a prefix, BullMQ's included. */
export async function forgetEverything(redis: Redis, keys: RedisKeys): Promise<void> {
  for await (const found of redis.scanStream({ match: `${keys.prefix}:*`, count: 500 })) {
    const names: unknown = found;
    if (Array.isArray(names) && names.length > 0) await redis.del(...names.map(String));
  }
}

function redisError(what: string, error: unknown): KeyturnError {
  const text = error instanceof Error ? error.message : '';
  if (/^OOM /.test(text)) {
    return new KeyturnError('UPSTREAM_UNAVAILABLE', `Redis is full and could not ${what}.`, {
      fix: 'Give Redis more memory, then run the same command again; nothing was lost.',
    });
  }
  if (/^(NOAUTH|WRONGPASS|NOPERM)/.test(text)) {
    return new KeyturnError('REDIS_UNSUITABLE', `Redis denied access when asked to ${what}.`, {
      fix: 'Check the user, the password and the ACL in REDIS_URL.',
    });
  }
  return new KeyturnError('UPSTREAM_UNAVAILABLE', `Redis could not be reached to ${what}.`, {
    fix: 'Start Redis again; the same command then carries on where it stopped.',
  });
}
