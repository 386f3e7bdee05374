import type { Redis } from 'ioredis';
import type { Ledger } from '../../core/ledger.ts';
import type { Clock } from '../../core/ports.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { decodeStoryLine } from './ledger-record.ts';

/** A story line as it is stored. */
export function storyLine(clock: Clock, what: string): string {
  return JSON.stringify({ at: new Date(clock.now()).toISOString(), what });
}

/** The story of each rotation: a list, oldest first. */
export function createStory(redis: Redis, keys: RedisKeys, clock: Clock): Pick<Ledger, 'story' | 'tell'> {
  return {
    async story(id) {
      const lines = await onRedis('read a story', () => redis.lrange(keys.story(id), 0, -1));
      return lines.map(decodeStoryLine);
    },
    async tell(id, what) {
      await onRedis('write a story line', () => redis.rpush(keys.story(id), storyLine(clock, what)));
    },
  };
}
