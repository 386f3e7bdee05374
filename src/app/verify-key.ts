import { KeyturnError } from '../core/errors.ts';
import type { RotationRecord } from '../core/ledger.ts';
import type { Verdict } from '../core/verdict.ts';
import { openCredentialStore } from './credential-store.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { nameOf } from './read-credential.ts';
import { endUntouched, type RotationWork } from './rotation-step.ts';

type Rejected = Extract<Verdict, { verdict: 'rejected' }>;
type Inconclusive = Extract<Verdict, { verdict: 'inconclusive' }>;

const WAITING = 'The key waits in the store as pending; no panel was touched.';

/**
 * Asks the vendor about the staged key from the worker's address. A key that is refused for what it is gets discarded, and the
 * rotation ends there. When the answer says nothing about the key (an outage, the worker's own address not authorised) it throws,
 * and the key stays pending: it may be the only working one there is.
 */
export async function verifyKey(deps: AppDeps, work: RotationWork): Promise<RotationRecord> {
  const { account, credential, rotation } = work.context;
  const verdict = await lookUpBalance(deps, credential, account.environment, work.signal);
  switch (verdict.verdict) {
    case 'valid': {
      const story = `The vendor accepts the key from the worker: ${verdict.detail}`;
      return deps.ledger.advance(rotation.rotationId, 'key-verified', { story }, work.lease);
    }
    case 'inconclusive':
      throw noAnswer(verdict);
    case 'rejected':
      if (verdict.reason === 'address-not-allowed') throw workerNotAuthorised(verdict);
      return discard(deps, work, await reasonOf(deps, work, verdict));
  }
}

function noAnswer({ reason, detail, retryAfterMs }: Inconclusive): KeyturnError {
  return new KeyturnError(reason === 'rate-limited' ? 'RATE_LIMITED' : 'UPSTREAM_UNAVAILABLE', detail, {
    fix: 'Keyturn asks the vendor again by itself.',
    untouched: WAITING,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function workerNotAuthorised({ detail }: Rejected): KeyturnError {
  return new KeyturnError('ADDRESS_NOT_ALLOWED', detail, {
    fix: "Add the worker's address to the IP authorization settings at DomainNameAPI; Keyturn asks again by itself.",
    untouched: WAITING,
  });
}

/** A key that is refused here may be the other environment's (guide cause 5): one more question names it. */
async function reasonOf(deps: AppDeps, { context, signal }: RotationWork, verdict: Rejected): Promise<string> {
  if (verdict.reason !== 'bad-credential') return verdict.detail;
  const { account, credential } = context;
  const other = account.environment === 'live' ? 'test' : 'live';
  const there = await lookUpBalance(deps, credential, other, signal);
  if (there.verdict !== 'valid') return verdict.detail;
  return `This is the ${other} key; ${nameOf(account)} needs the ${account.environment} one.`;
}

async function discard(deps: AppDeps, work: RotationWork, reason: string): Promise<RotationRecord> {
  const { account, rotation } = work.context;
  const store = await openCredentialStore(deps, account);
  await work.lease.confirm();
  if (rotation.reason !== 'from-store') await store.discard(rotation.versionId, work.signal);
  return endUntouched(deps, work, 'key-rejected', [`The vendor refused the key: ${reason}`, 'No panel was touched.']);
}
