import { expect, test } from 'vitest';
import { promoteKey } from '../../../src/app/promote-key.ts';
import { loadContext } from '../../../src/app/rotation-context.ts';
import { watchStore } from '../../../src/app/watch-store.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import type { AccountId, AccountTarget, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { WatchesVersions } from '../../../src/core/store-powers.ts';
import { createEstate } from '../../../src/infra/estate.ts';
import { createFakeLease } from '../../support/fakes/ledger.ts';
import { createUnitWorld, mintKey, openRotation, RESELLER } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;

/** The store with the power to be watched. `listed` stands for a listing that is late. */
function watchable() {
  const world = createUnitWorld(1);
  const looks: string[][] = [];
  let [listed, duringSettling]: [(() => VersionId | undefined) | undefined, () => void] = [undefined, () => undefined];
  const store: SecretStore & WatchesVersions = {
    ...world.store,
    capabilities: world.store.capabilities,
    async currentVersions(names) {
      looks.push([...names]);
      const current = listed ? listed() : world.store.stages.get('current');
      return new Map(names.map((name) => [name, current]));
    },
  };
  const sleeps: number[] = [];
  const clock = {
    now: () => 0,
    async sleep(ms: number) {
      sleeps.push(ms);
      duringSettling();
    },
  };
  const deps = { ...world.all, clock, store: async () => store };
  return {
    world,
    deps,
    looks,
    sleeps,
    list: (late: (() => VersionId | undefined) | undefined): void => {
      listed = late;
    },
    whileSettling: (work: () => void): void => {
      duringSettling = work;
    },
    look: () => watchStore(deps, { store: world.store.id, settleMs: 5_000 }, NEVER),
    /** What somebody else does. */
    write: (key = mintKey('theirs')) => world.store.put('current', RESELLER, key),
    rotations: (): readonly RotationRecord[] => [...world.ledger.records.values()],
    settle: (state: RotationRecord['state']): void => {
      for (const record of world.ledger.records.values())
        world.ledger.records.set(record.rotationId, { ...record, state });
    },
  };
}

test('what is seen for the first time is remembered and not rolled out', async () => {
  const { look, rotations, looks, world } = watchable();
  expect(await look()).toEqual({ started: 0, unsettled: 0, waiting: 0, byReading: false });
  await look();
  expect(rotations()).toEqual([]);
  expect(looks).toEqual([['acme'], ['acme']]);
  expect(world.store.calls).toEqual([]);
});

test('a version that somebody else wrote is rolled out once, in the name of the watch', async () => {
  const { look, write, rotations, world, sleeps, settle } = watchable();
  await look();
  const versionId = write();
  expect((await look()).started).toBe(1);
  expect(rotations()).toMatchObject([{ versionId, reason: 'from-store', actor: 'watch:memory', state: 'staged' }]);
  expect(world.queue.calls).toEqual([`advance ${String(rotations()[0]?.rotationId)}`]);
  expect(sleeps).toEqual([5_000]);
  await look();
  settle('discarded');
  await look();
  expect(rotations()).toHaveLength(1);
});

test('a key that the vendor refused is tried again when it changes once more, and when it comes back later', async () => {
  const { look, write, rotations, settle, world } = watchable();
  await look();
  const refused = write();
  await look();
  settle('discarded');
  const good = write();
  await look();
  settle('proven');
  world.store.stages.set('current', refused);
  await look();
  expect(rotations().map(({ versionId }) => versionId)).toEqual([refused, good, refused]);
});

test('several changes within the settle time are one rotation of the last', async () => {
  const { look, write, rotations, whileSettling } = watchable();
  await look();
  write();
  const last: VersionId[] = [];
  whileSettling(() => void last.push(write()));
  expect(await look()).toMatchObject({ started: 0, unsettled: 1 });
  whileSettling(() => undefined);
  await look();
  expect(rotations().map(({ versionId }) => versionId)).toEqual(last);
});

test('our own promotion is not a change, even if its note was lost and the listing is late', async () => {
  const { look, rotations, world, deps, list, settle } = watchable();
  await look();
  const old = world.store.stages.get('current');
  const { rotationId } = await openRotation(world, { state: 'verified' });
  const context = await loadContext(deps, rotationId, NEVER);
  await promoteKey(deps, { context, lease: createFakeLease(), signal: NEVER });
  settle('proven');
  list(() => old);
  await look();
  list(undefined);
  await look();
  expect(rotations().map(({ rotationId: id }) => id)).toEqual([rotationId]);

  await world.ledger.forgetSightings();
  if (old) await world.ledger.sawVersion(world.account, old, 'always');
  await look();
  expect(rotations()).toHaveLength(1);
  expect((await world.ledger.sightings([world.account]))[0]?.versionId).toBe(world.store.stages.get('current'));
});

test('somebody who puts the old key back right after our rotation is noticed', async () => {
  const { look, rotations, world, deps, settle } = watchable();
  await look();
  const old = world.store.stages.get('current');
  const { rotationId } = await openRotation(world, { state: 'verified' });
  const context = await loadContext(deps, rotationId, NEVER);
  await promoteKey(deps, { context, lease: createFakeLease(), signal: NEVER });
  settle('proven');
  if (old) world.store.stages.set('current', old);
  await look();
  expect(rotations().map(({ versionId }) => versionId)).toEqual([world.ledger.records.get(rotationId)?.versionId, old]);
});

test('without a watch nothing is noted, so that switching it on later rolls out nothing', async () => {
  const { world, deps } = watchable();
  const { rotationId } = await openRotation(world, { state: 'verified' });
  const context = await loadContext(deps, rotationId, NEVER);
  await promoteKey(deps, { context, lease: createFakeLease(), signal: NEVER });
  expect(await world.ledger.sightings([world.account])).toEqual([undefined]);
});

