import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { findRedisServer, openPrivateServer } from '../../../src/infra/redis/private-server.ts';
import { until } from '../../support/engine.ts';
import { describeOnRealRedis } from '../../support/real-redis.ts';
import { recordSecret } from '../../support/secret-ledger.ts';

const WORKER = join(import.meta.dirname, '../../support/private-server-worker.ts');

let directory: string;
let binary: string;
const children: ChildProcess[] = [];
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'keyturn-private-')), 'redis');
  binary = (await findRedisServer(env['PATH'])) ?? '';
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const stop of stops.splice(0)) await stop();
  const url = await serverUrl().catch(() => undefined);
  if (url) await ask(url, (redis) => redis.shutdown('NOSAVE')).catch(() => undefined);
  await rm(join(directory, '..'), { recursive: true, force: true });
});

async function openHere(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { url, stop } = await openPrivateServer(binary, directory);
  stops.push(stop);
  return { url: url.reveal(), stop };
}

async function serverUrl(): Promise<string> {
  const text = await readFile(join(directory, 'server.json'), 'utf8');
  const { port, password } = z.object({ port: z.number(), password: z.string() }).parse(JSON.parse(text));
  recordSecret(password);
  return `redis://:${password}@127.0.0.1:${String(port)}`;
}

/** Asks on a connection of its own; undefined when nobody answers. */
async function ask<Answer>(url: string, question: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  const answer = await question(redis).catch(() => undefined);
  redis.disconnect();
  return answer;
}

function ping(url: string): Promise<string | undefined> {
  return ask(url, (redis) => redis.ping());
}

async function pidOf(url: string): Promise<number> {
  const info = await ask(url, (redis) => redis.info('server'));
  return Number(/process_id:(\d+)/.exec(info ?? '')?.[1]);
}

/** Another process on the same folder, attached. */
async function attachElsewhere(): Promise<ChildProcess> {
  const child = spawn(execPath, [WORKER, binary, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function gone(url: string): Promise<void> {
  await until('the server is gone', async () => (await ping(url)) === undefined, 5_000);
}

describeOnRealRedis('the private server', () => {
  test('starts with a password, everything on disk and no eviction', async () => {
    const { url } = await openHere();
    const settings = await ask(url, async (redis) => [
      await redis.config('GET', 'appendonly'),
      await redis.config('GET', 'appendfsync'),
      await redis.config('GET', 'maxmemory-policy'),
      await redis.config('GET', 'bind'),
    ]);
    const text = JSON.stringify(settings);
    for (const expected of ['yes', 'always', 'noeviction', '127.0.0.1']) expect(text).toContain(expected);
    expect(await ping(url.replace(/:[^@]*@/, ''))).toBeUndefined();
  });

  test('its password is in no process list, and in one file that only its owner can read', async () => {
    const { url } = await openHere();
    const password = new URL(url).password;
    recordSecret(password);
    const pid = await pidOf(url);
    const [argv, environment] = [
      await readFile(`/proc/${pid}/cmdline`, 'latin1'),
      await readFile(`/proc/${pid}/environ`, 'latin1'),
    ];
    expect(argv).toContain('redis-server');
    expect(argv.includes(password)).toBe(false);
    expect(environment.includes(password)).toBe(false);
    expect((await stat(join(directory, 'server.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test('it is given no secret of this process, whose environment may be full of them', async () => {
    vi.stubEnv('PANEL_SECRET', 'private-env-8Yt3Kq6Wz1');
    const real = binary;
    binary = join(directory, '..', 'redis-server');
    await writeFile(binary, `#!/bin/sh\nenv > "$0.env"\nexec ${real} "$@"\n`, { mode: 0o700 });
    await openHere();
    const environment = await readFile(`${binary}.env`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain('PANEL_SECRET');
  });

  test('a folder and a state file that others could read are closed to them; a quote in the name does no harm', async () => {
    directory = join(directory, '..', 'a "quoted"\\x folder');
    await mkdir(directory, { mode: 0o755 });
    await writeFile(join(directory, 'server.json'), '{}', { mode: 0o644 });
    const { url } = await openHere();
    expect(await ping(url)).toBe('PONG');
    expect((await stat(join(directory, 'server.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await readdir(directory)).toContain('appendonlydir');
  });

  test('who comes later attaches to the one that runs', async () => {
    const first = await openHere();
    const second = await openHere();
    expect(second.url).toBe(first.url);
    await attachElsewhere();
    expect(await serverUrl()).toBe(first.url);
  });

  test('processes that come at the same moment share one', async () => {
    const opened = await Promise.all(Array.from({ length: 4 }, () => openHere()));
    expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
  });

  test('ends with the last who is attached, and not before', async () => {
    const first = await openHere();
    const second = await openHere();
    await first.stop();
    expect(await ping(second.url)).toBe('PONG');
    await second.stop();
    await gone(second.url);
  });

  test('ends too when a connection was closed only a moment ago', async () => {
    const { url, stop } = await openHere();
    const redis = new Redis(url);
    await redis.ping();
    redis.disconnect();
    await stop();
    await gone(url);
  });

  test('outlives the process that started it, with everything in it, and the next one attaches', async () => {
    const starter = await attachElsewhere();
    const url = await serverUrl();
    const pid = await pidOf(url);
    await ask(url, (redis) => redis.set('kept', 'yes'));
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    const { stop, url: attached } = await openHere();
    expect(attached).toBe(url);
    expect(await pidOf(url)).toBe(pid);
    expect(await ask(url, (redis) => redis.get('kept'))).toBe('yes');
    await stop();
    await gone(url);
  });

  test('comes back with its data after it was killed itself', async () => {
    const { url } = await openHere();
    await ask(url, (redis) => redis.set('kept', 'yes'));
    process.kill(await pidOf(url), 'SIGKILL');
    await gone(url);
    const again = await openHere();
    expect(await ask(again.url, (redis) => redis.get('kept'))).toBe('yes');
  });

  test.each(['', '{"port":', 'null', '{"port":1,"password":"x"}'])(
    'starts afresh over a state file that says %j',
    async (text) => {
      const { stop } = await openHere();
      await stop();
      await writeFile(join(directory, 'server.json'), text);
      const { url } = await openHere();
      expect(await ping(url)).toBe('PONG');
    },
  );

  test('a server that does not start is said so', async () => {
    const opening = openPrivateServer('/bin/cat', directory);
    await expect(opening).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

test('the first server on PATH is found, and nothing where there is none', async () => {
  expect(await findRedisServer('')).toBeUndefined();
  expect(await findRedisServer(undefined)).toBeUndefined();
  expect(await findRedisServer('/nowhere:/proc')).toBeUndefined();
});
