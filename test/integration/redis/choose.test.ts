import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { type ChosenRedis, chooseRedis } from '../../../src/infra/redis/choose.ts';
import { connectRedis } from '../../../src/infra/redis/client.ts';
import { inspectRedis } from '../../../src/infra/redis/inspect.ts';
import { findRedisServer } from '../../../src/infra/redis/private-server.ts';
import { describeOnRealRedis } from '../../support/real-redis.ts';
import { refusal } from '../../support/refusal.ts';

const GIVEN = new SecretValue('redis://someone:a%20secret%21@redis.example:6380/2');

let directory: string;
const chosen: ChosenRedis[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyturn-choose-'));
});
afterEach(async () => {
  for (const each of chosen.splice(0)) await each.stop();
  await rm(directory, { recursive: true, force: true });
});

async function choose(wishes: Partial<Parameters<typeof chooseRedis>[0]>): Promise<ChosenRedis> {
  const found = await chooseRedis({ url: undefined, directory, path: '', allowEmbedded: false, ...wishes });
  chosen.push(found);
  return found;
}

/** A folder for PATH with a file called redis-server in it that can be run, but is none. */
async function fakeServerOnPath(): Promise<string> {
  const file = join(directory, 'redis-server');
  await writeFile(file, '#!/bin/sh\nexit 1\n');
  await chmod(file, 0o755);
  return dirname(file);
}

test('an address that was given wins over everything, and is shown without its user and password', async () => {
  const found = await choose({ url: GIVEN, path: await fakeServerOnPath(), allowEmbedded: true });
  expect([found.kind, found.where]).toEqual(['url', 'redis.example:6380']);
  expect(found.choice).toBe('Redis: redis.example:6380, from REDIS_URL, NOT ENCRYPTED (rediss:// is)');
  expect(found.url).toBe(GIVEN);
});

test('a server on PATH wins over the embedded one, even when it then does not start', async () => {
  const error = await refusal(choose({ path: await fakeServerOnPath(), allowEmbedded: true }), 'UPSTREAM_UNAVAILABLE');
  expect(error.fix).toContain('REDIS_URL');
});

test('without a server on PATH the embedded one serves where that will do', async () => {
  const found = await choose({ allowEmbedded: true });
  expect(found.kind).toBe('embedded');
  expect(found.choice).toContain('nothing in it survives');
  const redis = connectRedis(found.url);
  expect((await inspectRedis(redis, found.where)).evictionPolicy).toBe('noeviction');
  redis.disconnect();
});

test('and is refused for real work, with the reason and the way out', async () => {
  const error = await refusal(choose({}), 'REDIS_UNSUITABLE');
  expect(error.safeMessage).toBe('There is no Redis: REDIS_URL is not set and no redis-server is on PATH.');
  expect(error.fix).toMatch(/^Set REDIS_URL, or install Redis .*apt-get install redis-server/);
  expect(error.fix).toContain('forgets everything');
});

describeOnRealRedis('a real server on PATH', () => {
  test('is started privately, in the folder of the configuration', async () => {
    const binary = await findRedisServer(env['PATH']);
    const found = await choose({ path: env['PATH'], allowEmbedded: true });
    expect(found.kind).toBe('private');
    expect(found.choice).toBe(
      `Redis: a private ${String(binary)} on ${found.where}, data in ${join(directory, 'redis')}`,
    );
    expect(found.choice).not.toContain('@');
    const redis = connectRedis(found.url);
    expect(await inspectRedis(redis, found.where)).toMatchObject({ evictionPolicy: 'noeviction', appendOnly: true });
    redis.disconnect();
  });
});

test.each([
  'redis://:hidden%zzpassword@redis.example:6379',
  'someone:hidden-password@redis.example:6379',
  'http://:hidden-password@redis.example:6379',
  'redis://:hidden-password@redis.example:port',
])('an address of Redis that is none is refused without a word of it: %s', async (text) => {
  const error = await refusal(choose({ url: new SecretValue(text) }), 'CONFIG_INVALID', ['hidden']);
  expect(error.fix).toContain('%25');
});

test('a socket of this machine is named without what follows it', async () => {
  expect((await choose({ url: new SecretValue('/run/redis.sock?password=hidden') })).where).toBe('/run/redis.sock');
});
