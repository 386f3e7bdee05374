import type { RotationRecord } from '../core/ledger.ts';
import type { RotationId } from '../core/model.ts';
import { nextState } from '../core/rotation/state.ts';
import type { AppDeps } from './deps.ts';
import { endUntouched } from './rotation-step.ts';

/**
 * Ends a rotation whose version the store does not have any more, so that the account is free for the next key. Only before the
 * fan-out: later the line is drawn by `finalizeRotation`. A repeat changes nothing. Undefined when the ledger does not know it.
 */
export async function stopWithoutKey(
  deps: AppDeps,
  rotationId: RotationId,
  signal: AbortSignal,
): Promise<RotationRecord | undefined> {
  const lease = await deps.leases.acquire([`rotation:${rotationId}`], signal);
  try {
    const rotation = await deps.ledger.rotation(rotationId);
    if (!rotation || nextState(rotation.state, 'store-changed') === undefined) return rotation;
    const account = deps.estate.account(rotation.accountId, rotation.environment);
    return await endUntouched(deps, { context: { rotation, account }, lease, signal }, 'store-changed', [
      `Store ${account.secret.store} does not have the version of this rotation any more. No panel was touched.`,
      `Give the key again: keyturn key submit ${account.accountId}`,
    ]);
  } finally {
    await lease.release();
  }
}
