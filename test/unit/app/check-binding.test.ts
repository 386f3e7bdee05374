import { expect, test } from 'vitest';
import { type BindingReport, checkBinding } from '../../../src/app/check-binding.ts';
import { createExpectations } from '../../../src/app/expected-state.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { PanelCheck } from '../../../src/core/verdict.ts';
import { type FakePanel, giveConnector, HIDDEN } from '../../support/fakes/panel.ts';
import { OUTAGE, TOO_FAST } from '../../support/fakes/vendor.ts';
import { createUnitWorld, RESELLER, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const ADDRESS: PanelCheck = {
  verdict: 'rejected',
  reason: 'address-not-allowed',
  detail: 'Not from here.',
  method: 'balance',
};

interface Scene {
  readonly world: UnitWorld;
  readonly panel: FakePanel;
  readonly check: (options?: { lookup?: boolean; signal?: AbortSignal }) => Promise<BindingReport>;
}

function scene(): Scene {
  const world = createUnitWorld(1);
  const [panel, binding] = [world.panels[0], world.bindings[0]];
  if (!panel || !binding) return expect.fail('no panel');
  return {
    world,
    panel,
    async check({ lookup = false, signal = new AbortController().signal } = {}) {
      return checkBinding(world.all, { binding, expectations: createExpectations(world.all, signal), lookup, signal });
    },
  };
}

test('a panel that holds what the store holds is in sync, without a question to the vendor', async () => {
  const { check, world, panel } = scene();
  expect(await check()).toMatchObject({
    panel: 'p0',
    account: 'acme',
    environment: 'live',
    status: 'in-sync',
    drift: [],
  });
  expect(world.vendor.asked).toEqual([]);
  expect(panel.calls).toEqual(['observe']);
});

test('with a lookup the panel itself asks, in the turn of the key it holds', async () => {
  const { check, world, panel } = scene();
  expect((await check({ lookup: true })).status).toBe('in-sync');
  expect(world.vendor.asked.map(({ from }) => from)).toEqual(['worker', 'panel']);
  expect(panel.calls).toEqual(['observe', 'check']);
  expect(world.turns).toEqual(['turn', 'turn']);
});

test('drift is named, with cause and fix, and nothing is written', async () => {
  const { check, world, panel } = scene();
  panel.held = { username: RESELLER, password: `${world.oldKey} ` };
  const report = await check();
  expect(report).toMatchObject({ status: 'drift', drift: ['stray-characters'] });
  expect(report.cause).not.toBeNull();
  expect(report.fix).not.toBeNull();
  expect(panel.pushes).toEqual([]);
  expect(JSON.stringify(report)).not.toContain(world.oldKey);
});

test('refused from the panel and accepted from the worker is the address', async () => {
  const { check, panel } = scene();
  panel.saysOfCheck = ADDRESS;
  expect(await check({ lookup: true })).toMatchObject({ status: 'drift', drift: ['address-not-authorised'] });
});

test('a vendor that is down is no drift, and the panel is not asked', async () => {
  const { check, world, panel } = scene();
  world.vendor.says.push(OUTAGE);
  const report = await check({ lookup: true });
  expect(report.drift).toEqual([]);
  expect(report.status).not.toBe('drift');
  expect(panel.calls).toEqual(['observe']);
});

test('a 429 says nothing of the credential: the panel is asked once more, in a later turn', async () => {
  const { check, world, panel } = scene();
  const verify = world.vendor.verifier.verify.bind(world.vendor.verifier);
  world.vendor.verifier.verify = async (...args) => {
    const verdict = await verify(...args);
    world.vendor.says.push(TOO_FAST);
    return verdict;
  };
  expect((await check({ lookup: true })).status).toBe('in-sync');
  expect(panel.calls).toEqual(['observe', 'check', 'check']);
  expect(world.turns).toEqual(['turn', 'turn', 'back off 50', 'turn']);
});

test('a panel that shows nothing is unobservable, not drift', async () => {
  const { check, panel } = scene();
  panel.capabilities = HIDDEN;
  expect(await check()).toMatchObject({ status: 'unobservable' });
});

test.each([
  ['cannot be reached', new KeyturnError('UPSTREAM_UNAVAILABLE', 'No answer.', { fix: 'Start it.' }), 'inconclusive'],
  ['denies access', new KeyturnError('PERMISSION_DENIED', 'Denied.', { fix: 'Allow it.' }), 'unobservable'],
] as const)('a panel that %s is a report, not an error', async (_what, failure, status) => {
  const { check, panel } = scene();
  panel.failures.observe.push(failure);
  expect(await check()).toMatchObject({ status, drift: [], cause: failure.safeMessage, fix: failure.fix });
});

test('an account without a key in the store is a report that says so', async () => {
  const { check, world } = scene();
  world.store.stages.clear();
  const report = await check();
  expect(report.status).toBe('unobservable');
  expect(report.evidence.join()).toContain('SECRET_NOT_FOUND');
});

test('being told to stop is no report', async () => {
  const { check, panel } = scene();
  const stop = new AbortController();
  panel.before = async () => {
    stop.abort(new KeyturnError('ABORTED', 'Told to stop.'));
    throw new KeyturnError('ABORTED', 'Cut off.');
  };
  await refusal(check({ signal: stop.signal }), 'ABORTED');
});

test.each([
  ['what the store holds', (key: string) => ({ username: RESELLER, password: key }), []],
  ['a stray space', (key: string) => ({ username: RESELLER, password: `${key} ` }), ['stray-characters']],
  ['the fields swapped', (key: string) => ({ username: key, password: RESELLER }), ['swapped-fields']],
] as const)("a connector's facts are under a key of its own, and mean the same: %s", async (_name, held, drift) => {
  const { check, world, panel } = scene();
  giveConnector(panel);
  panel.held = held(world.oldKey);
  expect((await check()).drift).toEqual(drift);
});

test('a connector asks in the turn of the key that it holds, as all panels with that key do', async () => {
  const { check, world, panel } = scene();
  giveConnector(panel);
  await check({ lookup: true });
  expect(new Set(world.turnKeys).size).toBe(1);
  expect(world.vendor.asked.map(({ from }) => from)).toEqual(['worker', 'panel']);
});
