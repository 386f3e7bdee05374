import { expect, test } from 'vitest';
import { rollOutCurrent, submitKey } from '../../../src/app/submit-key.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createUnitWorld, openRotation, RESELLER, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;

function submit(
  world: UnitWorld,
  changes: Partial<Parameters<typeof submitKey>[1]> = {},
): ReturnType<typeof submitKey> {
  const apiKey = new SecretValue(world.newKey);
  return submitKey(
    world.all,
    { account: world.account, apiKey, reason: 'exposure', actor: 'cli:alice', ...changes },
    NEVER,
  );
}

function writesOf({ store }: UnitWorld): string[] {
  return store.calls.filter((call) => !call.startsWith('read'));
}

function pendingText({ store }: UnitWorld): unknown {
  const version = store.stages.get('pending');
  return version && JSON.parse(store.versions.get(version)?.reveal() ?? '');
}

test('a new key is staged beside the current one, the rotation opened and queued', async () => {
  const world = createUnitWorld();
  const current = world.store.stages.get('current');
  const record = await submit(world);
  expect(record).toMatchObject({ state: 'staged', reason: 'exposure', actor: 'cli:alice', previousVersionId: current });
  expect(pendingText(world)).toEqual({ resellerId: RESELLER, apiKey: world.newKey });
  expect(world.store.stages.get('current')).toBe(current);
  expect(world.queue.calls).toEqual([`advance ${record.rotationId}`]);
  expect(writesOf(world)).toEqual(['stage']);
  expect(world.panels[0]?.calls).toEqual([]);
});

test('other fields of the secret are kept', async () => {
  const world = createUnitWorld();
  const version = world.store.stages.get('current');
  if (version)
    world.store.versions.set(
      version,
      new SecretValue(JSON.stringify({ note: 'ours', resellerId: RESELLER, apiKey: world.oldKey })),
    );
  await submit(world);
  expect(pendingText(world)).toEqual({ note: 'ours', resellerId: RESELLER, apiKey: world.newKey });
});

test('the key that is current already is refused, and nothing stored', async () => {
  const world = createUnitWorld();
  const same = submit(world, { apiKey: new SecretValue(world.oldKey) });
  const error = await refusal(same, 'CREDENTIAL_REJECTED', [world.oldKey]);
  expect(error.fix).toContain('--from-store');
  expect(writesOf(world)).toEqual([]);
});

test('while a rotation runs another key is refused, with the way to follow the first', async () => {
  const world = createUnitWorld();
  const running = await openRotation(world);
  const error = await refusal(submit(world), 'SUPERSEDED', [world.newKey]);
  expect(error.safeMessage).toContain(running.rotationId);
  expect(error.fix).toContain(`keyturn status ${running.rotationId} --follow`);
  expect(writesOf(world)).toEqual([]);
  await refusal(rollOutCurrent(world.all, { account: world.account, actor: 'cli:alice' }, NEVER), 'SUPERSEDED');
});

test('a settled rotation is no obstacle', async () => {
  const world = createUnitWorld();
  await openRotation(world, { state: 'partial' });
  expect((await submit(world)).state).toBe('staged');
});

test('the account is claimed while a key is taken, and given back whatever happens', async () => {
  const world = createUnitWorld();
  await submit(world, { apiKey: new SecretValue(world.oldKey) }).catch(() => undefined);
  expect(world.leases.given.map(({ names }) => names)).toEqual([['account:acme/live']]);
});

test('the first key of an account needs its Reseller ID once', async () => {
  const world = createUnitWorld();
  world.store.stages.clear();
  const error = await refusal(submit(world), 'MALFORMED_CREDENTIAL', [world.newKey]);
  expect(error.fix).toContain('--reseller-id');
  expect(writesOf(world)).toEqual([]);
  const record = await submit(world, { resellerId: RESELLER });
  expect(record.previousVersionId).toBeUndefined();
  expect(pendingText(world)).toEqual({ resellerId: RESELLER, apiKey: world.newKey });
});

test('an e-mail address in place of the Reseller ID is refused before anything is stored', async () => {
  const world = createUnitWorld();
  world.store.stages.clear();
  await refusal(submit(world, { resellerId: 'billing@example.com' }), 'MALFORMED_CREDENTIAL', [world.newKey]);
  expect(writesOf(world)).toEqual([]);
});

test('the Reseller ID of the configuration goes before what the store or the command line says', async () => {
  const world = createUnitWorld();
  const id = '11ce7a90-0000-4b22-8d02-1f2e3d4c5b6a';
  await submit(world, { account: { ...world.account, resellerId: id }, resellerId: 'other' });
  expect(pendingText(world)).toEqual({ resellerId: id, apiKey: world.newKey });
});

test('the Reseller ID pasted as the key is refused by name', async () => {
  const world = createUnitWorld();
  const error = await refusal(submit(world, { apiKey: new SecretValue(RESELLER) }), 'MALFORMED_CREDENTIAL');
  expect(error.safeMessage).toContain('Reseller ID');
  expect(writesOf(world)).toEqual([]);
});

test('a store that does not take the key says that it is needed again: the old one may be dead by now', async () => {
  const world = createUnitWorld();
  const denied = new KeyturnError('PERMISSION_DENIED', 'AWS denied the call.', { fix: 'Add the policy.' });
  const store = { ...world.store, stage: () => Promise.reject(denied) };
  const submission = { account: world.account, apiKey: new SecretValue(world.newKey), actor: 'cli:alice' };
  const all = { ...world.all, store: () => Promise.resolve(store) };
  const error = await refusal(submitKey(all, { ...submission, reason: 'requested' }, NEVER), 'PERMISSION_DENIED');
  expect(error).toMatchObject({ safeMessage: 'AWS denied the call.', fix: 'Add the policy.' });
  expect(error.untouched).toContain('keep the new key');
  expect(world.queue.calls).toEqual([]);
});

test('rolling out what the store holds opens a rotation of the current version and writes nothing', async () => {
  const world = createUnitWorld();
  const current = world.store.stages.get('current');
  const previous = world.store.put('previous', RESELLER, world.newKey);
  const record = await rollOutCurrent(world.all, { account: world.account, actor: 'cli:alice' }, NEVER);
  expect(record).toMatchObject({ reason: 'from-store', versionId: current, previousVersionId: previous });
  expect(writesOf(world)).toEqual([]);
  expect(world.queue.calls).toEqual([`advance ${record.rotationId}`]);
});

test('there has to be something to roll out, and it has to be a credential', async () => {
  const world = createUnitWorld();
  const current = world.store.stages.get('current');
  if (current) world.store.versions.set(current, new SecretValue('kJunk5Xq8Wz'));
  const request = { account: world.account, actor: 'cli:alice' };
  await refusal(rollOutCurrent(world.all, request, NEVER), 'SECRET_MALFORMED', ['kJunk5Xq8Wz']);
  world.store.stages.clear();
  await refusal(rollOutCurrent(world.all, request, NEVER), 'SECRET_NOT_FOUND');
  expect(world.queue.calls).toEqual([]);
});
