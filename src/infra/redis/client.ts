import { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import { redisTls } from '../../core/redis-tls.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { RedisKeys } from './keys.ts';

/** For those who only pass it on. */
export type RedisClient = Redis;

/** ioredis watches a closed connection for this long, and the process stays for it: two seconds by default, after every command. */
export const DISCONNECT_MS = 100;

/** Producers and the ledger give up after a few tries, so that a dead Redis is an error in seconds and not a hang. */
const OPTIONS = {
  maxRetriesPerRequest: 3,
  connectTimeout: 3_000,
  retryStrategy: (times: number) => Math.min(times * 100, 1_000),
  lazyConnect: true,
  disconnectTimeout: DISCONNECT_MS,
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

/**
 * The host and port of a Redis URL, for messages; never its user or password, of which the latter is registered for redaction.
 * Throws CONFIG_INVALID for what is no Redis URL, before anybody tries to make sense of it.
 */
export function describeRedisUrl(url: SecretValue): string {
  const text = url.reveal();
  if (text.startsWith('/')) return text.replace(/\?.*/su, '');
  if (!/^rediss?:\/\/./iu.test(text) || !URL.canParse(text)) throw unusable();
  const { hostname, port, username, password } = new URL(text);
  if (![username, password].every(canDecode)) throw unusable();
  if (password !== '') new SecretValue(decodeURIComponent(password));
  return `${hostname}:${port || '6379'}`;
}

/** Whether commands and the password go to another machine without TLS. */
export function isInClear(url: SecretValue): boolean {
  return /^redis:/iu.test(url.reveal()) && !/^(localhost|127\.|\[::1\])/u.test(describeRedisUrl(url));
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text).length >= 0;
  } catch {
    return false;
  }
}

function unusable(): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', 'The address of Redis is not a usable URL.', {
    fix: 'Write redis://user:password@host:6379 (rediss:// for TLS); in the password write % as %25, @ as %40, / as %2F and # as %23.',
    untouched: 'Nothing was started.',
  });
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
