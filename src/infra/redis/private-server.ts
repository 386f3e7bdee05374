import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { KeyturnError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret-value.ts';

const SERVER_NAMES = ['redis-server', 'valkey-server'];
const STARTED_WITHIN_MS = 4_000;

const stateSchema = z.object({ port: z.number(), password: z.string() });
type ServerState = z.infer<typeof stateSchema>;

/** The first Redis or Valkey server on PATH, if there is one. */
export async function findRedisServer(path: string | undefined): Promise<string | undefined> {
  for (const directory of (path ?? '').split(delimiter)) {
    for (const name of SERVER_NAMES) {
      const file = join(directory, name);
      if (directory !== '' && (await canRun(file))) return file;
    }
  }
  return undefined;
}

function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * A Redis of our own on loopback, with a password, every write on disk (AOF, fsync always) and no eviction. Processes on the same
 * directory share one: whoever comes first starts it, later ones attach. `stop` ends it when nobody else is connected, so a
 * worker that was killed leaves it running with everything in it, and the next one attaches.
 */
export async function openPrivateServer(
  binary: string,
  directory: string,
): Promise<{ url: SecretValue; stop: () => Promise<void> }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const release = await lockfile.lock(directory, {
    retries: { retries: 50, minTimeout: 100, maxTimeout: 200 },
    stale: 10_000,
  });
  try {
    const state = (await runningServer(directory)) ?? (await startServer(binary, directory));
    return { url: new SecretValue(urlOf(state)), stop: () => stopIfAlone(state) };
  } finally {
    await release();
  }
}

function urlOf(state: ServerState): string {
  return `redis://:${state.password}@127.0.0.1:${state.port}`;
}

function stateFile(directory: string): string {
  return join(directory, 'server.json');
}

async function runningServer(directory: string): Promise<ServerState | undefined> {
  const text = await readFile(stateFile(directory), 'utf8').catch(() => '{}');
  const state = stateSchema.safeParse(JSON.parse(text));
  if (!state.success) return undefined;
  return (await answers(state.data)) ? state.data : undefined;
}

async function startServer(binary: string, directory: string): Promise<ServerState> {
  const state = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  await writeFile(stateFile(directory), JSON.stringify(state), { mode: 0o600 });
  // The configuration goes in by standard input: a password on the command line would show in the process list.
  const server = spawn(binary, ['-'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: directory });
  server.on('error', () => undefined);
  server.stdin.end(serverConfig(state, directory));
  server.unref();
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < deadline) {
    if (await answers(state)) return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'The private Redis server did not start.', {
    fix: `Look at ${binary} and at the folder ${directory}, or set REDIS_URL to a Redis that runs already.`,
  });
}

function serverConfig(state: ServerState, directory: string): string {
  return [
    `port ${state.port}`,
    'bind 127.0.0.1',
    `requirepass ${state.password}`,
    `dir "${directory}"`,
    'save ""',
    'appendonly yes',
    'appendfsync always',
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');
}

function probe(state: ServerState): Redis {
  const redis = new Redis(urlOf(state), {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
  });
  redis.on('error', () => undefined);
  return redis;
}

async function answers(state: ServerState): Promise<boolean> {
  const redis = probe(state);
  const pong = await redis.ping().catch(() => undefined);
  redis.disconnect();
  return pong === 'PONG';
}

async function stopIfAlone(state: ServerState): Promise<void> {
  const redis = probe(state);
  const clients = await redis.client('LIST').catch(() => undefined);
  const others = typeof clients === 'string' ? clients.trim().split('\n').length - 1 : 1;
  if (others === 0) await redis.shutdown('SAVE').catch(() => undefined);
  redis.disconnect();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
