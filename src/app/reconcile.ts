import type { RotationRecord } from '../core/ledger.ts';
import { isDone, summarize } from '../core/rotation/outcome.ts';
import { isSettled, nextState } from '../core/rotation/state.ts';
import type { AppDeps } from './deps.ts';

export interface ReconcileOptions {
  /** Also look after the bindings that a settled rotation left behind: one look-up each. */
  readonly stragglers: boolean;
}

/**
 * Compares the ledger with the queue and puts back what is missing there: a job that was never added because its process died
 * first, that ended where it should not have, or that Redis has lost. The ledger decides; the queue is only traffic. Harmless at
 * any time and from any number of workers, because every job begins by asking what is already done.
 */
export async function reconcile(deps: Pick<AppDeps, 'ledger' | 'queue'>, options: ReconcileOptions): Promise<void> {
  for (const rotation of await deps.ledger.unfinished()) {
    if (!isSettled(rotation.state)) await requeue(deps, rotation);
    else if (options.stragglers) await requeueStragglers(deps, rotation);
  }
}

async function requeue({ ledger, queue }: Pick<AppDeps, 'ledger' | 'queue'>, rotation: RotationRecord): Promise<void> {
  const { rotationId, state } = rotation;
  if (state === 'applying') await queue.fanOut(rotationId, await ledger.chunkCount(rotationId));
  else await queue.advance(rotationId);
}

/** A settled rotation is only at its end when all is proven: what is not done is retried, and a line not yet drawn is drawn. */
async function requeueStragglers(
  { ledger, queue }: Pick<AppDeps, 'ledger' | 'queue'>,
  { rotationId, state }: RotationRecord,
): Promise<void> {
  const bindings = await ledger.bindings(rotationId);
  const outcomes = await ledger.outcomes(rotationId);
  for (const binding of bindings) {
    if (!isDone(outcomes.get(binding))) await queue.retryLater(rotationId, binding, 0);
  }
  const event = summarize(bindings.map((binding) => outcomes.get(binding)));
  if (nextState(state, event) !== state) await queue.advance(rotationId);
}
