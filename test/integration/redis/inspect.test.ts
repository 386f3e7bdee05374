import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { connectRedis, type RedisClient } from '../../../src/infra/redis/client.ts';
import { inspectRedis, type RedisFacts } from '../../../src/infra/redis/inspect.ts';
import { describeOnRealRedis } from '../../support/real-redis.ts';
import { type RealRedis, startRealRedis, startTestRedis, type TestRedis } from '../../support/redis.ts';
import { refusal } from '../../support/refusal.ts';
import { recordSecret } from '../../support/secret-ledger.ts';

const open: RedisClient[] = [];

afterEach(() => {
  for (const redis of open.splice(0)) redis.disconnect();
});

function inspect(url: string): Promise<RedisFacts> {
  const redis = connectRedis(new SecretValue(url));
  open.push(redis);
  return inspectRedis(redis, 'redis.example:6379');
}

async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; ms: number }> {
  const begin = performance.now();
  return { result: await work, ms: performance.now() - begin };
}

test('a Redis that evicts nothing is welcome', async () => {
  const server: TestRedis = await startTestRedis();
  const facts = await inspect(server.url);
  expect(facts.evictionPolicy).toBe('noeviction');
  expect(facts.version).toMatch(/^\d/);
  for (const redis of open.splice(0)) redis.disconnect();
  await server.stop();
});

test('nobody there: said within five seconds, with what to do', async () => {
  const { result, ms } = await timed(refusal(inspect('redis://127.0.0.1:1'), 'UPSTREAM_UNAVAILABLE'));
  expect(ms).toBeLessThan(5_000);
  expect(result.safeMessage).toBe('Redis at redis.example:6379 does not answer.');
  expect(result.fix).toContain('REDIS_URL');
});

test('somebody there who never says a word: the same', async () => {
  const mute = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { ms } = await timed(refusal(inspect(`redis://127.0.0.1:${String(port)}`), 'UPSTREAM_UNAVAILABLE'));
  expect(ms).toBeLessThan(5_000);
  for (const redis of open.splice(0)) redis.disconnect();
  await new Promise((resolve) => mute.close(resolve));
});

describeOnRealRedis('a real server with other settings', () => {
  const password = 'pRight7Qm2Xv9Lp4';
  const wrong = 'pWrong3Bn6Hy5Jd0';
  let evicting: RealRedis;
  let locked: TestRedis;

  beforeAll(async () => {
    recordSecret(wrong);
    evicting = await startRealRedis(['maxmemory-policy allkeys-lru']);
    locked = await startRealRedis();
  });
  afterAll(async () => {
    await evicting.stop();
    await locked.stop();
  });

  test('one that may drop data is refused, with the setting and the command', async () => {
    const error = await refusal(inspect(evicting.url), 'REDIS_UNSUITABLE');
    expect(error.safeMessage).toBe('Redis at redis.example:6379 may drop data: its eviction policy is allkeys-lru.');
    expect(error.fix).toContain('CONFIG SET maxmemory-policy noeviction');
    expect(error.untouched).toBe('Nothing was started.');
  });

  test('one that wants a password says so, and shows neither the right nor the wrong one', async () => {
    const redis = connectRedis(new SecretValue(locked.url));
    open.push(redis);
    await redis.config('SET', 'requirepass', password);
    function withPassword(given: string): string {
      return locked.url.replace('redis://', `redis://:${given}@`);
    }
    for (const url of [locked.url, withPassword(wrong)]) {
      const { result, ms } = await timed(refusal(inspect(url), 'REDIS_UNSUITABLE', [password, wrong]));
      expect(result.safeMessage).toBe('Redis at redis.example:6379 wants another user or password.');
      expect(ms).toBeLessThan(5_000);
    }
    expect((await inspect(withPassword(password))).evictionPolicy).toBe('noeviction');
    await redis.config('SET', 'requirepass', '');
  });
});
