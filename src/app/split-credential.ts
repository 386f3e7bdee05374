import { parsePlainKey, parsePlainResellerId } from '../core/credential-payload.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget, VersionId } from '../core/model.ts';
import type { SecretStore, SecretVersion } from '../core/ports.ts';
import { SecretValue } from '../core/secret-value.ts';
import type { CredentialStore, WhichCredential } from './stored-credential.ts';

/*
 * A credential in two secrets, each a plain text. A version of it is the pair of their versions, so a rotation always means the
 * Reseller ID that belongs to its key. The secret of the Reseller ID is written only when the ID changes, and before the key's:
 *
 *   stage     Reseller ID, then key, both pending   ended in between: a pending Reseller ID that the next stage replaces
 *   promote   both compared; Reseller ID, then key  ended in between: the repeat finds the first done and does the second;
 *                                                   the key refused: the Reseller ID is put back
 *
 * Between the two promotions other readers see the new Reseller ID with the old key. That is a change of reseller account, whose
 * old key is of no use to them any more; a rotation that keeps the Reseller ID is one write, as with one secret.
 */

export interface SplitNames {
  /** The secret with the API key. */
  readonly name: string;
  readonly resellerIdSecret: string;
}

/** Versions of the two secrets. No version of the Reseller ID's: the configuration's is meant. */
interface Pair {
  readonly key: VersionId;
  readonly resellerId: VersionId | undefined;
}

const SEPARATOR = '~';

/** The version of a credential, of the versions of its two secrets. */
export function pairVersion({
  key,
  resellerId = '',
}: {
  key: VersionId;
  resellerId?: VersionId | '' | undefined;
}): VersionId {
  return `${key}${SEPARATOR}${resellerId}` as VersionId;
}

function pairOf(versionId: VersionId): Pair {
  const [key = '', resellerId = ''] = versionId.split(SEPARATOR);
  return { key: key as VersionId, resellerId: resellerId === '' ? undefined : (resellerId as VersionId) };
}

/** The version of the secret with the API key that a credential's version means, whatever its shape. */
export function keyVersionOf(versionId: VersionId): VersionId {
  return pairOf(versionId).key;
}

/** The credential store over two secrets. */
export function createSplitStore(store: SecretStore, names: SplitNames, account: AccountTarget): CredentialStore {
  return {
    async read(which, signal) {
      const wanted = typeof which === 'string' ? undefined : pairOf(which.version);
      const key = await store.read(names.name, wanted ? { version: wanted.key } : asStage(which), signal);
      if (!key) return undefined;
      const own = await resellerIdFor(store, names, { which, key, wanted }, signal);
      if (!own && wanted?.resellerId !== undefined) return undefined;
      const resellerId = own ? parsePlainResellerId(own.value) : account.resellerId;
      if (resellerId === undefined) throw noResellerId(account, names);
      const versionId = pairVersion({ key: key.versionId, resellerId: own?.versionId });
      return { versionId, payload: key.value, credential: { resellerId, apiKey: parsePlainKey(key.value) } };
    },
    async stage({ resellerId, apiKey }, _over, options, signal) {
      const held = await store.read(names.resellerIdSecret, 'current', signal);
      const isSame = held !== undefined && parsePlainResellerId(held.value) === resellerId;
      const own = isSame
        ? held.versionId
        : await store.stage(names.resellerIdSecret, new SecretValue(resellerId), options, signal);
      return pairVersion({ key: await store.stage(names.name, apiKey, options, signal), resellerId: own });
    },
    promote: (versionId, { expectedCurrent }, signal) =>
      promotePair(store, names, { to: pairOf(versionId), from: expectedCurrent && pairOf(expectedCurrent) }, signal),
    async discard(versionId, signal) {
      const { key, resellerId } = pairOf(versionId);
      await store.discard(names.name, key, signal);
      if (resellerId !== undefined) await store.discard(names.resellerIdSecret, resellerId, signal);
    },
  };
}

