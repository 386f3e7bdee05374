import pLimit from 'p-limit';
import { derivedUuid } from '../core/derived-id.ts';
import { type KeyturnError, toKeyturnError } from '../core/errors.ts';
import type { Sighting } from '../core/ledger.ts';
import type { AccountTarget, RotationId, StoreId, VersionId } from '../core/model.ts';
import type { SecretStore } from '../core/ports.ts';
import { watchesVersions } from '../core/store-powers.ts';
import { secretNames, versionAmong } from './account-secrets.ts';
import type { AppDeps } from './deps.ts';
import { nameOf } from './read-credential.ts';
import { rollOutVersion } from './submit-key.ts';

export interface WatchedPass {
  /** Rotations that were opened. */
  readonly started: number;
  /** Secrets that still change, or whose change could not be taken up yet because a rotation runs. */
  readonly unsettled: number;
  readonly waiting: number;
  /** The store has no cheap way to ask: every secret was read. To be done less often. */
  readonly byReading: boolean;
}

interface Change {
  readonly account: AccountTarget;
  readonly before: Sighting;
  readonly versionId: VersionId;
}

/** Rotations opened at the same time after a storm of changes; the queue and each key's pace spread the rest. */
const AT_ONCE = 5;

/**
 * One look at every account in a store. A secret that is seen for the first time is only remembered. A version that somebody else made
 * current, and that is still there after `settleMs`, is rolled out: once, whoever dies on the way, because the rotation's id comes of
 * what was seen. What our own rotations put there is none of it. Throws what the store throws, in the end if it is about one secret
 * alone; whatever was not taken up by then is found again by the next pass.
 */
export async function watchStore(
  deps: AppDeps,
  watch: { readonly store: StoreId; readonly settleMs: number },
  signal: AbortSignal,
): Promise<WatchedPass> {
  const store = await deps.store(watch.store);
  const accounts = deps.estate.accounts().filter(({ secret }) => secret.store === watch.store);
  const failures: KeyturnError[] = [];
  const current = await versionsOfAll(store, accounts, failures, signal);
  const changes = await findChanges(deps, accounts, current);
  const byReading = !watchesVersions(store);
  if (changes.length === 0) {
    throwFirst(failures);
    return { started: 0, unsettled: 0, waiting: 0, byReading };
  }
  await deps.clock.sleep(watch.settleMs, signal);
  const later = await currentVersions(
    store,
    changes.map(({ account }) => account),
    signal,
  );
  const settled = changes.filter(({ account, versionId }) => later.get(account) === versionId);
  const taken = await takeUp(deps, settled, failures, signal);
  throwFirst(failures);
  const waiting = taken.filter((result) => result === 'running').length;
  const started = taken.filter((result) => result === 'started').length;
  return { started, unsettled: changes.length - settled.length, waiting, byReading };
}

async function findChanges(
  deps: AppDeps,
  accounts: readonly AccountTarget[],
  current: ReadonlyMap<AccountTarget, VersionId | undefined>,
): Promise<readonly Change[]> {
  const sightings = await deps.ledger.sightings(accounts);
  const changes: Change[] = [];
  for (const [index, account] of accounts.entries()) {
    const versionId = current.get(account);
    const before = sightings[index];
    if (versionId === undefined) continue;
    if (before === undefined) await deps.ledger.sawVersion(account, versionId, 'always');
    else if (before.versionId !== versionId) changes.push({ account, before, versionId });
  }
  return changes;
}

/** Failures that are about the store as a whole, so that asking on would be of no use. Any other is about one secret alone. */
const ABOUT_THE_STORE: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'TIMEOUT',
  'SIGN_IN_EXPIRED',
  'CONFIG_INVALID',
  'ABORTED',
]);

/** All at once; if one secret is in the way, each on its own, so that it hides itself and none of the others. */
async function versionsOfAll(
  store: SecretStore,
  accounts: readonly AccountTarget[],
  failures: KeyturnError[],
  signal: AbortSignal,
): Promise<ReadonlyMap<AccountTarget, VersionId | undefined>> {
  try {
    return await currentVersions(store, accounts, signal);
  } catch (thrown) {
    if (accounts.length < 2 || ABOUT_THE_STORE.has(toKeyturnError(thrown).code)) throw thrown;
  }
  const versions = new Map<AccountTarget, VersionId | undefined>();
  for (const account of accounts) {
    try {
      versions.set(account, (await currentVersions(store, [account], signal)).get(account));
    } catch (thrown) {
      const error = toKeyturnError(thrown);
      if (ABOUT_THE_STORE.has(error.code)) throw error;
      failures.push(error);
    }
  }
  return versions;
}