test('while a rotation runs a change waits; it is taken up when that has ended', async () => {
  const { look, write, rotations, world, settle } = watchable();
  await look();
  await openRotation(world);
  const versionId = write();
  expect(await look()).toMatchObject({ started: 0, waiting: 1 });
  settle('stopped');
  expect((await look()).started).toBe(1);
  expect(rotations().at(-1)).toMatchObject({ versionId });
});

test('a worker that died between opening the rotation and noting it opens no second one', async () => {
  const { look, write, rotations, world, deps, settle } = watchable();
  await look();
  write();
  const dying = {
    ...world.ledger,
    sawVersion: () => Promise.reject(new KeyturnError('UPSTREAM_UNAVAILABLE', 'Dead.')),
  };
  await refusal(
    watchStore({ ...deps, ledger: dying }, { store: world.store.id, settleMs: 1 }, NEVER),
    'UPSTREAM_UNAVAILABLE',
  );
  expect(rotations()).toHaveLength(1);
  expect(await look()).toMatchObject({ started: 0, waiting: 1 });
  settle('discarded');
  await look();
  expect(rotations()).toHaveLength(1);
  await look();
  expect((await world.ledger.sightings([world.account]))[0]?.changes).toBe(1);
});

test('a listing that shows what is not current any more opens nothing', async () => {
  const { look, rotations, list } = watchable();
  await look();
  list(() => 'v-from-a-late-listing' as VersionId);
  expect(await look()).toMatchObject({ started: 0 });
  expect(rotations()).toEqual([]);
});

test('what is no credential is told once and rolled out never', async () => {
  const { look, write, rotations, world } = watchable();
  await look();
  const versionId = write();
  world.store.versions.set(versionId, new SecretValue('somebody saved a note here'));
  await look();
  await look();
  expect(rotations()).toEqual([]);
  expect(world.notices.map(({ title, severity }) => [title, severity])).toEqual([
    ['New version of acme (live) in store memory is no credential', 'critical'],
  ]);
});

test('a secret that is gone is no change, and neither is its coming back as it was', async () => {
  const { look, rotations, list } = watchable();
  await look();
  list(() => undefined);
  await look();
  list(undefined);
  await look();
  expect(rotations()).toEqual([]);
});

test('of a storm everything is taken up once; a store that asks to slow down gets no further call, and the rest comes next time', async () => {
  const { deps, world, write, rotations } = watchable();
  const accounts: AccountTarget[] = Array.from({ length: 300 }, (_, index) => ({
    ...world.account,
    accountId: `a${String(index)}` as AccountId,
  }));
  const stormy = { ...deps, estate: createEstate({ accounts, bindings: [] }) };
  const watch = { store: world.store.id, settleMs: 1 };
  await watchStore(stormy, watch, NEVER);
  write();
  world.store.failures.push(new KeyturnError('RATE_LIMITED', 'Slow down.', { retryAfterMs: 9_000 }));
  expect((await refusal(watchStore(stormy, watch, NEVER), 'RATE_LIMITED')).retryAfterMs).toBe(9_000);
  expect(world.store.calls.length).toBeLessThan(20);
  await watchStore(stormy, watch, NEVER);
  await watchStore(stormy, watch, NEVER);
  expect(new Set(rotations().map(({ accountId }) => accountId)).size).toBe(300);
  expect(rotations()).toHaveLength(300);
});

test('a store without metadata is read, and says so', async () => {
  const world = createUnitWorld(0);
  const watch = { store: world.store.id, settleMs: 1 };
  expect(await watchStore(world.all, watch, NEVER)).toMatchObject({ byReading: true });
  world.store.put('current', RESELLER, mintKey('theirs'));
  world.store.writable = false;
  expect(await watchStore(world.all, watch, NEVER)).toMatchObject({ started: 1, byReading: true });
});

test('a key from a store that can only be read is rolled out without writing there', async () => {
  const { world, deps } = watchable();
  world.store.writable = false;
  const versionId = world.store.stages.get('current') ?? expect.fail('no current');
  const record = await openRotation(world, { state: 'verified', reason: 'from-store', versionId });
  const context = await loadContext({ ...deps, store: async () => world.store }, record.rotationId, NEVER);
  const after = await promoteKey(
    { ...deps, store: async () => world.store },
    { context, lease: createFakeLease(), signal: NEVER },
  );
  expect(after.state).toBe('promoted');
  expect(world.store.calls.filter((call) => call.startsWith('promote'))).toEqual([]);
});

test('one secret that may not be looked at hides itself and no other; the look says so in its end', async () => {
  const { world, deps, look, write } = watchable();
  const hidden: AccountTarget = {
    ...world.account,
    accountId: 'hidden' as AccountId,
    secret: { ...world.account.secret, name: 'hidden' },
  };
  const store = await deps.store();
  const plain = store.currentVersions.bind(store);
  store.currentVersions = async (names, signal) => {
    if (names.includes('hidden')) throw new KeyturnError('PERMISSION_DENIED', 'Not this one.');
    return plain(names, signal);
  };
  deps.estate = { ...deps.estate, accounts: () => [hidden, world.account] };
  await refusal(look(), 'PERMISSION_DENIED');
  write();
  await refusal(look(), 'PERMISSION_DENIED');
  const [record, ...more] = world.ledger.records.values();
  expect(record).toMatchObject({ accountId: world.account.accountId, reason: 'from-store' });
  expect(more).toEqual([]);
});
