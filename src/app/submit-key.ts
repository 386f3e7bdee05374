import { KeyturnError, toKeyturnError } from '../core/errors.ts';
import { credentialFacts } from '../core/field-facts.ts';
import { acceptResellerId } from '../core/key-intake.ts';
import type { RotationReason, RotationRecord } from '../core/ledger.ts';
import { integrationInfoPath } from '../core/menu-paths.ts';
import type { AccountTarget, Credential, RotationId, VersionId } from '../core/model.ts';
import type { SecretValue } from '../core/secret-value.ts';
import { openCredentialStore, type StoredCredential } from './credential-store.ts';
import type { AppDeps } from './deps.ts';
import { nameOf, noCurrentCredential } from './read-credential.ts';
import { describeWaiting, findWaiting } from './waiting-version.ts';

export interface KeySubmission {
  readonly account: AccountTarget;
  readonly apiKey: SecretValue;
  /** Needed only for an account whose store and configuration do not know it yet. */
  readonly resellerId?: string;
  readonly reason: RotationReason;
  readonly actor: string;
}

/**
 * Takes a new key: stages it in the store (its first durable copy), opens the rotation and queues it. Nothing else is touched.
 * One submission at a time per account. Throws SUPERSEDED while another rotation of the account runs, CREDENTIAL_REJECTED for the
 * key that is current already.
 */
export async function submitKey(
  deps: AppDeps,
  submission: KeySubmission,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { account } = submission;
  return underAccountLease(deps, account, signal, async () => {
    const store = await openCredentialStore(deps, account);
    const current = await store.read('current', signal);
    const credential = credentialOf(submission, current);
    refuseResellerId(deps, credential);
    refuseSameKey(deps, credential, current, account);
    const displaced = await findWaiting(deps, account, signal);
    const rotationId = deps.newId() as RotationId;
    const versionId = await store
      .stage(credential, current, { token: rotationId }, signal)
      .catch((thrown: unknown) => Promise.reject(notStored(thrown)));
    const ids = { rotationId, versionId, ...(current && { previousVersionId: current.versionId }) };
    const rotation = await start(deps, submission, ids);
    if (displaced) await deps.ledger.tell(rotationId, `Another version was pending. ${describeWaiting(displaced)}`);
    return rotation;
  });
}

