import { KeyturnError } from '../core/errors.ts';
import type { RotationRecord } from '../core/ledger.ts';
import type { BindingId, RotationId } from '../core/model.ts';
import { isProven } from '../core/rotation/outcome.ts';
import type { AppDeps } from './deps.ts';
import { finalizeRotation } from './finalize-rotation.ts';
import { loadContext } from './rotation-context.ts';

/** An operator vouches that a panel holds the key and works. Recorded with the name; counts as proven. Repeating it is harmless. */
export async function confirmByHand(
  deps: AppDeps,
  confirmation: { readonly rotationId: RotationId; readonly bindingId: BindingId; readonly actor: string },
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { rotationId, bindingId, actor } = confirmation;
  const context = await loadContext(deps, rotationId, signal);
  if (!(await deps.ledger.bindings(rotationId)).includes(bindingId)) throw notPartOf(bindingId, rotationId);
  const lease = await deps.leases.acquire([bindingId], signal);
  try {
    const before = (await deps.ledger.outcomes(rotationId, [bindingId])).get(bindingId);
    if (!isProven(before)) {
      const at = new Date(deps.clock.now()).toISOString();
      const outcome = { outcome: 'proven', method: 'operator', detail: `Confirmed by ${actor}.`, at } as const;
      await deps.ledger.checkpoint(rotationId, bindingId, outcome, lease);
      await deps.ledger.tell(rotationId, `${actor} confirmed ${bindingId} by hand.`);
    }
  } finally {
    await lease.release();
  }
  return (await finalizeRotation(deps, context, signal, 'straggler')) ?? context.rotation;
}

function notPartOf(bindingId: BindingId, rotationId: RotationId): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `${bindingId} is not part of rotation ${rotationId}.`, {
    fix: `See its bindings with: keyturn status ${rotationId}`,
    untouched: 'Nothing was recorded.',
  });
}
