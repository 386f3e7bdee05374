import { stdout } from 'node:process';
import { describe } from 'vitest';
import { hasRedisServer } from './redis.ts';

const available = await hasRedisServer();

/**
 * A block of tests that only a real `redis-server` can answer (its settings, its process, its files). Where there is none the
 * block is skipped aloud, and the counts show it: `.ci/run` installs Redis and takes any skipped test for a failure.
 */
export function describeOnRealRedis(name: string, tests: () => void): void {
  if (!available) stdout.write(`SKIPPED, no redis-server on PATH: ${name}\n`);
  describe.skipIf(!available)(name, tests);
}
