import { KeyturnError } from '../core/errors.ts';
import type { RotationRecord } from '../core/ledger.ts';
import { openCredentialStore } from './credential-store.ts';
import type { AppDeps } from './deps.ts';
import { readCredential } from './read-credential.ts';
import { endUntouched, type RotationWork } from './rotation-step.ts';

/**
 * Makes the verified key current in the store, if the store is still as it was when the rotation was opened. If somebody changed it
 * meanwhile the rotation stops, and the key, which works, is left there as pending.
 */
export async function promoteKey(deps: AppDeps, work: RotationWork): Promise<RotationRecord> {
  const { account, rotation } = work.context;
  const { rotationId, versionId, previousVersionId } = rotation;
  const store = await openCredentialStore(deps, account);
  await work.lease.confirm();
  try {
    await store.promote(versionId, { expectedCurrent: previousVersionId }, work.signal);
  } catch (thrown) {
    if (!(thrown instanceof KeyturnError) || thrown.code !== 'STORE_CONFLICT') throw thrown;
    const current = await readCredential(deps, account, 'current', work.signal);
    if (current?.versionId !== versionId) return stopForConflict(deps, work);
  }
  const story = `Version ${versionId} is now current in ${account.secret.store}.`;
  return deps.ledger.advance(rotationId, 'key-promoted', { story }, work.lease);
}

function stopForConflict(deps: AppDeps, work: RotationWork): Promise<RotationRecord> {
  return endUntouched(deps, work, 'store-changed', [
    'Somebody else changed the secret in the store while this rotation was running. The new key works and stays there as pending.',
    `No panel was touched. To roll out what the store holds now: keyturn rotate ${work.context.account.accountId} --from-store`,
  ]);
}
