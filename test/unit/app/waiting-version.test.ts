import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { preflight } from '../../../src/app/preflight.ts';
import { submitKey } from '../../../src/app/submit-key.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationId, VersionId } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  ACCOUNT,
  createUnitWorld,
  mintKey,
  openRotation,
  RESELLER,
  type UnitWorld,
} from '../../support/fakes/world.ts';

const NEVER = new AbortController().signal;

async function warnings(world: UnitWorld): Promise<readonly string[]> {
  const { findings, go } = await preflight(world.all, world.account, NEVER);
  expect(go).toBe(true);
  return findings.filter(({ level }) => level === 'warning').map(({ what }) => what);
}

async function submit(world: UnitWorld): Promise<string> {
  const submission = {
    account: world.account,
    apiKey: new SecretValue(world.newKey),
    reason: 'requested',
    actor: 'test',
  } as const;
  const { rotationId } = await submitKey(world.all, submission, NEVER);
  return (await world.ledger.story(rotationId)).map(({ what }) => what).join('\n');
}

test('a version that somebody else left pending is found, and told of when it is displaced', async () => {
  const world = createUnitWorld();
  const theirs = world.store.put('pending', RESELLER, mintKey('theirs'));
  expect(await warnings(world)).toEqual([
    `A version waits as pending in the store. Version ${theirs} was put there by somebody else: no rotation that Keyturn remembers did it.`,
  ]);
  expect(await submit(world)).toContain(
    `Another version was pending. Version ${theirs} was put there by somebody else`,
  );
});

test('one that a rotation of ours left is told with that rotation, of a secret for each field too', async () => {
  const world = createUnitWorld();
  const ours = world.store.put('pending', RESELLER, mintKey('ours'));
  const rotationId = randomUUID() as RotationId;
  await world.ledger.open({
    rotationId,
    accountId: ACCOUNT,
    environment: 'live',
    reason: 'requested',
    actor: 'test',
    state: 'failed',
    versionId: `${ours}~v7` as VersionId,
    bindings: 0,
    openedAt: new Date(0).toISOString(),
  });
  expect(await warnings(world)).toEqual([
    expect.stringContaining(`belongs to rotation ${rotationId} of Keyturn (failed)`),
  ]);
  expect(await submit(world)).toContain(`belongs to rotation ${rotationId}`);
});

test('the work of a rotation that is under way is no finding, and neither is a store with nothing pending', async () => {
  const world = createUnitWorld();
  expect(await warnings(world)).toEqual([]);
  await openRotation(world);
  expect(await warnings(world)).toEqual([]);
});

test('what cannot be told stands in the way of nothing', async () => {
  const world = createUnitWorld();
  const inner = createUnitWorld().store;
  inner.put('current', RESELLER, world.oldKey);
  world.store.read = async (name, which, signal) => {
    if (which === 'pending') throw new KeyturnError('SECRET_MALFORMED', 'Binary.');
    return inner.read(name, which, signal);
  };
  expect(await warnings(world)).toEqual([]);
  expect(await submit(world)).not.toContain('Another version');
});
