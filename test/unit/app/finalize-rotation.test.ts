import { expect, test } from 'vitest';
import { confirmByHand } from '../../../src/app/confirm-by-hand.ts';
import { finalizeRotation } from '../../../src/app/finalize-rotation.ts';
import { retryBinding } from '../../../src/app/retry-binding.ts';
import { loadContext, type RotationContext } from '../../../src/app/rotation-context.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import type { BindingId } from '../../../src/core/model.ts';
import type { BindingOutcome } from '../../../src/core/rotation/outcome.ts';
import { createFakeLease } from '../../support/fakes/ledger.ts';
import { OUTAGE } from '../../support/fakes/vendor.ts';
import { createUnitWorld, openRotation, RESELLER, type UnitWorld } from '../../support/fakes/world.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;
const at = '2026-01-01T00:00:00.000Z';
const PROVEN: BindingOutcome = { outcome: 'proven', method: 'balance', detail: 'ok', at };
const FAILED: BindingOutcome = {
  outcome: 'failed',
  code: 'TIMEOUT',
  detail: 'The panel does not answer.',
  retrying: true,
  wrote: 'no',
  at,
};
const BY_HAND: BindingOutcome = { outcome: 'by-hand', detail: 'Enter it at Setup.', at };

interface Scene {
  readonly world: UnitWorld;
  readonly record: RotationRecord;
  readonly context: RotationContext;
  readonly end: () => Promise<RotationRecord | undefined>;
}

/** A fan-out that has ended like this, one panel per outcome; the previous key is dead. */
async function scene(
  outcomes: readonly (BindingOutcome | undefined)[],
  state: RotationRecord['state'] = 'applying',
): Promise<Scene> {
  const world = createUnitWorld(outcomes.length);
  world.regenerate();
  const record = await openRotation(world, { state });
  const ids = world.bindings.map(({ bindingId }) => bindingId);
  await world.ledger.saveChunks(record.rotationId, [ids]);
  for (const [index, outcome] of outcomes.entries()) {
    const id = ids[index];
    if (id && outcome) await world.ledger.checkpoint(record.rotationId, id, outcome, createFakeLease());
  }
  const context = await loadContext(world.all, record.rotationId, NEVER);
  return { world, record, context, end: () => finalizeRotation(world.all, context, NEVER) };
}

test('all proven and the previous key dead: proven, said once, calmly', async () => {
  const { world, end } = await scene([PROVEN, PROVEN]);
  expect(await end()).toMatchObject({ state: 'proven', previousKey: 'dead' });
  await end();
  expect(world.notices).toHaveLength(1);
  expect(world.notices[0]).toMatchObject({
    severity: 'info',
    title: 'Rotation of acme (live): proven',
    lines: ['2 of 2 bindings proven.'],
    bindings: [],
  });
});

test('some proven: partial, with the rest by name and reason', async () => {
  const { world, end, record } = await scene([PROVEN, FAILED, undefined, BY_HAND]);
  expect((await end())?.state).toBe('partial');
  expect(world.notices).toMatchObject([
    {
      severity: 'warning',
      dedupKey: `rotation/${record.rotationId}`,
      bindings: ['p1/acme/live', 'p2/acme/live', 'p3/acme/live'],
      lines: [
        '1 of 4 bindings proven.',
        'p1/acme/live: failed: The panel does not answer.',
        'p2/acme/live: not worked yet',
        'p3/acme/live: by-hand: Enter it at Setup.',
      ],
    },
  ]);
});

test('none proven: failed, and critical', async () => {
  const { world, end } = await scene([FAILED, FAILED]);
  expect((await end())?.state).toBe('failed');
  expect(world.notices).toMatchObject([{ severity: 'critical' }]);
});

test('a previous key that still works is critical even when all is proven', async () => {
  const { world, end } = await scene([PROVEN]);
  world.vendor.alive.set(world.oldKey, { environment: 'live', resellerId: RESELLER });
  expect(await end()).toMatchObject({ state: 'proven', previousKey: 'alive' });
  expect(world.notices[0]?.severity).toBe('critical');
  expect(world.notices[0]?.lines.join(' ')).toContain('STILL WORKS');
});

test('a vendor without an answer about the previous key holds nothing up', async () => {
  const { world, end } = await scene([PROVEN]);
  world.vendor.says.push(OUTAGE);
  expect(await end()).toMatchObject({ state: 'proven', previousKey: 'unknown' });
});

