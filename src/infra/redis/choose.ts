import { join } from 'node:path';
import { KeyturnError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { describeRedisUrl, isInClear } from './client.ts';
import { findRedisServer, openPrivateServer } from './private-server.ts';

/** A Redis to work with. `embedded` keeps nothing: for the demo and tests alone. */
export interface ChosenRedis {
  readonly kind: 'url' | 'private' | 'embedded';
  readonly url: SecretValue;
  /** Host and port. */
  readonly where: string;
  /** One line for the operator: which Redis, and why this one. */
  readonly choice: string;
  stop(): Promise<void>;
}

export interface RedisWishes {
  /** From the configuration or REDIS_URL. */
  readonly url: SecretValue | undefined;
  /** Where a private server may keep its data. */
  readonly directory: string;
  readonly path: string | undefined;
  /** Whether a Redis that forgets everything will do. */
  readonly allowEmbedded: boolean;
}

/** Picks a Redis: the one that was given; else a private `redis-server` from PATH; else, where allowed, one in memory. */
export async function chooseRedis(wishes: RedisWishes): Promise<ChosenRedis> {
  if (wishes.url) return given(wishes.url);
  const binary = await findRedisServer(wishes.path);
  if (binary) return privateServer(binary, join(wishes.directory, 'redis'));
  if (wishes.allowEmbedded) return embedded();
  throw new KeyturnError(
    'REDIS_UNSUITABLE',
    'There is no Redis: REDIS_URL is not set and no redis-server is on PATH.',
    {
      fix: 'Set REDIS_URL, or install Redis (Debian: apt-get install redis-server; macOS: brew install redis). The in-memory server of the demo forgets everything when it stops, so it is not used for real work.',
      untouched: 'Nothing was started.',
    },
  );
}

function given(url: SecretValue): ChosenRedis {
  const where = describeRedisUrl(url);
  const choice = `Redis: ${where}, from REDIS_URL${isInClear(url) ? ', NOT ENCRYPTED (rediss:// is)' : ''}`;
  return { kind: 'url', url, where, choice, stop: () => Promise.resolve() };
}

async function privateServer(binary: string, directory: string): Promise<ChosenRedis> {
  const { url, stop } = await openPrivateServer(binary, directory);
  const where = describeRedisUrl(url);
  return {
    kind: 'private',
    url,
    where,
    choice: `Redis: a private ${binary} on ${where}, data in ${directory}`,
    stop,
  };
}

/** An in-memory server in this process (js-redis-server). */
export async function embedded(): Promise<ChosenRedis> {
  const { createRedisMock } = await import('js-redis-server');
  const server = await createRedisMock({ compatibility: 'redis-7.0' });
  const url = new SecretValue(server.url);
  const choice = 'Redis: embedded, in memory; nothing in it survives this process';
  return { kind: 'embedded', url, where: describeRedisUrl(url), choice, stop: () => server.close() };
}
