import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceWorker, countWorkers } from '../../../src/infra/redis/presence.ts';
import { type Engine, freshPrefix, openEngine } from '../../support/engine.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let engine: Engine;

beforeAll(async () => {
  server = await startTestRedis();
  engine = openEngine(server, freshPrefix());
});
afterAll(async () => {
  engine.die();
  await server.stop();
});

test('workers are counted while they are here', async () => {
  const { redis, keys } = engine;
  expect(await countWorkers(redis, keys)).toBe(0);
  const leave = [await announceWorker(redis, keys, 'host:1'), await announceWorker(redis, keys, 'host:2')];
  expect(await countWorkers(redis, keys)).toBe(2);
  await leave[0]?.();
  expect(await countWorkers(redis, keys)).toBe(1);
  await leave[1]?.();
  expect(await countWorkers(redis, keys)).toBe(0);
});

test('a worker that was killed is not counted for long, and is forgotten in the end', async () => {
  const { redis, keys } = engine;
  const [seconds] = await redis.time();
  await redis.zadd(keys.workers, (Number(seconds) - 5) * 1_000, 'host:killed');
  await redis.zadd(keys.workers, (Number(seconds) - 100) * 1_000, 'host:old');
  expect(await countWorkers(redis, keys)).toBe(0);
  expect(await redis.zscore(keys.workers, 'host:killed')).not.toBeNull();
  expect(await redis.zscore(keys.workers, 'host:old')).toBeNull();
});

test('a living worker is still counted when it has been here for longer than a beat', async () => {
  const { redis, keys } = engine;
  const leave = await announceWorker(redis, keys, 'host:3');
  const first = Number(await redis.zscore(keys.workers, 'host:3'));
  await expect
    .poll(async () => Number(await redis.zscore(keys.workers, 'host:3')), { timeout: 5_000 })
    .toBeGreaterThan(first);
  await leave();
});