function asStage(which: WhichCredential): 'current' | 'previous' {
  return which === 'previous' ? 'previous' : 'current';
}

interface Wanted {
  readonly which: WhichCredential;
  readonly key: SecretVersion;
  readonly wanted: Pair | undefined;
}

/** The Reseller ID that belongs to a version of the key. */
async function resellerIdFor(
  store: SecretStore,
  { resellerIdSecret }: SplitNames,
  { which, key, wanted }: Wanted,
  signal: AbortSignal,
): Promise<SecretVersion | undefined> {
  if (wanted?.resellerId !== undefined) return store.read(resellerIdSecret, { version: wanted.resellerId }, signal);
  const current = await store.read(resellerIdSecret, 'current', signal);
  if (which !== 'previous' || !isLater(current, key)) return current;
  return (await store.read(resellerIdSecret, 'previous', signal)) ?? current;
}

/** A Reseller ID that is younger than the key before the present one came with the present one. */
function isLater(resellerId: SecretVersion | undefined, key: SecretVersion): boolean {
  if (resellerId?.createdAt === undefined || key.createdAt === undefined) return false;
  return Date.parse(resellerId.createdAt) > Date.parse(key.createdAt);
}

interface Move {
  readonly from: Pair | undefined;
  readonly to: Pair;
}

async function promotePair(store: SecretStore, names: SplitNames, move: Move, signal: AbortSignal): Promise<void> {
  try {
    await movePair(store, names, move, signal);
  } catch (thrown) {
    if (isConflict(thrown)) await putResellerIdBack(store, names.resellerIdSecret, move, signal);
    throw thrown;
  }
}

async function movePair(store: SecretStore, names: SplitNames, { from, to }: Move, signal: AbortSignal): Promise<void> {
  const [key, own] = await Promise.all([
    store.read(names.name, 'current', signal),
    store.read(names.resellerIdSecret, 'current', signal),
  ]);
  const before = own?.versionId;
  refuseIfMoved(key?.versionId, [to.key, from?.key]);
  refuseIfMoved(before, [to.resellerId, from?.resellerId]);
  if (to.resellerId !== undefined && to.resellerId !== before) {
    await store.promote(names.resellerIdSecret, to.resellerId, { expectedCurrent: before }, signal);
  }
  await store.promote(names.name, to.key, { expectedCurrent: from?.key }, signal);
}

/** Whichever run moved it: one that died in between, too, must not leave the new Reseller ID beside somebody else's key. */
async function putResellerIdBack(
  store: SecretStore,
  name: string,
  { from, to }: Move,
  signal: AbortSignal,
): Promise<void> {
  if (from?.resellerId === undefined || from.resellerId === to.resellerId) return;
  const current = (await store.read(name, 'current', signal))?.versionId;
  if (current !== to.resellerId) return;
  await store.promote(name, from.resellerId, { expectedCurrent: current }, signal);
}

function isConflict(thrown: unknown): boolean {
  return thrown instanceof KeyturnError && thrown.code === 'STORE_CONFLICT';
}

function refuseIfMoved(current: VersionId | undefined, expected: readonly (VersionId | undefined)[]): void {
  if (expected.includes(current)) return;
  throw new KeyturnError(
    'STORE_CONFLICT',
    'One of the two secrets has another current version than when it was looked at.',
    {
      fix: 'Look again: somebody else rotated or wrote it.',
      untouched: 'Neither secret was changed.',
    },
  );
}

function noResellerId({ accountId, environment, secret }: AccountTarget, names: SplitNames): KeyturnError {
  const what = `Store ${secret.store} has the API key of ${accountId} (${environment}), and not the secret with its Reseller ID.`;
  return new KeyturnError('SECRET_NOT_FOUND', what, {
    fix: `Store the Reseller ID there as ${names.resellerIdSecret}, or add accounts.${accountId}.${environment}.resellerId.`,
    untouched: 'Nothing was changed.',
  });
}
