import { expect, test } from 'vitest';
import { advanceRotation } from '../../../src/app/advance-rotation.ts';
import { loadContext } from '../../../src/app/rotation-context.ts';
import { stopWithoutKey } from '../../../src/app/stop-without-key.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import { OUTAGE, TOO_FAST } from '../../support/fakes/vendor.ts';
import { createUnitWorld, openRotation, RESELLER, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;

async function begin(changes: Partial<RotationRecord> = {}): Promise<{
  world: UnitWorld;
  record: RotationRecord;
  run: () => Promise<RotationRecord>;
}> {
  const world = createUnitWorld(30);
  const record = await openRotation(world, changes);
  const context = await loadContext(world.all, record.rotationId, NEVER);
  world.store.calls.length = 0;
  return { world, record, run: () => advanceRotation(world.all, context, NEVER) };
}

function writesOf({ store }: UnitWorld): string[] {
  return store.calls.filter((call) => !call.startsWith('read'));
}

async function storyOf({ ledger }: UnitWorld, { rotationId }: RotationRecord): Promise<string> {
  return (await ledger.story(rotationId)).map(({ what }) => what).join('\n');
}

test('a key that works is promoted, planned and queued', async () => {
  const { world, record, run } = await begin();
  world.regenerate();
  expect(await run()).toMatchObject({ state: 'applying', bindings: 30 });
  expect(writesOf(world)).toEqual([`promote ${record.versionId}`]);
  expect(await world.ledger.chunkCount(record.rotationId)).toBe(2);
  expect(world.queue.calls).toEqual([`fanOut ${record.rotationId} 2`]);
  expect(world.panels.every(({ calls }) => calls.length === 0)).toBe(true);
});

test('a repeat after the fan-out began only queues it again', async () => {
  const { world, record, run } = await begin();
  world.regenerate();
  await run();
  expect((await run()).state).toBe('applying');
  expect(writesOf(world)).toEqual([`promote ${record.versionId}`]);
  expect(world.vendor.asked).toHaveLength(1);
});

test('a refused key is taken back once, and nothing but that', async () => {
  const { world, record, run } = await begin();
  expect((await run()).state).toBe('discarded');
  await run();
  expect(writesOf(world)).toEqual([`discard ${record.versionId}`]);
  expect(world.store.stages.get('current')).toBe(record.previousVersionId);
  expect(world.notices).toMatchObject([{ severity: 'critical', title: 'Rotation of acme (live): discarded' }]);
  expect(world.queue.calls).toEqual([]);
});

test("the other environment's key is named", async () => {
  const { world, record, run } = await begin();
  world.vendor.alive.set(world.newKey, { environment: 'test', resellerId: RESELLER });
  await run();
  expect(await storyOf(world, record)).toContain('This is the test key; acme (live) needs the live one.');
});

test('a refused current key is not taken back: what is being rolled out is not pending', async () => {
  const { world, run } = await begin({ reason: 'from-store' });
  expect((await run()).state).toBe('discarded');
  expect(writesOf(world)).toEqual([]);
});

test.each([
  ['down', OUTAGE, 'UPSTREAM_UNAVAILABLE'],
  ['too busy', TOO_FAST, 'RATE_LIMITED'],
] as const)('while the vendor is %s nothing is touched, and the rotation waits', async (_what, said, code) => {
  const { world, record, run } = await begin();
  world.vendor.says.push(said);
  const error = await refusal(run(), code);
  expect(error.untouched).toContain('no panel was touched');
  expect(writesOf(world)).toEqual([]);
  expect((await world.ledger.rotation(record.rotationId))?.state).toBe('staged');
  expect(world.notices).toEqual([]);
});

test("the worker's own address not being authorised says nothing about the key: it stays", async () => {
  const { world, record, run } = await begin();
  world.vendor.says.push({ verdict: 'rejected', reason: 'address-not-allowed', detail: 'Not from here.' });
  await refusal(run(), 'ADDRESS_NOT_ALLOWED');
  expect(world.store.stages.get('pending')).toBe(record.versionId);
});

test('a store that somebody changed stops the rotation, and the key, which works, is kept as pending', async () => {
  const { world, record, run } = await begin();
  world.regenerate();
  world.store.put('current', RESELLER, 'kSomebodyElse1Zz9');
  expect((await run()).state).toBe('stopped');
  expect(world.store.stages.get('pending')).toBe(record.versionId);
  expect(writesOf(world)).toEqual([`promote ${record.versionId}`]);
  expect(world.notices).toMatchObject([{ title: 'Rotation of acme (live): stopped' }]);
  expect(await storyOf(world, record)).toContain('--from-store');
});

test('a version of the store that somebody goes back from is not made current again', async () => {
  const world = createUnitWorld(1);
  const first = world.store.stages.get('current');
  const versionId = world.store.put('current', RESELLER, world.newKey);
  const record = await openRotation(world, {
    reason: 'from-store',
    versionId,
    ...(first && { previousVersionId: first }),
  });
  const context = await loadContext(world.all, record.rotationId, NEVER);
  world.regenerate();
  if (first) world.store.stages.set('current', first);
  world.store.calls.length = 0;
  expect((await advanceRotation(world.all, context, NEVER)).state).toBe('stopped');
  expect(writesOf(world)).toEqual([]);
  expect(await storyOf(world, record)).not.toContain('stays there as pending');
});

test('a promotion whose answer was lost is found done', async () => {
  const { world, record, run } = await begin();
  world.regenerate();
  const promote = world.store.promote.bind(world.store);
  world.store.promote = async (...args) => {
    await promote(...args);
    throw new KeyturnError('STORE_CONFLICT', 'Another version is current.');
  };
  expect((await run()).state).toBe('applying');
  expect(world.store.stages.get('current')).toBe(record.versionId);
});

test('a store that denies access leaves the rotation where it is', async () => {
  const { world, record, run } = await begin();
  world.regenerate();
  world.store.failures.push(new KeyturnError('PERMISSION_DENIED', 'The store denied access.'));
  await refusal(run(), 'PERMISSION_DENIED');
  expect((await world.ledger.rotation(record.rotationId))?.state).toBe('verified');
  expect((await run()).state).toBe('applying');
});

test('nothing is written to the store once the lease is lost', async () => {
  const { world, record, run } = await begin();
  const verify = world.vendor.verifier.verify.bind(world.vendor.verifier);
  world.regenerate();
  world.vendor.verifier.verify = async (...args) => {
    world.leases.given.at(-1)?.lose();
    return verify(...args);
  };
  await refusal(run(), 'LEASE_LOST');
  expect(writesOf(world)).toEqual([]);
  expect(world.store.stages.get('pending')).toBe(record.versionId);
});

test('a rotation whose version is gone is stopped before the fan-out, once, and never after it', async () => {
  const { world, record, run } = await begin();
  await stopWithoutKey(world.all, record.rotationId, NEVER);
  await stopWithoutKey(world.all, record.rotationId, NEVER);
  expect((await world.ledger.rotation(record.rotationId))?.state).toBe('stopped');
  expect(world.notices).toHaveLength(1);
  expect((await run()).state).toBe('stopped');
  const later = await begin();
  later.world.regenerate();
  await later.run();
  expect((await stopWithoutKey(later.world.all, later.record.rotationId, NEVER))?.state).toBe('applying');
});
