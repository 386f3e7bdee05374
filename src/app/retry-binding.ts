import { KeyturnError } from '../core/errors.ts';
import type { BindingId } from '../core/model.ts';
import { isDone } from '../core/rotation/outcome.ts';
import type { AppDeps } from './deps.ts';
import { finalizeRotation } from './finalize-rotation.ts';
import type { RotationContext } from './rotation-context.ts';
import { type ChunkWork, workBinding } from './work-chunk.ts';

/**
 * The slow path: one binding that failed, again, in a job of its own. Ends quietly when a later rotation has taken over; throws a
 * KeyturnError while it still fails, so that the queue backs off and calls again. A binding that is done already still has the
 * rotation's line drawn: the worker that proved it may have died before that.
 */
export async function retryBinding(
  deps: AppDeps,
  context: RotationContext,
  bindingId: BindingId,
  signal: AbortSignal,
): Promise<void> {
  const { rotationId } = context.rotation;
  if (await deps.ledger.isSuperseded(context.rotation)) return;
  await workAlone(deps, { rotationId, bindings: [bindingId], context, signal }, bindingId);
  await finalizeRotation(deps, context, signal, 'straggler');
}

async function workAlone(deps: AppDeps, work: ChunkWork, bindingId: BindingId): Promise<void> {
  const { rotationId, signal } = work;
  const lease = await deps.leases.acquire([bindingId], signal);
  try {
    const earlier = (await deps.ledger.outcomes(rotationId, [bindingId])).get(bindingId);
    if (isDone(earlier)) return;
    const until = AbortSignal.any([signal, lease.signal]);
    const outcome = await workBinding(deps, work, { binding: bindingId, earlier, lease, until });
    await deps.ledger.checkpoint(rotationId, bindingId, outcome, lease);
    if (outcome.outcome === 'failed') {
      throw new KeyturnError(outcome.code, outcome.detail, outcome.fix === undefined ? {} : { fix: outcome.fix });
    }
  } finally {
    await lease.release();
  }
}
