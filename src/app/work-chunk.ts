import { type Disposition, KeyturnError, toKeyturnError } from '../core/errors.ts';
import type { Lease } from '../core/ledger.ts';
import type { BindingId, RotationId } from '../core/model.ts';
import { type BindingOutcome, isDone, wroteBefore } from '../core/rotation/outcome.ts';
import { applyToBinding } from './apply-to-binding.ts';
import type { AppDeps } from './deps.ts';
import type { RotationContext } from './rotation-context.ts';

/** The first wait of a binding that failed; the slow path goes on from there. A no may be the vendor's outage, told by a panel. */
const FIRST_RETRY_MS: Readonly<Record<Disposition, number>> = {
  retry: 1_000,
  operator: 5_000,
  're-plan': 1_000,
  bug: 60_000,
};

export interface ChunkWork {
  readonly rotationId: RotationId;
  readonly bindings: readonly BindingId[];
  readonly context: RotationContext;
  readonly signal: AbortSignal;
}

/**
 * Works one chunk of a rotation: every binding that is not done yet, under one lease, each checkpointed as it ends. A binding
 * that fails leaves the chunk: its outcome is recorded and a job of its own goes on with it. Throws LEASE_LOST or ABORTED when
 * the work has to stop; whoever continues reads the checkpoints.
 */
export async function workChunk(deps: AppDeps, work: ChunkWork): Promise<void> {
  const lease = await deps.leases.acquire(work.bindings, work.signal);
  try {
    const outcomes = await deps.ledger.outcomes(work.rotationId, work.bindings);
    const open = work.bindings.filter((binding) => !isDone(outcomes.get(binding)));
    const until = AbortSignal.any([work.signal, lease.signal]);
    const ended = await Promise.allSettled(
      open.map((binding) => workOrHandOver(deps, work, { binding, earlier: outcomes.get(binding), lease, until })),
    );
    const stopped = ended.find((result) => result.status === 'rejected');
    if (stopped) throw toKeyturnError(stopped.reason);
  } finally {
    await lease.release();
  }
}

interface OneBinding {
  readonly binding: BindingId;
  readonly earlier: BindingOutcome | undefined;
  readonly lease: Lease;
  /** Fires when the worker stops or the lease is lost; one for all bindings of a chunk. */
  readonly until: AbortSignal;
}

async function workOrHandOver(deps: AppDeps, work: ChunkWork, one: OneBinding): Promise<void> {
  const outcome = await workBinding(deps, work, one);
  await deps.ledger.checkpoint(work.rotationId, one.binding, outcome, one.lease);
  if (outcome.outcome !== 'failed') return;
  await one.lease.drop(one.binding);
  await deps.queue.retryLater(work.rotationId, one.binding, retryDelay(outcome));
}

function retryDelay(outcome: Extract<BindingOutcome, { outcome: 'failed' }>): number {
  return outcome.retrying ? FIRST_RETRY_MS.retry : FIRST_RETRY_MS.operator;
}

/** Works one binding and turns a failure into an outcome. Only LEASE_LOST and ABORTED are thrown: then nothing may be recorded. */
export async function workBinding(deps: AppDeps, work: ChunkWork, one: OneBinding): Promise<BindingOutcome> {
  const { earlier, lease, until: signal } = one;
  try {
    const binding = deps.estate.binding(one.binding);
    return await applyToBinding(deps, { context: work.context, binding, earlier, lease, signal });
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (one.lease.signal.aborted || error.code === 'LEASE_LOST') throw leaseLost();
    if (work.signal.aborted) throw new KeyturnError('ABORTED', 'The worker is stopping.');
    logFailure(deps, one.binding, thrown, error);
    return failed(deps, await latest(deps, work.rotationId, one), error);
  }
}

async function latest(deps: AppDeps, rotationId: RotationId, one: OneBinding): Promise<BindingOutcome | undefined> {
  const outcomes = await deps.ledger.outcomes(rotationId, [one.binding]);
  return outcomes.get(one.binding) ?? one.earlier;
}

function failed(deps: AppDeps, before: BindingOutcome | undefined, error: KeyturnError): BindingOutcome {
  return {
    outcome: 'failed',
    code: error.code,
    detail: error.safeMessage,
    ...(error.fix !== undefined && { fix: error.fix }),
    retrying: error.disposition === 'retry' || error.disposition === 're-plan',
    wrote: wroteBefore(before),
    at: new Date(deps.clock.now()).toISOString(),
  };
}

function logFailure(deps: AppDeps, binding: BindingId, thrown: unknown, error: KeyturnError): void {
  if (error.disposition === 'bug')
    deps.log.error({ binding, err: thrown }, 'a binding failed in a way Keyturn did not expect');
  else deps.log.warn({ binding, err: error }, 'a binding failed');
}

function leaseLost(): KeyturnError {
  return new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.');
}
