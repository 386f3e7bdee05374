import { expect, test } from 'vitest';
import { applyToBinding } from '../../../src/app/apply-to-binding.ts';
import type { BindingWork } from '../../../src/app/binding-work.ts';
import { loadContext } from '../../../src/app/rotation-context.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { BindingOutcome } from '../../../src/core/rotation/outcome.ts';
import type { PanelCheck } from '../../../src/core/verdict.ts';
import { createFakeLease } from '../../support/fakes/ledger.ts';
import { BY_HAND, type FakePanel, giveConnector, HIDDEN, READABLE } from '../../support/fakes/panel.ts';
import { OUTAGE, TOO_FAST } from '../../support/fakes/vendor.ts';
import { createUnitWorld, openRotation, RESELLER, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;
const REFUSED: PanelCheck = { verdict: 'rejected', reason: 'bad-credential', detail: 'Refused.', method: 'balance' };

interface Scene {
  readonly world: UnitWorld;
  readonly panel: FakePanel;
  readonly work: BindingWork;
  readonly lease: ReturnType<typeof createFakeLease>;
  readonly run: () => Promise<BindingOutcome>;
}

/** One panel with the old key, a rotation of the new one; the vendor has regenerated unless told otherwise. */
async function scene(options: { earlier?: BindingOutcome; regenerated?: boolean } = {}): Promise<Scene> {
  const world = createUnitWorld(1);
  if (options.regenerated !== false) world.regenerate();
  const { rotationId } = await openRotation(world);
  const context = await loadContext(world.all, rotationId, NEVER);
  const [panel, binding] = [world.panels[0], world.bindings[0]];
  if (!panel || !binding) return expect.fail('no panel');
  const lease = createFakeLease();
  const work: BindingWork = { context, binding, earlier: options.earlier, lease, signal: NEVER };
  return { world, panel, work, lease, run: () => applyToBinding(world.all, work) };
}

function outcome(name: 'writing' | 'written'): BindingOutcome {
  return { outcome: name, at: '' };
}

test('a panel is read, written, read again and asked to prove it, in this order', async () => {
  const { run, panel, world } = await scene();
  expect(await run()).toMatchObject({ outcome: 'proven', method: 'balance', detail: 'Balance 12.00 USD.' });
  expect(panel.calls).toEqual(['observe', 'apply', 'observe', 'check']);
  expect(panel.held).toMatchObject({ username: RESELLER, password: world.newKey });
});

test('a panel that has the key already is not written, and proven all the same', async () => {
  const { run, panel, world } = await scene();
  panel.held = { username: RESELLER.toUpperCase(), password: world.newKey, testMode: false };
  expect((await run()).outcome).toBe('proven');
  expect(panel.calls).toEqual(['observe', 'check']);
});

test.each([
  ['a stray space behind the key', (key: string) => ({ username: RESELLER, password: `${key} ` })],
  ['a stray space behind the Reseller ID', (key: string) => ({ username: `${RESELLER} `, password: key })],
  ['the test mode of the other environment', (key: string) => ({ username: RESELLER, password: key, testMode: true })],
  ['the fields swapped', (key: string) => ({ username: key, password: RESELLER })],
])('%s is not the same credential: the panel is written', async (_what, held) => {
  const { run, panel, world } = await scene();
  panel.held = held(world.newKey);
  panel.before = async (call) => {
    const { username, password } = panel.held;
    if (call === 'apply') panel.held = { username, password };
  };
  expect((await run()).outcome).toBe('proven');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('a panel that says yes and keeps what it has fails, is not proven, and would be retried', async () => {
  const { run, panel } = await scene();
  panel.ignoresWrites = true;
  const error = await refusal(run(), 'UNEXPECTED_RESPONSE');
  expect(error.disposition).toBe('retry');
  expect(panel.calls).not.toContain('check');
});

test('nothing is written once the lease is lost', async () => {
  const { run, panel, lease } = await scene();
  panel.before = async (call) => {
    if (call === 'observe') lease.lose();
  };
  await refusal(run(), 'LEASE_LOST');
  expect(panel.pushes).toEqual([]);
});

test('what the panel throws is passed on and nothing else happens', async () => {
  const { run, panel } = await scene();
  panel.failures.observe.push(new KeyturnError('PERMISSION_DENIED', 'The panel denied access.'));
  await refusal(run(), 'PERMISSION_DENIED');
  expect(panel.calls).toEqual(['observe']);
});

test('a panel that asks the vendor when it saves gets a turn of the key for it', async () => {
  const { run, panel, world } = await scene();
  panel.capabilities = { ...READABLE, asksVendorOnWrite: true };
  await run();
  expect(world.turns).toEqual(['turn', 'turn']);
});

test('a panel that a person has to enter the key into is by hand, with the way there', async () => {
  const { run, panel } = await scene();
  panel.capabilities = BY_HAND;
  expect(await run()).toMatchObject({ outcome: 'by-hand', detail: 'Enter it at Setup.' });
});

test('a panel that offers no check is applied and not proven', async () => {
  const { run, panel } = await scene();
  panel.capabilities = { ...READABLE, check: 'none' };
  expect((await run()).outcome).toBe('applied');
  panel.capabilities = READABLE;
  panel.saysOfCheck = { verdict: 'not-observable', detail: 'The panel answers with a number only.' };
  expect(await run()).toMatchObject({ outcome: 'applied', detail: 'The panel answers with a number only.' });
});

test('a panel that hides what it holds is marked before and after the write', async () => {
  const { run, panel, world } = await scene();
  panel.capabilities = HIDDEN;
  expect((await run()).outcome).toBe('proven');
  expect(world.ledger.checkpoints.map((each) => each.outcome.outcome)).toEqual(['writing', 'written']);
  expect(panel.pushes).toEqual([world.newKey]);
});

test('after a crash between mark and write, a check that proves the key saves the second push', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('writing') });
  panel.capabilities = HIDDEN;
  panel.held.password = world.newKey;
  expect((await run()).outcome).toBe('proven');
  expect(panel.pushes).toEqual([]);
});

