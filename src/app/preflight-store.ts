import type { AccountTarget } from '../core/model.ts';
import type { Finding, SecretStore } from '../core/ports.ts';
import { probesRights } from '../core/store-powers.ts';
import { secretNames } from './account-secrets.ts';
import type { AppDeps } from './deps.ts';
import { blockerOf } from './preflight-findings.ts';

/**
 * Whether the account's store takes a new key: that it can be written at all, and each right that this needs. Changes nothing, and
 * throws for nothing but `signal`: what cannot be asked is a blocker.
 */
export async function checkStore(
  deps: Pick<AppDeps, 'store'>,
  account: AccountTarget,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const store = await deps.store(account.secret.store);
    return store.capabilities.writable ? await rightsIn(store, account, signal) : [readOnly(account)];
  } catch (thrown) {
    signal.throwIfAborted();
    return [blockerOf(thrown)];
  }
}

function readOnly({ accountId, secret }: AccountTarget): Finding {
  const fix = `Change the key there, then run: keyturn rotate ${accountId} --from-store`;
  return { level: 'blocker', what: `Store ${secret.store} is read-only.`, fix };
}

/** A credential that is kept in two secrets needs the rights on both. */
async function rightsIn(store: SecretStore, account: AccountTarget, signal: AbortSignal): Promise<readonly Finding[]> {
  if (!probesRights(store)) return [];
  const findings = await Promise.all(secretNames(account).map((name) => store.probeRights(name, signal)));
  return findings.flat();
}
