import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createProcessors } from '../../../jobs/processors.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationId } from '../../../src/core/model.ts';
import { never, until } from '../../support/engine.ts';
import { type EngineWorld, openEngineWorld } from '../../support/engine-world.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { dumpRedis } from '../../support/redis-dump.ts';

const ID_FIELDS = ['v', 'rotationId', 'chunk', 'bindingId', 'runId', 'bindings', 'lookup'];

let server: TestRedis;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => world.close());
afterAll(() => server.stop());

/** Makes the first panel hang at its first call; gives the signal it was called with, and the way to let it go. */
function hang(options: { readonly obeysAbort: boolean }): { called: Promise<AbortSignal>; letGo: () => void } {
  const called = Promise.withResolvers<AbortSignal>();
  const gone = Promise.withResolvers<undefined>();
  const [panel] = world.panels;
  if (!panel) return expect.fail('no panel');
  panel.before = async (_call, signal) => {
    called.resolve(signal);
    await (options.obeysAbort ? Promise.race([gone.promise, whenAborted(signal)]) : gone.promise);
  };
  return { called: called.promise, letGo: () => gone.resolve(undefined) };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new KeyturnError('ABORTED', 'The call was cut off.')), {
      once: true,
    });
  });
}

function chunkJob(id: RotationId): string {
  return `${world.prefix}:chunks:chunk_${id}_0`;
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

test('every processor has three plain parameters, or BullMQ would keep the signal to itself', async () => {
  world = await openEngineWorld(server, 0);
  const contexts = { load: () => Promise.reject(new Error('not asked')) };
  const processors = createProcessors(world.all, contexts, never);
  expect(Object.values(processors).map(({ length }) => length)).toEqual([3, 3, 3, 3]);
});

test('stopping lets running work end, and takes nothing new', async () => {
  world = await openEngineWorld(server, 3);
  const { called, letGo } = hang({ obeysAbort: true });
  const worker = await world.startWorker({ drainMs: 20_000 });
  const { rotationId } = await world.submit();
  const signal = await called;
  const stopped = worker.stop();
  letGo();
  await stopped;
  expect(signal.aborted).toBe(false);
  expect(await world.proven(rotationId)).toBe(3);
  expect(await world.engine.redis.hget(chunkJob(rotationId), 'finishedOn')).not.toBeNull();
});

test('work that does not end in time is cut off, goes back to the queue, and costs no attempt', async () => {
  world = await openEngineWorld(server, 3);
  const { called, letGo } = hang({ obeysAbort: true });
  const worker = await world.startWorker({ drainMs: 200, abortMs: 5_000 });
  const { rotationId } = await world.submit();
  const signal = await called;
  const begin = performance.now();
  await worker.stop();
  const took = performance.now() - begin;
  expect(took).toBeGreaterThanOrEqual(195);
  expect(took).toBeLessThan(4_000);
  expect(signal.aborted).toBe(true);
  const { redis } = world.engine;
  expect(await redis.hget(chunkJob(rotationId), 'finishedOn')).toBeNull();
  expect(Number((await redis.hget(chunkJob(rotationId), 'atm')) ?? 0)).toBe(0);
  expect(await redis.exists(`${chunkJob(rotationId)}:lock`)).toBe(0);
  letGo();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
  expect(world.panels.map(({ pushes }) => pushes.length)).toEqual([1, 1, 1]);
});

test('work that obeys no abort does not keep the process from ending in the stated time', async () => {
  world = await openEngineWorld(server, 2);
  await world.all.queue.advance('warm-up' as RotationId);
  await world.engine.redis.ping();
  const before = openSockets();
  const { called, letGo } = hang({ obeysAbort: false });
  const worker = await world.startWorker({ drainMs: 200, abortMs: 200 });
  const { rotationId } = await world.submit();
  await called;
  const begin = performance.now();
  await worker.stop();
  expect(performance.now() - begin).toBeLessThan(200 + 200 + 2_000 + 1_000);
  await until('every connection of the worker is closed', () => openSockets() <= before, 5_000);
  letGo();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
  expect(world.panels.map(({ pushes }) => pushes.length)).toEqual([1, 1]);
});

test('a second stop waits for the first', async () => {
  world = await openEngineWorld(server, 1);
  const worker = await world.startWorker();
  const [first, second] = [worker.stop(), worker.stop()];
  await Promise.all([first, second]);
  await worker.stop();
});

test('a worker that has lost its lock on a job stops working it; another run ends it, and nothing is pushed twice', async () => {
  world = await openEngineWorld(server, 3);
  const { called, letGo } = hang({ obeysAbort: true });
  await world.startWorker();
  const { rotationId } = await world.submit();
  const signal = await called;
  await world.engine.redis.del(`${chunkJob(rotationId)}:lock`);
  await until('the work is cut off', () => signal.aborted);
  letGo();
  await world.reaches(rotationId, 'proven');
  expect(world.panels.map(({ pushes }) => pushes.length)).toEqual([1, 1, 1]);
});

test('jobs hold ids and nothing else, and what BullMQ keeps of a failure is our own words', async () => {
  world = await openEngineWorld(server, 30);
  const secrets = [world.newKey, world.oldKey];
  let blows = 0;
  async function blow(): Promise<void> {
    blows += 1;
    if (blows < 3) throw new Error(`upstream said: ${secrets.join(' ')}`, { cause: new Error(world.newKey) });
  }
  const [panel] = world.panels;
  if (panel) panel.before = blow;
  vi.spyOn(world.deps.verifier, 'verify').mockImplementationOnce(() => Promise.reject(new Error(world.newKey)));
  await world.startWorker();
  const { rotationId } = await world.submit();
  await world.reaches(rotationId, 'partial');
  const { redis, keys } = world.engine;
  const jobs = (await redis.keys(`${keys.prefix}:*`)).filter((key) =>
    /:(advance|finalize|chunk|retry)_[^:]+$/.test(key),
  );
  expect(jobs.length).toBe(5);
  for (const job of jobs) {
    const fields = await redis.hgetall(job);
    const data: unknown = JSON.parse(fields['data'] ?? '{}');
    expect(Object.keys(data ?? {}).every((name) => ID_FIELDS.includes(name))).toBe(true);
    expect(fields['returnvalue'] ?? 'null').toBe('null');
    expect(fields['stacktrace'] ?? '[]').toBe('[]');
    expect(fields['failedReason'] ?? '').toMatch(/^$|^[A-Z_]+: An error that Keyturn did not expect \(Error\)\.$/);
  }
  const text = await everythingIn();
  expect(text).toContain('An error that Keyturn did not expect');
  for (const secret of secrets) expect(text.includes(secret)).toBe(false);
});

async function everythingIn(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-dump-'));
  const file = join(directory, 'dump');
  await dumpRedis(world.engine.redis, file);
  const text = await readFile(file, 'latin1');
  await rm(directory, { recursive: true });
  return text;
}

test('a queue without Redis says so within seconds', async () => {
  world = await openEngineWorld(server, 0);
  const { createQueue } = await import('../../../jobs/queue.ts');
  const { SecretValue } = await import('../../../src/core/secret-value.ts');
  const queue = createQueue(new SecretValue('redis://127.0.0.1:1'), world.prefix);
  const begin = performance.now();
  await expect(queue.advance('any' as RotationId)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(performance.now() - begin).toBeLessThan(8_000);
  await queue.close();
});
