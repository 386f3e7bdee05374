import type { RotationRecord } from '../core/ledger.ts';
import { chunkSizeFor, planChunks } from '../core/rotation/plan.ts';
import { nextStep } from '../core/rotation/state.ts';
import type { AppDeps } from './deps.ts';
import { promoteKey } from './promote-key.ts';
import type { RotationContext } from './rotation-context.ts';
import type { RotationWork } from './rotation-step.ts';
import { verifyKey } from './verify-key.ts';

/**
 * Carries a rotation from its staged key to the queued fan-out: verify from the worker, promote in the store, plan the chunks.
 * Reads the state, does the one step it asks for, records it, and goes on; may be called in any state, any number of times.
 * Throws while the vendor gives no usable answer (nothing is touched then); a refused key ends the rotation as `discarded`.
 */
export async function advanceRotation(
  deps: AppDeps,
  context: RotationContext,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { rotationId } = context.rotation;
  const lease = await deps.leases.acquire([`rotation:${rotationId}`], signal);
  try {
    const all = AbortSignal.any([signal, lease.signal]);
    let rotation = (await deps.ledger.rotation(rotationId)) ?? context.rotation;
    for (let before; before !== rotation.state; ) {
      before = rotation.state;
      rotation = await takeStep(deps, { context: { ...context, rotation }, lease, signal: all });
    }
    return rotation;
  } finally {
    await lease.release();
  }
}

async function takeStep(deps: AppDeps, work: RotationWork): Promise<RotationRecord> {
  const { rotation } = work.context;
  switch (nextStep(rotation.state)) {
    case 'verify':
      return verifyKey(deps, work);
    case 'promote':
      return promoteKey(deps, work);
    case 'fan-out':
      return planFanOut(deps, work);
    case 'finalize':
      if (rotation.state === 'applying') await queueFanOut(deps, rotation);
      return rotation;
    case 'none':
      return rotation;
  }
}

async function planFanOut(deps: AppDeps, { context, lease }: RotationWork): Promise<RotationRecord> {
  const { rotationId, accountId, environment } = context.rotation;
  const bindings = deps.estate
    .bindings()
    .filter((binding) => binding.accountId === accountId && binding.environment === environment)
    .map((binding) => binding.bindingId);
  const chunks = planChunks(bindings, chunkSizeFor(bindings.length, deps.settings.chunkSize));
  await deps.ledger.saveChunks(rotationId, chunks);
  const story = `Fan-out to ${bindings.length} bindings in ${chunks.length} chunks.`;
  return deps.ledger.advance(rotationId, 'fan-out-started', { story, patch: { bindings: bindings.length } }, lease);
}

async function queueFanOut(deps: AppDeps, rotation: RotationRecord): Promise<void> {
  await deps.queue.fanOut(rotation.rotationId, await deps.ledger.chunkCount(rotation.rotationId));
}