test('after the same crash a check that refuses the key shows that it is not there: the panel is written', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('writing') });
  panel.capabilities = HIDDEN;
  expect((await run()).outcome).toBe('proven');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('while the previous key still works a check proves nothing, so the hidden panel is written again', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('writing') });
  panel.capabilities = HIDDEN;
  world.vendor.alive.set(world.oldKey, { environment: 'live', resellerId: RESELLER });
  expect((await run()).outcome).toBe('proven');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('without an answer of the vendor a hidden panel is not written again', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('writing') });
  panel.capabilities = HIDDEN;
  world.vendor.says.push(OUTAGE);
  await refusal(run(), 'UPSTREAM_UNAVAILABLE');
  expect(panel.pushes).toEqual([]);
});

test('a hidden panel whose write is on record is only checked', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('written') });
  panel.capabilities = HIDDEN;
  panel.held.password = world.newKey;
  expect((await run()).outcome).toBe('proven');
  expect(panel.calls).toEqual(['observe', 'check']);
});

test('that a module works proves nothing on a hidden panel while the previous key works too', async () => {
  const { run, panel, world } = await scene({ earlier: outcome('written') });
  panel.capabilities = { ...HIDDEN, check: 'behaviour' };
  panel.held.password = world.newKey;
  world.vendor.alive.set(world.oldKey, { environment: 'live', resellerId: RESELLER });
  expect((await run()).outcome).toBe('applied');
  world.vendor.alive.delete(world.oldKey);
  expect(await run()).toMatchObject({ outcome: 'proven', method: 'behaviour' });
});

