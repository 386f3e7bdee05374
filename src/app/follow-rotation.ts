import { KeyturnError } from '../core/errors.ts';
import type { RotationRecord } from '../core/ledger.ts';
import type { BindingId, RotationId } from '../core/model.ts';
import { type BindingOutcome, isDone, isProven } from '../core/rotation/outcome.ts';
import { isSettled, isTerminal } from '../core/rotation/state.ts';
import type { AppDeps } from './deps.ts';

/** How far a rotation has come, at one moment. `outcomes` lacks bindings that nobody has worked yet. */
export interface RotationProgress {
  readonly rotation: RotationRecord;
  readonly bindings: readonly BindingId[];
  readonly outcomes: ReadonlyMap<BindingId, BindingOutcome>;
  readonly proven: number;
}

const LOOK_EVERY_MS = 200;

export async function readProgress(deps: Pick<AppDeps, 'ledger'>, id: RotationId): Promise<RotationProgress> {
  const rotation = await deps.ledger.rotation(id);
  if (!rotation) {
    throw new KeyturnError('CONFIG_INVALID', `The ledger knows no rotation ${id}.`, {
      fix: 'List those there are with: keyturn status',
    });
  }
  const [bindings, outcomes] = await Promise.all([deps.ledger.bindings(id), deps.ledger.outcomes(id)]);
  const proven = [...outcomes.values()].filter(isProven).length;
  return { rotation, bindings, outcomes, proven };
}

export interface FollowOptions {
  /** How long to stay while nothing moves: the vendor gives no answer, or stragglers are being retried. */
  readonly patienceMs: number;
  readonly onProgress: (progress: RotationProgress) => Promise<void>;
}

/**
 * Watches a rotation until its result stands: proven or ended, or settled with nothing left that Keyturn retries by itself, or
 * nothing has moved for `patienceMs`. The work goes on in the workers either way; watching changes nothing.
 */
export async function followRotation(
  deps: Pick<AppDeps, 'ledger' | 'clock'>,
  id: RotationId,
  options: FollowOptions,
  signal: AbortSignal,
): Promise<RotationProgress> {
  let movedAt = deps.clock.now();
  let seen = '';
  for (;;) {
    const progress = await readProgress(deps, id);
    const now = `${progress.rotation.state} ${progress.outcomes.size} ${progress.proven}`;
    if (now !== seen) movedAt = deps.clock.now();
    seen = now;
    await options.onProgress(progress);
    if (stands(progress) || deps.clock.now() - movedAt >= options.patienceMs) return progress;
    await deps.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

function stands({ rotation, outcomes }: RotationProgress): boolean {
  if (isTerminal(rotation.state)) return true;
  return isSettled(rotation.state) && ![...outcomes.values()].some(isUnderWay);
}

/** Being retried, or in the middle of such a retry. */
function isUnderWay(outcome: BindingOutcome): boolean {
  return outcome.outcome === 'failed' ? outcome.retrying : !isDone(outcome);
}
