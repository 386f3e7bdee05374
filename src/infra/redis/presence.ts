import type { Redis } from 'ioredis';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';

const BEAT_MS = 1_000;
/** A worker that has not been heard of for this long counts as gone. */
const GONE_AFTER_MS = 3_500;

/** Tells others that a worker is here until the returned function is called (or the process dies). */
export async function announceWorker(redis: Redis, keys: RedisKeys, id: string): Promise<() => Promise<void>> {
  async function beat(): Promise<void> {
    await redis.zadd(keys.workers, await redisTime(redis), id);
  }
  await onRedis('announce the worker', beat);
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await redis.zrem(keys.workers, id).catch(() => undefined);
  };
}

/** How many workers are alive. Also forgets those that are long gone. */
export async function countWorkers(redis: Redis, keys: RedisKeys): Promise<number> {
  return onRedis('look for workers', async () => {
    const since = (await redisTime(redis)) - GONE_AFTER_MS;
    await redis.zremrangebyscore(keys.workers, '-inf', since - 60_000);
    return redis.zcount(keys.workers, since, '+inf');
  });
}

async function redisTime(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