test.each([
  ['an outage', OUTAGE, 'UPSTREAM_UNAVAILABLE'],
  ['a 429', TOO_FAST, 'RATE_LIMITED'],
] as const)('%s at the check changes nothing and takes nothing back', async (_what, said, code) => {
  const { run, panel, world } = await scene();
  world.vendor.says.push(said);
  const error = await refusal(run(), code);
  expect(error.disposition).toBe('retry');
  expect(panel.pushes).toEqual([world.newKey]);
  expect(world.turns).toEqual(said === TOO_FAST ? ['turn', 'back off 50'] : ['turn']);
});

test('refused with the new key while the previous one works: the previous one is put back', async () => {
  const { run, panel, world } = await scene({ regenerated: false });
  panel.saysOfCheck = REFUSED;
  const after = await run();
  expect(after).toMatchObject({ outcome: 'restored' });
  expect(panel.pushes).toEqual([world.newKey, world.oldKey]);
  expect(panel.held.password).toBe(world.oldKey);
});

test.each([
  ['dead', undefined],
  ['unknown', OUTAGE],
] as const)('refused with the new key while the previous one is %s: the new one stays', async (_what, said) => {
  const { run, panel, world } = await scene();
  panel.saysOfCheck = REFUSED;
  if (said) world.vendor.says.push(said);
  await refusal(run(), 'CREDENTIAL_REJECTED');
  expect(panel.pushes).toEqual([world.newKey]);
  expect(panel.held.password).toBe(world.newKey);
});

test('a panel that can only be written by hand by then is not said to have the previous key back', async () => {
  const { run, panel, world } = await scene({ regenerated: false });
  panel.saysOfCheck = REFUSED;
  panel.before = async (call) => {
    if (call === 'check') panel.capabilities = BY_HAND;
  };
  await refusal(run(), 'CREDENTIAL_REJECTED');
  expect(panel.held.password).toBe(world.newKey);
});

test('a lease lost before the previous key is put back keeps the panel as it is', async () => {
  const { run, panel, world, lease } = await scene({ regenerated: false });
  panel.saysOfCheck = REFUSED;
  panel.before = async (call) => {
    if (call === 'check') lease.lose();
  };
  await refusal(run(), 'LEASE_LOST');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('a panel refused for its address or for another account keeps the new key: the key is not at fault', async () => {
  const { run, panel, world } = await scene({ regenerated: false });
  panel.saysOfCheck = { ...REFUSED, reason: 'address-not-allowed' };
  const address = await refusal(run(), 'ADDRESS_NOT_ALLOWED');
  expect(address.fix).toContain('IP authorization');
  panel.saysOfCheck = { ...REFUSED, reason: 'wrong-account' };
  await refusal(run(), 'WRONG_ACCOUNT');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('a panel that held the key before and is refused now gets nothing put back: this rotation did not write it', async () => {
  const { run, panel, world } = await scene({ regenerated: false });
  panel.held.password = world.newKey;
  panel.saysOfCheck = REFUSED;
  await refusal(run(), 'CREDENTIAL_REJECTED');
  expect(panel.pushes).toEqual([]);
});

test('a panel with a connector is compared under its own key: written once, and not again once it holds the credential', async () => {
  const { run, panel, world } = await scene();
  giveConnector(panel);
  expect((await run()).outcome).toBe('proven');
  expect(panel.calls).toEqual(['observe', 'apply', 'observe', 'check']);
  expect((await run()).outcome).toBe('proven');
  expect(panel.pushes).toEqual([world.newKey]);
});

test('a key that a person enters between the write and the check is not replaced by the previous one', async () => {
  const { run, panel, world } = await scene({ regenerated: false });
  panel.saysOfCheck = REFUSED;
  panel.before = async (call) => {
    if (call === 'check') panel.held = { username: RESELLER, password: 'entered-by-a-person' };
  };
  await refusal(run(), 'SUPERSEDED');
  expect(panel.held.password).toBe('entered-by-a-person');
  expect(panel.pushes).toEqual([world.newKey]);
});