/** One of the store itself goes first: it may say how long to wait. */
function throwFirst(failures: readonly KeyturnError[]): void {
  const first = failures.find(({ code }) => ABOUT_THE_STORE.has(code)) ?? failures[0];
  if (first) throw first;
}

/** Metadata if the store has any to give, else by reading. */
async function currentVersions(
  store: SecretStore,
  accounts: readonly AccountTarget[],
  signal: AbortSignal,
): Promise<ReadonlyMap<AccountTarget, VersionId | undefined>> {
  const names = [...new Set(accounts.flatMap(secretNames))];
  const current = watchesVersions(store)
    ? await store.currentVersions(names, signal)
    : await readAll(store, names, signal);
  return new Map(accounts.map((account) => [account, versionAmong(account, current)]));
}

async function readAll(
  store: SecretStore,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VersionId | undefined>> {
  const versions = new Map<string, VersionId | undefined>();
  for (const name of names) versions.set(name, (await store.read(name, 'current', signal))?.versionId);
  return versions;
}

type Taken = 'started' | 'running' | 'nothing';

/** After a failure of the store nothing more is begun: one that is throttled or gone is left alone. */
async function takeUp(
  deps: AppDeps,
  changes: readonly Change[],
  failures: KeyturnError[],
  signal: AbortSignal,
): Promise<readonly Taken[]> {
  const slots = pLimit(AT_ONCE);
  return Promise.all(
    changes.map((change) =>
      slots(async (): Promise<Taken> => {
        if (failures.some(({ code }) => ABOUT_THE_STORE.has(code))) return 'nothing';
        return takeUpOne(deps, change, signal).catch((thrown: unknown) => {
          failures.push(toKeyturnError(thrown));
          return 'nothing';
        });
      }),
    ),
  );
}

async function takeUpOne(deps: AppDeps, change: Change, signal: AbortSignal): Promise<Taken> {
  const { account, versionId } = change;
  try {
    const request = { account, versionId, rotationId: rotationIdOf(change), actor: `watch:${account.secret.store}` };
    const rotation = await rollOutVersion(deps, request, signal);
    // The listing was late: what it shows is not there any more, and the next one knows.
    if (rotation === 'moved') return 'nothing';
    if (rotation !== 'ours') sayStarted(deps, account, rotation.rotationId);
    await deps.ledger.sawVersion(account, versionId, 'always');
    return rotation === 'ours' ? 'nothing' : 'started';
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (error.code === 'SUPERSEDED') return 'running';
    if (error.code !== 'SECRET_MALFORMED') throw error;
    await tellMalformed(deps, change, error, signal);
    await deps.ledger.sawVersion(account, versionId, 'always');
    return 'nothing';
  }
}

/** The same change has the same id in every worker and after every crash; the same version coming back later is another change. */
function rotationIdOf({ account, before, versionId }: Change): RotationId {
  const { accountId, environment, secret } = account;
  const parts = [
    accountId,
    environment,
    secret.store,
    secret.name,
    versionId,
    before.versionId,
    String(before.changes),
  ];
  return derivedUuid(['watch', ...parts]) as RotationId;
}

function sayStarted(deps: AppDeps, { accountId, environment, secret }: AccountTarget, rotation: RotationId): void {
  const fields = { store: secret.store, account: accountId, environment, rotation };
  deps.log.info(fields, 'somebody else wrote a new version: it is rolled out');
}

async function tellMalformed(
  deps: AppDeps,
  { account, versionId }: Change,
  { safeMessage, fix }: KeyturnError,
  signal: AbortSignal,
): Promise<void> {
  await deps.notifier.notify(
    {
      severity: 'critical',
      title: `New version of ${nameOf(account)} in store ${account.secret.store} is no credential`,
      lines: [
        safeMessage,
        'Nothing was rolled out; the panels keep what they have.',
        ...(fix === undefined ? [] : [fix]),
      ],
      dedupKey: `watch/${account.accountId}/${account.environment}/${versionId}`,
      bindings: [],
    },
    signal,
  );
}
