import { expect, test } from 'vitest';
import { preflight, type Readiness } from '../../../src/app/preflight.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { createUnitWorld, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

/** Gives the world's store the power to say what its sign-in may do. */
function giveRights(world: UnitWorld, probeRights: (name: string) => Promise<readonly Finding[]>): UnitWorld {
  Object.assign(world.store, { probeRights });
  return world;
}

function look(world: UnitWorld, signal = new AbortController().signal): Promise<Readiness> {
  return preflight(world.all, world.account, signal);
}

test('what the store says of its rights stands first among the findings, and a missing one is NO-GO', async () => {
  const missing: Finding = { level: 'blocker', what: 'The right to write is missing.', fix: 'Add it.' };
  const asked: string[] = [];
  const world = giveRights(createUnitWorld(), async (name) => {
    asked.push(name);
    return [missing];
  });
  const { go, findings } = await look(world);
  expect({ go, asked, first: findings[0] }).toEqual({ go: false, asked: ['acme'], first: missing });
  expect(findings.at(-1)?.what).toContain('The vendor accepts the present key');
});

test('a store whose rights cannot be asked for is a blocker, said once though reading fails likewise', async () => {
  const world = giveRights(createUnitWorld(), async () => {
    throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'The store is away.');
  });
  world.store.failures.push(new KeyturnError('UPSTREAM_UNAVAILABLE', 'The store is away.'));
  const { go, findings } = await look(world);
  expect(go).toBe(false);
  expect(findings.filter(({ what }) => what === 'The store is away.')).toHaveLength(1);
});

test('a right that is missing for reading is told beside what the read itself said', async () => {
  const world = giveRights(createUnitWorld(), async () => [{ level: 'blocker', what: 'No right to read.' }]);
  world.store.failures.push(new KeyturnError('PERMISSION_DENIED', 'Denied.'));
  const { findings } = await look(world);
  expect(findings.map(({ what }) => what)).toEqual(['No right to read.', 'Denied.']);
});

test('being told to stop while rights are asked is no finding', async () => {
  const stop = new AbortController();
  const world = giveRights(createUnitWorld(), async () => {
    stop.abort(new KeyturnError('ABORTED', 'Told to stop.'));
    throw new KeyturnError('ABORTED', 'Cut off.');
  });
  await refusal(look(world, stop.signal), 'ABORTED');
});

test('a store that is only read is asked for no rights', async () => {
  const world = giveRights(createUnitWorld(), () => Promise.reject(new Error('not to be asked')));
  world.store.writable = false;
  const { findings } = await look(world);
  expect(findings[0]?.what).toContain('read-only');
});

test('a credential that is kept in two secrets needs the rights on both', async () => {
  const asked: string[] = [];
  const world = giveRights(createUnitWorld(), async (name) => {
    asked.push(name);
    return [];
  });
  const shape = { format: 'plain', resellerIdSecret: 'acme-id' } as const;
  await preflight(
    world.all,
    { ...world.account, secret: { ...world.account.secret, shape } },
    new AbortController().signal,
  );
  expect(asked).toEqual(['acme-id', 'acme']);
});
