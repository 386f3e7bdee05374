import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';

/** A Redis that does not answer within this time counts as unreachable at start-up. */
const ANSWER_WITHIN_MS = 4_000;

export interface RedisFacts {
  readonly version: string;
  readonly evictionPolicy: string;
  /** Whether anything is kept on disk; undefined when the server does not tell. */
  readonly appendOnly: boolean | undefined;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}

async function within<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function readFacts(redis: Redis): Promise<RedisFacts> {
  await redis.connect();
  const info = await redis.info();
  const policy = field(info, 'maxmemory_policy') ?? (await configValue(redis, 'maxmemory-policy'));
  const appendOnly = field(info, 'aof_enabled');
  return {
    version: field(info, 'redis_version') ?? 'unknown',
    evictionPolicy: policy ?? 'unknown',
    appendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
  };
}

async function configValue(redis: Redis, name: string): Promise<string | undefined> {
  const answer: unknown = await redis.config('GET', name).catch(() => undefined);
  if (!Array.isArray(answer)) return undefined;
  const value: unknown = answer[1];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Connects and makes sure that this Redis may hold the ledger: it answers within 5 seconds and evicts nothing. Throws
 * UPSTREAM_UNAVAILABLE or REDIS_UNSUITABLE, each with the fix. `where` is host and port, for the message.
 */
export async function inspectRedis(redis: Redis, where: string): Promise<RedisFacts> {
  // A refused password is told as an event; what connect() then throws only says that the connection is closed.
  const told: string[] = [];
  function hear(error: Error): void {
    told.push(error.message);
  }
  redis.on('error', hear);
  const facts = await within(readFacts(redis))
    .catch((error: unknown) => {
      redis.disconnect();
      throw unreachable(where, [...told, error instanceof Error ? error.message : '']);
    })
    .finally(() => redis.off('error', hear));
  if (facts.evictionPolicy === 'noeviction') return facts;
  redis.disconnect();
  throw new KeyturnError(
    'REDIS_UNSUITABLE',
    `Redis at ${where} may drop data: its eviction policy is ${facts.evictionPolicy}.`,
    {
      fix: 'Run `redis-cli CONFIG SET maxmemory-policy noeviction` and put it into redis.conf, or give Keyturn a Redis of its own.',
      untouched: 'Nothing was started.',
    },
  );
}

function unreachable(where: string, told: readonly string[]): KeyturnError {
  if (told.some((text) => /NOAUTH|WRONGPASS|NOPERM/.test(text))) {
    return new KeyturnError('REDIS_UNSUITABLE', `Redis at ${where} wants another user or password.`, {
      fix: 'Put them into REDIS_URL: redis://user:password@host:6379.',
      untouched: 'Nothing was started.',
    });
  }
  return new KeyturnError('UPSTREAM_UNAVAILABLE', `Redis at ${where} does not answer.`, {
    fix: 'Start it, or correct REDIS_URL (redis://host:6379, rediss:// for TLS).',
    untouched: 'Nothing was started.',
  });
}
