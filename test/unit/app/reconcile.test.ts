import { expect, test } from 'vitest';
import { reconcile } from '../../../src/app/reconcile.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import type { BindingOutcome } from '../../../src/core/rotation/outcome.ts';
import { ROTATION_STATES } from '../../../src/core/rotation/state.ts';
import { createFakeLease } from '../../support/fakes/ledger.ts';
import { createUnitWorld, openRotation, type UnitWorld } from '../../support/fakes/world.ts';

const at = '';
const PROVEN: BindingOutcome = { outcome: 'proven', method: 'balance', detail: 'ok', at };
const APPLIED: BindingOutcome = { outcome: 'applied', detail: 'Written.', at };
const WRITING: BindingOutcome = { outcome: 'writing', at };

async function scene(
  state: RotationRecord['state'],
  outcomes: readonly (BindingOutcome | undefined)[],
): Promise<{ world: UnitWorld; id: string }> {
  const world = createUnitWorld(outcomes.length);
  const { rotationId } = await openRotation(world, { state });
  await world.ledger.saveChunks(rotationId, [world.bindings.map(({ bindingId }) => bindingId)]);
  for (const [index, outcome] of outcomes.entries()) {
    const id = world.bindings[index]?.bindingId;
    if (id && outcome) await world.ledger.checkpoint(rotationId, id, outcome, createFakeLease());
  }
  return { world, id: rotationId };
}

test('each state has the job it needs put back', async () => {
  const jobs: Record<string, string[]> = {};
  for (const state of ROTATION_STATES) {
    const { world, id } = await scene(state, [undefined]);
    await reconcile(world.all, { stragglers: false });
    jobs[state] = world.queue.calls.map((call) => call.replace(id, 'it'));
  }
  expect(jobs).toEqual({
    staged: ['advance it'],
    verified: ['advance it'],
    promoted: ['advance it'],
    applying: ['fanOut it 1'],
    partial: [],
    failed: [],
    proven: [],
    discarded: [],
    stopped: [],
  });
});

test('of a settled rotation, what is not done is retried and what is done is left alone', async () => {
  const { world, id } = await scene('partial', [PROVEN, undefined, WRITING, APPLIED]);
  await reconcile(world.all, { stragglers: true });
  expect(world.queue.calls).toEqual([`retryLater ${id} p1/acme/live`, `retryLater ${id} p2/acme/live`]);
});

test('a line that was not drawn is drawn', async () => {
  const { world, id } = await scene('partial', [PROVEN, PROVEN]);
  await reconcile(world.all, { stragglers: true });
  expect(world.queue.calls).toEqual([`advance ${id}`]);
});

test('a settled rotation with nothing left to do is left alone', async () => {
  const { world } = await scene('partial', [PROVEN, APPLIED]);
  await reconcile(world.all, { stragglers: true });
  expect(world.queue.calls).toEqual([]);
});
