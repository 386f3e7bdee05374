import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChosenRedis, chooseRedis } from '../../src/infra/redis/choose.ts';
import { dumpRedis, keepRedisFiles } from '../support/redis-dump.ts';

let folder: string;
let server: ChosenRedis;
let client: Redis;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-dump-'));
  const path = env['KEYTURN_TEST_REDIS'] === 'embedded' ? undefined : env['PATH'];
  server = await chooseRedis({ url: undefined, directory: folder, path, allowEmbedded: true });
  client = new Redis(server.url.reveal());
});

afterEach(async () => {
  await client.quit();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('everything in Redis is in the dump: every type, names, values, bytes, a queue with its events', async () => {
  await client.set('string-name-1', Buffer.from([0, 255, 10, 65]));
  await client.hset('hash-name-1', 'hash-field-1', 'hash-value-1');
  await client.rpush('list-name-1', 'list-value-1', 'list-value-2');
  await client.sadd('set-name-1', 'set-value-1');
  await client.zadd('zset-name-1', 1, 'zset-value-1');
  await client.xadd('stream-name-1', '*', 'stream-field-1', 'stream-value-1');
  const queue = new Queue('dump', { connection: { url: server.url.reveal(), maxRetriesPerRequest: null } });
  await queue.add('look', { binding: 'job-value-1' });
  await queue.close();

  const file = join(folder, 'dump');
  const keys = await dumpRedis(client, file);
  expect(keys).toBeGreaterThan(6);
  const bytes = await readFile(file);
  const texts = ['string', 'hash', 'list', 'set', 'zset', 'stream'].map((type) => `${type}-name-1`);
  const values = ['hash', 'list', 'set', 'zset', 'stream', 'job'].map((type) => `${type}-value-1`);
  for (const text of [...texts, ...values, 'hash-field-1', 'stream-field-1', 'list-value-2']) {
    expect(bytes.includes(text), text).toBe(true);
  }
  expect(bytes.includes(Buffer.from([0, 255, 10, 65]))).toBe(true);
});

test('the append-only file still holds what was deleted, where there is one', async () => {
  await client.set('gone', 'deleted-value-1');
  await client.del('gone');
  const file = join(folder, 'files');
  const kept = await keepRedisFiles(folder, file);
  const bytes = kept > 0 ? await readFile(file) : Buffer.alloc(0);
  expect(bytes.includes('deleted-value-1')).toBe(server.kind === 'private');
});
