import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { dumpRedis, keepRedisFiles } from './redis-dump.ts';

/** A Redis of a test's own. `stop` first writes everything in it to KEYTURN_ARTEFACTS, for the secret scan. */
export interface TestRedis {
  readonly kind: 'real' | 'embedded';
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A real server, which a test may also kill and start again on the same data. */
export interface RealRedis extends TestRedis {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Real where `redis-server` is on PATH, else embedded; KEYTURN_TEST_REDIS=real|embedded decides otherwise. */
export async function startTestRedis(): Promise<TestRedis> {
  const wanted = env['KEYTURN_TEST_REDIS'];
  if (wanted === 'real' || (wanted !== 'embedded' && (await hasRedisServer()))) return startRealRedis();
  return startEmbeddedRedis();
}

export async function hasRedisServer(): Promise<boolean> {
  const { access } = await import('node:fs/promises');
  const tries = (env['PATH'] ?? '').split(delimiter).map((directory) => access(join(directory, 'redis-server')));
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}

/** `redis-server` with AOF on a folder of its own. `settings` are further lines of its configuration. */
export async function startRealRedis(settings: readonly string[] = []): Promise<RealRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-redis-'));
  const port = await getPort();
  const url = `redis://127.0.0.1:${port}`;
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory-policy noeviction',
  ];
  let server: ChildProcess | undefined = await launch([...lines, ...settings], url);
  async function kill(): Promise<void> {
    if (server?.exitCode !== null || !server.kill('SIGKILL')) return;
    await once(server, 'exit');
    server = undefined;
  }
  return {
    kind: 'real',
    url,
    port,
    kill,
    async restart() {
      await kill();
      server = await launch([...lines, ...settings], url);
    },
    async stop() {
      if (server) await keepDump(url);
      await kill();
      const artefacts = env['KEYTURN_ARTEFACTS'];
      if (artefacts) await keepRedisFiles(directory, join(artefacts, `redis-${process.pid}-${port}.aof`));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(lines: readonly string[], url: string): Promise<ChildProcess> {
  const server = spawn('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  server.stdin.end(`${lines.join('\n')}\n`);
  for (let tries = 0; tries < 200; tries += 1) {
    if (await answers(url)) return server;
    await wait(25);
  }
  throw new Error('redis-server did not start');
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  const pong = await redis.ping().catch(() => undefined);
  redis.disconnect();
  return pong === 'PONG';
}

async function startEmbeddedRedis(): Promise<TestRedis> {
  const { createRedisMock } = await import('js-redis-server');
  const server = await createRedisMock({ compatibility: 'redis-7.0' });
  return {
    kind: 'embedded',
    url: server.url,
    port: Number(new URL(server.url).port),
    async stop() {
      await keepDump(server.url);
      await server.close();
    },
  };
}

let dumps = 0;

async function keepDump(url: string): Promise<void> {
  const artefacts = env['KEYTURN_ARTEFACTS'];
  if (!artefacts) return;
  const redis = new Redis(url);
  dumps += 1;
  await dumpRedis(redis, join(artefacts, `redis-${process.pid}-${dumps}.dump`));
  redis.disconnect();
}
