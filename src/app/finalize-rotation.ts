import type { PreviousKey, RotationRecord } from '../core/ledger.ts';
import type { BindingId } from '../core/model.ts';
import type { Notice } from '../core/ports.ts';
import { type BindingOutcome, isProven, summarize } from '../core/rotation/outcome.ts';
import { nextState, nextStep } from '../core/rotation/state.ts';
import type { AppDeps } from './deps.ts';
import { nameOf } from './read-credential.ts';
import type { RotationContext } from './rotation-context.ts';

/**
 * Draws the line under a fan-out: counts what is proven, asks whether the previous key is dead, records the state and tells ops.
 * Called when all chunks have ended and again after each straggler (which never ends a fan-out that is still under way); a repeat
 * that changes nothing is silent.
 */
export async function finalizeRotation(
  deps: AppDeps,
  context: Pick<RotationContext, 'rotation' | 'previousKey'>,
  signal: AbortSignal,
  caller: 'fan-out' | 'straggler' = 'fan-out',
): Promise<RotationRecord | undefined> {
  const { rotationId } = context.rotation;
  const lease = await deps.leases.acquire([`rotation:${rotationId}`], signal);
  try {
    const rotation = await deps.ledger.rotation(rotationId);
    if (!rotation || nextStep(rotation.state) !== 'finalize') return rotation;
    if (rotation.state === 'applying' && caller === 'straggler') return rotation;
    const bindings = await deps.ledger.bindings(rotationId);
    const outcomes = await deps.ledger.outcomes(rotationId);
    const event = summarize(bindings.map((binding) => outcomes.get(binding)));
    if (nextState(rotation.state, event) === rotation.state) return rotation;
    const previousKey = await context.previousKey().catch((): PreviousKey => 'unknown');
    const proven = bindings.filter((binding) => isProven(outcomes.get(binding))).length;
    const story = `${proven} of ${bindings.length} bindings proven; previous key: ${previousKey}.`;
    const patch = { previousKey, finishedAt: new Date(deps.clock.now()).toISOString() };
    const after = await deps.ledger.advance(rotationId, event, { patch, story }, lease);
    await deps.notifier.notify(noticeOf(after, bindings, outcomes), signal);
    return after;
  } finally {
    await lease.release();
  }
}

function noticeOf(
  rotation: RotationRecord,
  bindings: readonly BindingId[],
  outcomes: ReadonlyMap<BindingId, BindingOutcome>,
): Notice {
  const open = bindings.filter((binding) => !isProven(outcomes.get(binding)));
  const alive = rotation.previousKey === 'alive';
  return {
    severity:
      rotation.state === 'proven' && !alive ? 'info' : rotation.state === 'failed' || alive ? 'critical' : 'warning',
    title: `Rotation of ${nameOf(rotation)}: ${rotation.state}`,
    lines: [
      `${bindings.length - open.length} of ${bindings.length} bindings proven.`,
      ...(alive ? ['The previous key STILL WORKS: it was not regenerated at DomainNameAPI, or has not died yet.'] : []),
      ...open.slice(0, 20).map((binding) => `${binding}: ${describe(outcomes.get(binding))}`),
      ...(open.length > 20 ? [`and ${open.length - 20} more`] : []),
    ],
    dedupKey: `rotation/${rotation.rotationId}`,
    bindings: open,
  };
}

function describe(outcome: BindingOutcome | undefined): string {
  if (!outcome) return 'not worked yet';
  return 'detail' in outcome ? `${outcome.outcome}: ${outcome.detail}` : outcome.outcome;
}
