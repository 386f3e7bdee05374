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
  const { rotationId, versionId } = rotation;
  await work.lease.confirm();
  if (!(await isPromoted(deps, work))) return stopForConflict(deps, work);
  // Told to the watch first: a version of ours must never look like somebody else's.
  await deps.ledger.sawVersion(account, versionId, 'if-watched');
  const story = `Version ${versionId} is now current in ${account.secret.store}.`;
  return deps.ledger.advance(rotationId, 'key-promoted', { story }, work.lease);
}

/**
 * False if another version is current. What a store holds already is rolled out as it is: neither a store that Keyturn only reads nor
 * a version that somebody else made current is moved, for a person may have gone back to the one before in between.
 */
async function isPromoted(deps: AppDeps, { context, signal }: RotationWork): Promise<boolean> {
  const { account, rotation } = context;
  const { versionId, previousVersionId: expectedCurrent } = rotation;
  const { writable } = (await deps.store(account.secret.store)).capabilities;
  if (writable && rotation.reason !== 'from-store') {
    try {
      await (await openCredentialStore(deps, account)).promote(versionId, { expectedCurrent }, signal);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof KeyturnError) || thrown.code !== 'STORE_CONFLICT') throw thrown;
    }
  }
  return (await readCredential(deps, account, 'current', signal))?.versionId === versionId;
}

function stopForConflict(deps: AppDeps, work: RotationWork): Promise<RotationRecord> {
  const isOurs = work.context.rotation.reason !== 'from-store';
  return endUntouched(deps, work, 'store-changed', [
    `Somebody else changed the secret in the store while this rotation was running.${isOurs ? ' The new key works and stays there as pending.' : ''}`,
    `No panel was touched. To roll out what the store holds now: keyturn rotate ${work.context.account.accountId} --from-store`,
  ]);
}
