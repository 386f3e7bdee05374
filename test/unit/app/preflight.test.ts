import { expect, test } from 'vitest';
import { preflight, type Readiness } from '../../../src/app/preflight.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import { BY_HAND, giveConnector, READABLE } from '../../support/fakes/panel.ts';
import { OUTAGE } from '../../support/fakes/vendor.ts';
import { createUnitWorld, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

function look(world: UnitWorld, signal = new AbortController().signal): Promise<Readiness> {
  return preflight(world.all, world.account, signal);
}

function said({ findings, bindings }: Readiness): string {
  return [...findings, ...bindings.flatMap((binding) => binding.findings)]
    .map(({ level, what }) => `${level}: ${what}`)
    .join('\n');
}

test('GO when the store, the vendor and every panel are ready, and nothing is written', async () => {
  const world = createUnitWorld(3);
  const readiness = await look(world);
  expect(readiness).toMatchObject({ go: true, hasKey: true });
  expect(readiness.bindings.map(({ write, proof }) => [write, proof])).toEqual(Array(3).fill(['remote', 'balance']));
  expect(world.panels.map(({ calls }) => calls)).toEqual(Array(3).fill(['preflight']));
  expect(world.store.calls.filter((call) => !call.startsWith('read'))).toEqual([]);
});

test.each([
  [
    'a panel with a blocker',
    (world: UnitWorld) => world.panels[1]?.findings.push({ level: 'blocker', what: 'The module is missing.' }),
  ],
  [
    'a panel that cannot be reached',
    (world: UnitWorld) =>
      world.panels[1]?.failures.preflight.push(new KeyturnError('UPSTREAM_UNAVAILABLE', 'No answer.')),
  ],
  [
    'a panel that denies access',
    (world: UnitWorld) => world.panels[1]?.failures.preflight.push(new KeyturnError('PERMISSION_DENIED', 'Denied.')),
  ],
  [
    'a store that denies access',
    (world: UnitWorld) => world.store.failures.push(new KeyturnError('PERMISSION_DENIED', 'Denied.')),
  ],
  ['a vendor without an answer', (world: UnitWorld) => world.vendor.says.push(OUTAGE)],
  [
    "a vendor that does not let the worker's address in, since it would not with the new key either",
    (world: UnitWorld) =>
      world.vendor.says.push({ verdict: 'rejected', reason: 'address-not-allowed', detail: 'Not from here.' }),
  ],
] as const)('NO-GO for %s', async (_what, spoil) => {
  const world = createUnitWorld(2);
  spoil(world);
  const readiness = await look(world);
  expect(readiness.go).toBe(false);
  expect(said(readiness)).toMatch(/blocker: /);
});

test('NO-GO for a store that may only be read, with the way round', async () => {
  const world = createUnitWorld();
  world.store.writable = false;
  const { go, findings } = await look(world);
  expect(go).toBe(false);
  expect(findings.find(({ level }) => level === 'blocker')?.fix).toContain('--from-store');
});

test('one panel that fails does not hide what the others say', async () => {
  const world = createUnitWorld(3);
  world.panels[0]?.failures.preflight.push(new KeyturnError('TIMEOUT', 'Late.', { fix: 'Look at it.' }));
  const { bindings } = await look(world);
  expect(bindings[0]?.findings).toEqual([{ level: 'blocker', what: 'Late.', fix: 'Look at it.' }]);
  expect(bindings[2]?.findings).toEqual([{ level: 'ok', what: 'The panel answers.' }]);
});

test('a present key that is refused is a warning: replacing it is what a rotation is for', async () => {
  const world = createUnitWorld();
  world.vendor.alive.clear();
  const readiness = await look(world);
  expect(readiness.go).toBe(true);
  expect(said(readiness)).toContain('warning: The vendor refuses the present key');
});

test('an account without a key yet, or without a panel, is told so and may go', async () => {
  const world = createUnitWorld(0);
  world.store.stages.clear();
  const readiness = await look(world);
  expect(readiness).toMatchObject({ go: true, hasKey: false, predictedOutageSeconds: 0 });
  expect(readiness.findings.map(({ level }) => level)).toEqual(['warning', 'warning']);
  expect(world.vendor.asked).toEqual([]);
});

test('a panel by hand is proven by its operator and needs no turn of the key', async () => {
  const world = createUnitWorld();
  const [panel] = world.panels;
  if (panel) panel.capabilities = BY_HAND;
  const { bindings } = await look(world);
  expect(bindings.map(({ write, proof }) => [write, proof])).toEqual([['manual', 'operator']]);
  expect(world.turns).toEqual(['turn']);
});

test('a panel that asks the vendor when it saves keeps the pace in preflight too', async () => {
  const world = createUnitWorld();
  const [panel] = world.panels;
  if (panel) panel.capabilities = { ...READABLE, asksVendorOnWrite: true };
  await look(world);
  expect(world.turns).toEqual(['turn', 'turn', 'turn']);
});

test('being told to stop is no finding', async () => {
  const world = createUnitWorld();
  const stop = new AbortController();
  const [panel] = world.panels;
  if (panel)
    panel.before = async () => {
      stop.abort(new KeyturnError('ABORTED', 'Told to stop.'));
      throw new KeyturnError('ABORTED', 'Cut off.');
    };
  await refusal(look(world, stop.signal), 'ABORTED');
});

test("a connector's panel is asked to look the account up before the key is regenerated", async () => {
  const world = createUnitWorld(2);
  const [panel, other] = world.panels;
  if (!panel || !other) return expect.fail('no panel');
  giveConnector(panel);
  const readiness = await look(world);
  expect(readiness.go).toBe(true);
  expect(said(readiness)).toMatch(/ok: The panel's own lookup works/);
  expect([panel.calls, other.calls]).toEqual([['preflight', 'check'], ['preflight']]);
});

test.each([
  ['address-not-allowed', 'blocker', false],
  ['bad-credential', 'warning', true],
] as const)("a connector's lookup that is refused (%s) is a %s", async (reason, level, go) => {
  const world = createUnitWorld(1);
  const [panel] = world.panels;
  if (!panel) return expect.fail('no panel');
  giveConnector(panel);
  panel.saysOfCheck = { verdict: 'rejected', reason, detail: 'Refused there.', method: 'balance' };
  const readiness = await look(world);
  expect(readiness.go).toBe(go);
  expect(said(readiness)).toContain(`${level}: `);
  expect(said(readiness)).toContain('Refused there.');
});

test('a connector that fails at the lookup is a warning, and one with a blocker is not asked', async () => {
  const world = createUnitWorld(2);
  const [failing, blocked] = world.panels;
  if (!failing || !blocked) return expect.fail('no panel');
  giveConnector(failing);
  giveConnector(blocked);
  failing.failures.check.push(new KeyturnError('TIMEOUT', 'No answer in time.'));
  blocked.findings.push({ level: 'blocker', what: 'The module is missing.' });
  expect(said(await look(world))).toMatch(/warning: .*No answer in time/);
  expect(blocked.calls).toEqual(['preflight']);
});
