import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { KeyturnError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { DISCONNECT_MS } from './client.ts';

const SERVER_NAMES = ['redis-server', 'valkey-server'];
const STARTED_WITHIN_MS = 4_000;
const LOADED_WITHIN_MS = 30_000;
const LEFT_WITHIN_MS = 300;

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
 * directory share one: whoever comes first starts it, later ones attach. `stop` ends it when nobody else is attached, so a
 * worker that was killed leaves it running with everything in it, and the next one attaches. Call `stop` after closing every other
 * connection to it.
 */
export async function openPrivateServer(
  binary: string,
  directory: string,
): Promise<{ url: SecretValue; stop: () => Promise<void> }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // A folder that was there already keeps its mode, and the server writes its files readable for everybody.
  await chmod(directory, 0o700);
  return oneAtATime(directory, async () => {
    const state = (await runningServer(directory)) ?? (await startServer(binary, directory));
    // Shows the others that somebody is attached, from before the lock is given back until `stop`.
    const attached = probe(state);
    await attached.ping();
    return {
      url: new SecretValue(urlOf(state)),
      stop: () => oneAtATime(directory, () => stopIfAlone(attached)),
    };
  });
}

async function oneAtATime<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const retries = { retries: 50, minTimeout: 100, maxTimeout: 200 };
  const release = await lockfile.lock(directory, { retries, stale: 10_000 });
  try {
    return await work();
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
  const state = stateSchema.safeParse(await readState(directory));
  if (!state.success) return undefined;
  const answer = await waitWhile('loading', state.data);
  return answer === 'ready' ? state.data : undefined;
}

/** A file that is not there, or was left half written, says that there is no server. */
async function readState(directory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(stateFile(directory), 'utf8'));
  } catch {
    return undefined;
  }
}

async function startServer(binary: string, directory: string): Promise<ServerState> {
  const state = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  // Anew, because a file that is there keeps its mode.
  await rm(stateFile(directory), { force: true });
  await writeFile(stateFile(directory), JSON.stringify(state), { mode: 0o600 });
  // The configuration goes in by standard input: a password on the command line would show in the process list.
  // It may outlive this process by days, so it gets none of the secrets in this process's environment.
  const server = spawn(binary, ['-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: directory,
    env: { PATH: process.env['PATH'], LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] },
  });
  server.on('error', () => undefined);
  // One that ends at once, because it is no Redis perhaps, does not read what it is told.
  server.stdin.on('error', () => undefined);
  server.stdin.end(serverConfig(state));
  server.unref();
  if ((await waitWhile('gone', state)) !== 'gone' && (await waitWhile('loading', state)) === 'ready') return state;
  // Two servers on one append-only file would ruin it: this one may not come up late.
  server.kill('SIGKILL');
  throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'The private Redis server did not start.', {
    fix: `Look at ${binary} and at the folder ${directory}, or set REDIS_URL to a Redis that runs already.`,
  });
}

/** It starts in its folder, whose name therefore needs no quoting here. */
function serverConfig(state: ServerState): string {
  return [
    `port ${state.port}`,
    'bind 127.0.0.1',
    `requirepass ${state.password}`,
    'dir ./',
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
    // So that a server that is still loading says so at once.
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    disconnectTimeout: DISCONNECT_MS,
  });
  redis.on('error', () => undefined);
  return redis;
}

/** `loading`: it is reading its append-only file and will answer soon. `gone`: nobody is there, or not our server. */
type Answer = 'ready' | 'loading' | 'gone';

async function ask(state: ServerState): Promise<Answer> {
  const redis = probe(state);
  const pong = await redis.ping().catch((error: unknown) => String(error));
  redis.disconnect();
  if (pong === 'PONG') return 'ready';
  return /\bLOADING\b/.test(pong) ? 'loading' : 'gone';
}

/** Asks again while the answer stays the same: a second or so for a server to come up, longer for it to read its file. */
async function waitWhile(same: Answer, state: ServerState): Promise<Answer> {
  const deadline = Date.now() + (same === 'loading' ? LOADED_WITHIN_MS : STARTED_WITHIN_MS);
  let answer = await ask(state);
  while (answer === same && Date.now() < deadline) {
    await pause(20);
    answer = await ask(state);
  }
  return answer;
}

/** Connections that were closed a moment ago may still be on the server's list. */
async function stopIfAlone(attached: Redis): Promise<void> {
  const deadline = Date.now() + LEFT_WITHIN_MS;
  let alone = await isAlone(attached);
  while (!alone && Date.now() < deadline) {
    await pause(20);
    alone = await isAlone(attached);
  }
  if (alone) await attached.shutdown('SAVE').catch(() => undefined);
  attached.disconnect();
}

async function isAlone(attached: Redis): Promise<boolean> {
  const clients = await attached.client('LIST').catch(() => undefined);
  return typeof clients === 'string' && clients.trim().split('\n').length === 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
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
