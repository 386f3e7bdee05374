import type { RotationRecord } from '../core/ledger.ts';
import type { AccountTarget, VersionId } from '../core/model.ts';
import type { Finding } from '../core/ports.ts';
import type { AppDeps } from './deps.ts';
import { keyVersionOf } from './split-credential.ts';

/** A version that stands in the store as pending, whoever put it there (on AWS: the one that carries AWSPENDING). */
export interface WaitingVersion {
  readonly versionId: VersionId;
  /** ISO 8601, if the store knows. */
  readonly since?: string;
  /** The rotation that staged it, if the ledger remembers one. */
  readonly rotation?: RotationRecord;
}

type Looking = Pick<AppDeps, 'store' | 'ledger'>;

/** How far back the ledger is searched for whoever staged a version. */
const REMEMBERED = 200;

/** What waits in an account's store; undefined if nothing does, or if it cannot be told: this is a side question, and never fails. */
export async function findWaiting(
  deps: Looking,
  { secret }: AccountTarget,
  signal: AbortSignal,
): Promise<WaitingVersion | undefined> {
  try {
    const pending = await (await deps.store(secret.store)).read(secret.name, 'pending', signal);
    if (!pending) return undefined;
    const { versionId, createdAt } = pending;
    const rotations = await deps.ledger.rotations(REMEMBERED);
    const rotation = rotations.find((each) => keyVersionOf(each.versionId) === versionId);
    return { versionId, ...(createdAt !== undefined && { since: createdAt }), ...(rotation && { rotation }) };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Which version it is, since when, and whose. */
export function describeWaiting({ versionId, since, rotation }: WaitingVersion): string {
  const what = `Version ${versionId}${since === undefined ? '' : `, made ${since},`}`;
  return rotation
    ? `${what} belongs to rotation ${rotation.rotationId} of Keyturn (${rotation.state}).`
    : `${what} was put there by somebody else: no rotation that Keyturn remembers did it.`;
}

/** For preflight: what is stuck there, unless it is the work of a rotation that is under way. */
export async function waitingFinding(
  deps: Looking,
  account: AccountTarget,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const waiting = await findWaiting(deps, account, signal);
  if (!waiting) return [];
  const active = await deps.ledger.active(account.accountId, account.environment);
  if (active && active.rotationId === waiting.rotation?.rotationId) return [];
  const fix = waiting.rotation
    ? 'The next key that is given takes its place.'
    : 'See that no other program rotates this secret at the same time; the next key that is given takes its place.';
  return [{ level: 'warning', what: `A version waits as pending in the store. ${describeWaiting(waiting)}`, fix }];
}
