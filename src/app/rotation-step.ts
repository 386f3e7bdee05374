import type { Lease, RotationRecord } from '../core/ledger.ts';
import type { AppDeps } from './deps.ts';
import { nameOf } from './read-credential.ts';
import type { RotationContext } from './rotation-context.ts';

/** One step of a rotation: what it is about, under which lease, and until when. */
export interface RotationWork {
  readonly context: RotationContext;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

/** What ending a rotation takes; its credential is not needed, nor even there perhaps. */
export interface RotationEnd extends Pick<RotationWork, 'lease' | 'signal'> {
  readonly context: Pick<RotationContext, 'rotation' | 'account'>;
}

/** Ends a rotation before any panel was touched, and tells ops why. */
export async function endUntouched(
  deps: AppDeps,
  { context, lease, signal }: RotationEnd,
  event: 'key-rejected' | 'store-changed',
  lines: readonly string[],
): Promise<RotationRecord> {
  const { rotationId } = context.rotation;
  const change = { story: lines.join(' '), patch: { finishedAt: new Date(deps.clock.now()).toISOString() } };
  const after = await deps.ledger.advance(rotationId, event, change, lease);
  const title = `Rotation of ${nameOf(context.account)}: ${after.state}`;
  const dedupKey = `rotation/${rotationId}`;
  await deps.notifier.notify({ severity: 'critical', title, lines, dedupKey, bindings: [] }, signal);
  return after;
}