test('many open bindings are counted, not listed for ever', async () => {
  const { world, end } = await scene(Array.from({ length: 30 }, () => FAILED));
  await end();
  expect(world.notices[0]?.lines).toHaveLength(22);
  expect(world.notices[0]?.lines.at(-1)).toBe('and 10 more');
  expect(world.notices[0]?.bindings).toHaveLength(30);
});

test('a straggler never ends a fan-out that is still under way', async () => {
  const { world, context } = await scene([PROVEN]);
  expect((await finalizeRotation(world.all, context, NEVER, 'straggler'))?.state).toBe('applying');
  expect(world.notices).toEqual([]);
});

test('no notice and no write where nothing has changed', async () => {
  const { world, end } = await scene([PROVEN, FAILED], 'partial');
  expect((await end())?.state).toBe('partial');
  expect(world.notices).toEqual([]);
});

test('a straggler that is retried and proven ends the rotation', async () => {
  const { world, context, record } = await scene([PROVEN, FAILED], 'partial');
  await retryBinding(world.all, context, 'p1/acme/live' as BindingId, NEVER);
  expect((await world.ledger.rotation(record.rotationId))?.state).toBe('proven');
  expect(world.panels[1]?.pushes).toEqual([world.newKey]);
});

test('a retry whose predecessor proved the binding and died still draws the line', async () => {
  const { world, context, record } = await scene([PROVEN, PROVEN], 'partial');
  await retryBinding(world.all, context, 'p1/acme/live' as BindingId, NEVER);
  expect((await world.ledger.rotation(record.rotationId))?.state).toBe('proven');
  expect(world.panels[1]?.calls).toEqual([]);
});

test('a retry that fails again records it and throws, so that the queue backs off', async () => {
  const { world, context, record } = await scene([PROVEN, FAILED], 'partial');
  world.panels[1]?.failures.observe.push(new KeyturnError('PERMISSION_DENIED', 'Denied.', { fix: 'Allow it.' }));
  const error = await refusal(
    retryBinding(world.all, context, 'p1/acme/live' as BindingId, NEVER),
    'PERMISSION_DENIED',
  );
  expect(error.fix).toBe('Allow it.');
  const outcome = (await world.ledger.outcomes(record.rotationId)).get('p1/acme/live' as BindingId);
  expect(outcome).toMatchObject({ outcome: 'failed', code: 'PERMISSION_DENIED', retrying: false, fix: 'Allow it.' });
});

test('a retry stops quietly when a later rotation has promoted its key', async () => {
  const { world, context } = await scene([PROVEN, FAILED], 'partial');
  const later = await openRotation(world, { state: 'verified' });
  await world.ledger.advance(later.rotationId, 'key-promoted', { story: 'later' }, createFakeLease());
  await retryBinding(world.all, context, 'p1/acme/live' as BindingId, NEVER);
  expect(world.panels[1]?.calls).toEqual([]);
});

test('what an operator vouches for is proven under the name, once, and ends the rotation', async () => {
  const { world, record } = await scene([PROVEN, BY_HAND], 'partial');
  const confirmation = { rotationId: record.rotationId, bindingId: 'p1/acme/live' as BindingId, actor: 'cli:alice' };
  expect((await confirmByHand(world.all, confirmation, NEVER)).state).toBe('proven');
  await confirmByHand(world.all, confirmation, NEVER);
  const outcome = (await world.ledger.outcomes(record.rotationId)).get(confirmation.bindingId);
  expect(outcome).toMatchObject({ outcome: 'proven', method: 'operator', detail: 'Confirmed by cli:alice.' });
  const story = (await world.ledger.story(record.rotationId)).map(({ what }) => what);
  expect(story.filter((what) => what.includes('by hand'))).toEqual(['cli:alice confirmed p1/acme/live by hand.']);
});

test('nobody can vouch for a binding that is not part of the rotation', async () => {
  const { world, record } = await scene([BY_HAND], 'failed');
  const confirmation = { rotationId: record.rotationId, bindingId: 'p9/acme/live' as BindingId, actor: 'cli:alice' };
  const error = await refusal(confirmByHand(world.all, confirmation, NEVER), 'CONFIG_INVALID');
  expect(error.untouched).toBe('Nothing was recorded.');
  expect((await world.ledger.outcomes(record.rotationId)).size).toBe(1);
});
