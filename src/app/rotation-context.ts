import { KeyturnError } from '../core/errors.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { PreviousKey, RotationRecord } from '../core/ledger.ts';
import type { AccountTarget, Credential, RotationId } from '../core/model.ts';
import type { CredentialFacts } from '../core/observation.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { readCredential } from './read-credential.ts';

/** What working on a rotation needs to know, read once per process and rotation. The credentials live only as long as this does. */
export interface RotationContext {
  readonly rotation: RotationRecord;
  readonly account: AccountTarget;
  readonly credential: Credential;
  readonly facts: CredentialFacts;
  /** The key being replaced, unless there was none or it is the same. */
  readonly previous: Credential | undefined;
  /** Asks the vendor whether the previous key still works, until it does not. */
  readonly previousKey: () => Promise<PreviousKey>;
}

export async function loadContext(deps: AppDeps, id: RotationId, signal: AbortSignal): Promise<RotationContext> {
  const rotation = await deps.ledger.rotation(id);
  if (!rotation) throw new KeyturnError('SUPERSEDED', `The ledger knows no rotation ${id}.`);
  const account = deps.estate.account(rotation.accountId, rotation.environment);
  const stored = await readCredential(deps, account, { version: rotation.versionId }, signal);
  if (!stored) {
    throw new KeyturnError(
      'SECRET_NOT_FOUND',
      `Store ${account.secret.store} no longer has the version this rotation rolls out.`,
      {
        fix: `Submit the key again: keyturn key submit ${account.accountId}`,
        untouched: 'No further panel was touched.',
      },
    );
  }
  const facts = credentialFacts(deps.fingerprint, stored.credential);
  const before = await readPrevious(deps, account, rotation, signal);
  const previous = before && isSameKey(facts, credentialFacts(deps.fingerprint, before)) ? undefined : before;
  const probe = untilDead(() => probePrevious(deps, account, previous, signal));
  return {
    rotation,
    account,
    credential: stored.credential,
    facts,
    previous,
    previousKey: probe,
  };
}

/** Callers of one moment share one question. `dead` and `none` are final; anything else is asked again by the next caller. */
function untilDead(ask: () => Promise<PreviousKey>): () => Promise<PreviousKey> {
  let asked: Promise<PreviousKey> | undefined;
  function forget(): void {
    asked = undefined;
  }
  return () => {
    asked ??= ask();
    asked.then((answer) => {
      if (answer !== 'dead' && answer !== 'none') forget();
    }, forget);
    return asked;
  };
}

async function readPrevious(
  deps: AppDeps,
  account: AccountTarget,
  { versionId, previousVersionId }: RotationRecord,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  if (!previousVersionId || previousVersionId === versionId) return undefined;
  return (await readCredential(deps, account, { version: previousVersionId }, signal))?.credential;
}

function isSameKey(a: CredentialFacts, b: CredentialFacts): boolean {
  return a.password.raw === b.password.raw;
}

async function probePrevious(
  deps: AppDeps,
  account: AccountTarget,
  previous: Credential | undefined,
  signal: AbortSignal,
): Promise<PreviousKey> {
  if (!previous) return 'none';
  const verdict = await lookUpBalance(deps, previous, account.environment, signal);
  if (verdict.verdict === 'valid') return 'alive';
  if (verdict.verdict === 'rejected' && verdict.reason === 'bad-credential') return 'dead';
  return 'unknown';
}
