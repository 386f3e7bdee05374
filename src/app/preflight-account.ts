import { credentialFacts } from '../core/field-facts.ts';
import type { AccountTarget, Fingerprint } from '../core/model.ts';
import type { Finding } from '../core/ports.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { blockerOf } from './preflight-findings.ts';
import { checkStore } from './preflight-store.ts';
import { readCredential } from './read-credential.ts';
import { waitingFinding } from './waiting-version.ts';

export interface AccountFindings {
  readonly findings: readonly Finding[];
  readonly hasKey: boolean;
  /** The present key, for the pacer. */
  readonly key?: Fingerprint;
}

/** Everything about an account that is no panel's: its store with the rights there, and the key that it holds now. Changes nothing. */
export async function checkAccount(
  deps: AppDeps,
  account: AccountTarget,
  signal: AbortSignal,
): Promise<AccountFindings> {
  const about = await checkStore(deps, account, signal);
  try {
    const current = await readCredential(deps, account, 'current', signal);
    const waiting = await waitingFinding(deps, account, signal);
    if (!current) return { hasKey: false, findings: [...about, ...waiting, noKeyYet(account)] };
    const stored: Finding = { level: 'ok', what: `Store ${account.secret.store} holds the present key.` };
    const key = credentialFacts(deps.fingerprint, current.credential).password.normalized;
    return {
      key,
      hasKey: true,
      findings: [...about, ...waiting, stored, await presentKey(deps, account, current.credential, signal)],
    };
  } catch (thrown) {
    signal.throwIfAborted();
    const found = blockerOf(thrown);
    return { hasKey: true, findings: about.some(({ what }) => what === found.what) ? about : [...about, found] };
  }
}

function noKeyYet({ accountId, environment, secret }: AccountTarget): Finding {
  const option = environment === 'live' ? '' : ` --environment ${environment}`;
  return {
    level: 'warning',
    what: `Store ${secret.store} holds no key for this account yet.`,
    fix: `Give it the key that is in use now: keyturn key submit ${accountId}${option} --reseller-id <Reseller ID>`,
  };
}

/**
 * A present key that is refused is no blocker: replacing it is what a rotation is for. A vendor that is down is one, and so is one
 * that does not let the worker in, whatever the key.
 */
async function presentKey(
  deps: AppDeps,
  account: AccountTarget,
  credential: Parameters<typeof lookUpBalance>[1],
  signal: AbortSignal,
): Promise<Finding> {
  const verdict = await lookUpBalance(deps, credential, account.environment, signal);
  switch (verdict.verdict) {
    case 'valid':
      return { level: 'ok', what: `The vendor accepts the present key: ${verdict.detail}` };
    case 'rejected':
      if (verdict.reason === 'address-not-allowed') return addressRefused(verdict.detail);
      return { level: 'warning', what: `The vendor refuses the present key: ${verdict.detail}` };
    case 'inconclusive':
      return {
        level: 'blocker',
        what: `The vendor gives no usable answer: ${verdict.detail}`,
        fix: 'Wait until it does; a key regenerated now could not be proven.',
      };
  }
}

function addressRefused(detail: string): Finding {
  return {
    level: 'blocker',
    what: `The vendor does not let the worker in: ${detail}`,
    fix: "Add the worker's address to the IP authorization settings at DomainNameAPI; a key regenerated now could not be proven.",
  };
}