/** By now the old key may be dead, so whoever gave the new one must know that it is needed again. */
function notStored(thrown: unknown): KeyturnError {
  const { code, safeMessage, fix, retryAfterMs, context } = toKeyturnError(thrown);
  return new KeyturnError(code, safeMessage, {
    untouched: 'No rotation was begun and no panel was touched; keep the new key and give it again.',
    context,
    ...(fix !== undefined && { fix }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Opens a rotation that rolls out what the store holds as current: after somebody changed it, or to repair what has drifted. */
export async function rollOutCurrent(
  deps: AppDeps,
  request: Pick<KeySubmission, 'account' | 'actor'>,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { account } = request;
  return underAccountLease(deps, account, signal, async () => {
    const current = await (await openCredentialStore(deps, account)).read('current', signal);
    if (!current) throw noCurrentCredential(account);
    return startFromStore(deps, request, { rotationId: deps.newId() as RotationId, current }, signal);
  });
}

export interface VersionRollOut extends Pick<KeySubmission, 'account' | 'actor'> {
  readonly versionId: VersionId;
  /** Of the rotation to be opened; asked for twice, it is opened once. */
  readonly rotationId: RotationId;
}

/**
 * The same for one version that somebody else is believed to have made current. `ours` if a rotation put it there, `moved` if it is
 * not current (any more): then no rotation is opened. Throws SUPERSEDED while another rotation of the account runs.
 */
export async function rollOutVersion(
  deps: AppDeps,
  request: VersionRollOut,
  signal: AbortSignal,
): Promise<RotationRecord | 'ours' | 'moved'> {
  const { account, versionId, rotationId } = request;
  return underAccountLease(deps, account, signal, async () => {
    const latest = await deps.ledger.promoted(account.accountId, account.environment);
    if (latest?.versionId === versionId) return 'ours';
    const current = await (await openCredentialStore(deps, account)).read('current', signal);
    if (current?.versionId !== versionId) return 'moved';
    return startFromStore(deps, request, { rotationId, current }, signal);
  });
}

async function startFromStore(
  deps: AppDeps,
  { account, actor }: Pick<KeySubmission, 'account' | 'actor'>,
  { rotationId, current }: { readonly rotationId: RotationId; readonly current: StoredCredential },
  signal: AbortSignal,
): Promise<RotationRecord> {
  const previous = await (await openCredentialStore(deps, account)).read('previous', signal);
  const ids = { rotationId, versionId: current.versionId };
  return start(
    deps,
    { account, actor, reason: 'from-store' },
    { ...ids, ...(previous && { previousVersionId: previous.versionId }) },
  );
}

/** Does `work` while no rotation of the account runs and none can begin. Throws SUPERSEDED if one does. */
export async function underAccountLease<Result>(
  deps: AppDeps,
  account: AccountTarget,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lease = await deps.leases.acquire([`account:${account.accountId}/${account.environment}`], signal);
  try {
    await refuseIfRunning(deps, account);
    return await work();
  } finally {
    await lease.release();
  }
}

/** Throws SUPERSEDED while a rotation of the account runs: worth knowing before the operator regenerates the key. */
export async function refuseIfRunning(deps: AppDeps, account: AccountTarget): Promise<void> {
  const running = await deps.ledger.active(account.accountId, account.environment);
  if (!running) return;
  throw new KeyturnError(
    'SUPERSEDED',
    `A rotation of ${nameOf(account)} is running already: ${running.rotationId} (${running.state}).`,
    {
      fix: `Follow it with: keyturn status ${running.rotationId} --follow. It carries on as soon as a worker runs.`,
      untouched: 'This command changed nothing, and no key that was given now was used.',
    },
  );
}

interface StartIds {
  readonly rotationId: RotationId;
  readonly versionId: VersionId;
  readonly previousVersionId?: VersionId;
}

async function start(
  deps: AppDeps,
  request: Pick<KeySubmission, 'account' | 'actor' | 'reason'>,
  ids: StartIds,
): Promise<RotationRecord> {
  const { accountId, environment } = request.account;
  const rotation = await deps.ledger.open({
    ...ids,
    accountId,
    environment,
    reason: request.reason,
    actor: request.actor,
    state: 'staged',
    bindings: 0,
    openedAt: new Date(deps.clock.now()).toISOString(),
  });
  await deps.queue.advance(rotation.rotationId);
  return rotation;
}

function credentialOf(
  { account, apiKey, resellerId }: KeySubmission,
  current: StoredCredential | undefined,
): Credential {
  const known = account.resellerId ?? current?.credential.resellerId;
  if (known !== undefined) return { resellerId: known, apiKey };
  if (resellerId !== undefined) return { resellerId: acceptResellerId(resellerId), apiKey };
  throw new KeyturnError('MALFORMED_CREDENTIAL', `The Reseller ID of ${nameOf(account)} is not known yet.`, {
    fix: 'Give it once with --reseller-id, or put it into the configuration (accounts.<name>.<environment>.resellerId).',
    untouched: 'Nothing was stored.',
  });
}

/** The intake compares with what the configuration says; the store often knows the Reseller ID where that does not. */
function refuseResellerId(deps: AppDeps, credential: Credential): void {
  const { username, password } = credentialFacts(deps.fingerprint, credential);
  if (username.normalized !== password.normalized) return;
  throw new KeyturnError('MALFORMED_CREDENTIAL', 'The API key was not accepted: you pasted the Reseller ID.', {
    fix: `The API key is the other value under ${integrationInfoPath}: paste that one.`,
    untouched: 'Nothing was stored and nothing was sent.',
  });
}

function refuseSameKey(
  deps: AppDeps,
  credential: Credential,
  current: StoredCredential | undefined,
  account: AccountTarget,
): void {
  if (!current) return;
  const before = credentialFacts(deps.fingerprint, current.credential).password.raw;
  if (before !== credentialFacts(deps.fingerprint, credential).password.raw) return;
  throw new KeyturnError('CREDENTIAL_REJECTED', `This is the key that ${nameOf(account)} has already.`, {
    fix: `Regenerate the key at DomainNameAPI and give the new one; to roll out the present key again: keyturn rotate ${account.accountId} --from-store`,
    untouched: 'Nothing was stored and no panel was touched.',
  });
}
