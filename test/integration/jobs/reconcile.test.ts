import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rollOutCurrent } from '../../../src/app/submit-key.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationId } from '../../../src/core/model.ts';
import { forgetEverything } from '../../../src/infra/redis/client.ts';
import { never, rotationRecord, until } from '../../support/engine.ts';
import { type EngineWorld, openEngineWorld } from '../../support/engine-world.ts';
import { RESELLER } from '../../support/fakes/world.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const PANELS = 60;

let server: TestRedis;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => world.close());
afterAll(() => server.stop());

/** Redis loses everything of BullMQ's and keeps everything of ours. */
async function loseTheQueue(): Promise<number> {
  const { redis, keys } = world.engine;
  const all = await redis.keys(`${keys.prefix}:*`);
  const theirs = all.filter((key) => !key.startsWith(`${keys.prefix}:k:`));
  if (theirs.length > 0) await redis.del(...theirs);
  return theirs.length;
}

function pushesPerPanel(): Set<number> {
  return new Set(world.panels.map(({ pushes }) => pushes.length));
}

/** Every panel but the first few hangs at its first read, until it is let go. */
function hold(from: number): () => void {
  const letGo = Promise.withResolvers<undefined>();
  for (const panel of world.panels.slice(from))
    panel.before = (_call, signal) => Promise.race([letGo.promise, aborted(signal)]);
  return () => letGo.resolve(undefined);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new KeyturnError('ABORTED', 'The step was cut off.')), {
      once: true,
    });
  });
}

test('a rotation whose job was never added is carried on by the next worker', async () => {
  world = await openEngineWorld(server, 5);
  world.regenerate();
  const versionId = world.store.put('pending', RESELLER, world.newKey);
  const current = world.store.stages.get('current');
  const record = rotationRecord({ versionId, ...(current && { previousVersionId: current }) });
  await world.engine.ledger.open(record);
  await world.startWorker();
  await world.reaches(record.rotationId, 'proven');
  expect(pushesPerPanel()).toEqual(new Set([1]));
});

test('a rotation that died between the ledger and the queue of the fan-out is carried on', async () => {
  world = await openEngineWorld(server, 5);
  const { rotationId, versionId, previousVersionId } = await world.submit();
  await loseTheQueue();
  const { ledger, leases } = world.engine;
  const lease = await leases.acquire([`rotation:${rotationId}`], never);
  await world.store.promote('acme', versionId, { expectedCurrent: previousVersionId }, never);
  await ledger.saveChunks(rotationId, [world.bindings.map(({ bindingId }) => bindingId)]);
  for (const event of ['key-verified', 'key-promoted', 'fan-out-started'] as const)
    await ledger.advance(rotationId, event, { story: event, patch: { bindings: 5 } }, lease);
  await lease.release();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
  expect(pushesPerPanel()).toEqual(new Set([1]));
});

test('a Redis that lost the queue in mid-fan-out, but not the ledger, loses nothing', async () => {
  world = await openEngineWorld(server, PANELS);
  const letGo = hold(40);
  const first = await world.startWorker({ drainMs: 0 });
  const { rotationId } = await world.submit();
  await until('the first panels proven', async () => (await world.proven(rotationId)) === 40);
  await first.stop();
  expect(await loseTheQueue()).toBeGreaterThan(0);
  letGo();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
  expect(pushesPerPanel()).toEqual(new Set([1]));
});

test('the queue may be lost under a running worker', async () => {
  world = await openEngineWorld(server, PANELS);
  const letGo = hold(30);
  await world.startWorker();
  const { rotationId } = await world.submit();
  await until('half proven', async () => (await world.proven(rotationId)) === 30);
  await loseTheQueue();
  letGo();
  await world.reaches(rotationId, 'proven');
  expect(pushesPerPanel()).toEqual(new Set([1]));
});

test('a straggler whose job was lost is retried by the next worker', async () => {
  world = await openEngineWorld(server, 5);
  const [bad] = world.panels;
  const refuses = new KeyturnError('PANEL_REFUSED', 'The panel refused it.');
  bad?.failures.apply.push(refuses);
  const first = await world.startWorker();
  const { rotationId } = await world.submit();
  await world.reaches(rotationId, 'partial');
  await first.stop();
  await loseTheQueue();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
});

test('a worker that died between proving the last straggler and drawing the line is succeeded', async () => {
  world = await openEngineWorld(server, 2);
  const [bad] = world.panels;
  bad?.failures.apply.push(new KeyturnError('PANEL_REFUSED', 'The panel refused it.'));
  const first = await world.startWorker();
  const { rotationId } = await world.submit();
  await world.reaches(rotationId, 'partial');
  await first.stop();
  const id = world.bindings[0]?.bindingId;
  if (!id) return expect.fail('no binding');
  const lease = await world.engine.leases.acquire([id], never);
  const proven = { outcome: 'proven', method: 'operator', detail: 'Confirmed.', at: 'now' } as const;
  await world.engine.ledger.checkpoint(rotationId, id, proven, lease);
  await lease.release();
  await world.startWorker();
  await world.reaches(rotationId, 'proven');
  expect(world.notices.map(({ title }) => title)).toEqual([
    'Rotation of acme (live): partial',
    'Rotation of acme (live): proven',
  ]);
});

test('after a flush the store still has everything: the current key is rolled out again from the start', async () => {
  world = await openEngineWorld(server, PANELS);
  const letGo = hold(30);
  await world.startWorker();
  const { rotationId } = await world.submit();
  await until('half proven', async () => (await world.proven(rotationId)) === 30);
  await forgetEverything(world.engine.redis, world.engine.keys);
  letGo();
  const again = await rollOutCurrent(world.all, { account: world.account, actor: 'test' }, never);
  await world.reaches(again.rotationId, 'proven');
  expect(pushesPerPanel()).toEqual(new Set([1]));
  expect(await world.engine.ledger.rotation(rotationId)).toBeUndefined();
});

test('a rotation whose version the store has lost ends, and the account is free for the next key', async () => {
  world = await openEngineWorld(server, 2);
  const { rotationId, versionId } = await world.submit();
  world.store.versions.delete(versionId);
  await world.startWorker();
  const record = await until(
    'the end',
    async () => {
      const found = await world.engine.ledger.rotation(rotationId);
      return found?.state === 'stopped' || found?.state === 'proven' ? found : undefined;
    },
    60_000,
  );
  expect(record.state).toBe('stopped');
  expect(pushesPerPanel()).toEqual(new Set([0]));
  expect(await world.engine.ledger.active(world.account.accountId, 'live')).toBeUndefined();
});

test('a job of a rotation that nobody knows ends instead of being tried for ever', async () => {
  world = await openEngineWorld(server, 1);
  await world.startWorker();
  await world.all.queue.advance('unknown' as RotationId);
  const { redis } = world.engine;
  const failed = `${world.prefix}:rotations:failed`;
  await until('it has failed', async () => (await redis.zscore(failed, 'advance_unknown')) !== null);
  expect(await redis.hget(`${world.prefix}:rotations:advance_unknown`, 'failedReason')).toBe(
    'SUPERSEDED: The ledger knows no rotation unknown.',
  );
});
