import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { Clock, SecretVersion } from '../../../src/core/ports.ts';
import { sameContent } from './content.ts';
import { deletedCurrent } from './errors.ts';
import { EMPTY, type Entry, findEntry, isStaged, type Journal, parseJournal } from './journal.ts';
import type { Kv, KvVersion } from './kv.ts';
import type { SecretPaths } from './paths.ts';

/** One secret for the length of one call. */
export interface VaultSecret {
  readonly paths: SecretPaths;
  readonly kv: Kv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A secret and what Keyturn keeps beside it, as they were at one moment. */
export interface View {
  readonly newest: KvVersion | undefined;
  readonly currentId: VersionId | undefined;
  readonly journal: Journal;
  /** The journal's own version, for check-and-set; 0: there is none. */
  readonly journalNumber: number;
}

/**
 * The secret first and the journal after it: whatever Keyturn made current had been put into the journal before, so it is
 * recognised. A journal that knows of a newer version than was seen shows that the secret was written in between.
 */
export async function look(secret: VaultSecret): Promise<View> {
  const { kv, paths, signal } = secret;
  const newest = await kv.read(paths.data, undefined, signal);
  const kept = await kv.read(paths.staging, undefined, signal);
  const journal = kept?.data === undefined ? EMPTY : parseJournal(kept.data);
  const known = Math.max(0, ...journal.entries.map((entry) => (isStaged(entry) ? 0 : entry.number)));
  const seen = known > (newest?.number ?? 0) ? await kv.read(paths.data, undefined, signal) : newest;
  return { newest: seen, currentId: seen && currentIdOf(journal, seen), journal, journalNumber: kept?.number ?? 0 };
}

/**
 * Keyturn's own name for the newest version if it is one that Keyturn staged, also before the journal says so. Of entries with the
 * same value the newest counts: a promotion makes its own the newest before it writes.
 */
function currentIdOf(journal: Journal, newest: KvVersion): VersionId {
  const { data: value, number } = newest;
  const known = journal.entries.find((entry) => isThis(entry, newest));
  if (known !== undefined || value === undefined) return idOf(journal, newest);
  const written = journal.entries.findLast(
    (entry) => isStaged(entry) && number > entry.after && sameContent(entry.value, value),
  );
  return written?.id ?? idOf(journal, newest);
}

/** A version that anybody else wrote goes by its number. */
function idOf(journal: Journal, version: KvVersion): VersionId {
  return journal.entries.find((entry) => isThis(entry, version))?.id ?? (`v${version.number}` as VersionId);
}

function isThis(entry: Entry, { number, createdAt }: KvVersion): boolean {
  return !isStaged(entry) && entry.number === number && entry.createdAt === createdAt;
}

/** One version by its stage or id. Throws SECRET_NOT_FOUND, with the way back, if the current one has been deleted. */
export async function readVersion(
  secret: VaultSecret,
  which: Stage | { readonly version: VersionId },
): Promise<SecretVersion | undefined> {
  const view = await look(secret);
  if (which === 'current') return readCurrent(view);
  if (which === 'previous') return readNumbered(secret, view, (view.newest?.number ?? 0) - 1);
  const id = which === 'pending' ? view.journal.pending : which.version;
  if (id === undefined || (which === 'pending' && id === view.currentId)) return undefined;
  return readById(secret, view, id);
}

/** Throws for a current version that was deleted: somebody wanted that, but it is not "no such secret". */
export function readCurrent({ newest, currentId }: View): SecretVersion | undefined {
  if (newest === undefined || currentId === undefined) return undefined;
  if (newest.data === undefined) throw deletedCurrent();
  return { versionId: currentId, stages: ['current'], value: newest.data, createdAt: newest.createdAt };
}

export async function readById(secret: VaultSecret, view: View, id: VersionId): Promise<SecretVersion | undefined> {
  if (id === view.currentId) return readCurrent(view);
  const entry = findEntry(view.journal, id);
  if (entry && isStaged(entry)) {
    const stages = view.journal.pending === id ? (['pending'] as const) : [];
    return { versionId: id, stages, value: entry.value, createdAt: entry.stagedAt };
  }
  const found = await readNumbered(secret, view, entry?.number ?? numberIn(id));
  return found?.versionId === id ? found : undefined;
}

function numberIn(id: VersionId): number {
  const digits = /^v(\d{1,15})$/u.exec(id)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/** One of the secret's own versions that is not the newest; undefined if it is deleted, destroyed or older than Vault keeps. */
async function readNumbered(secret: VaultSecret, view: View, number: number): Promise<SecretVersion | undefined> {
  const newest = view.newest?.number ?? 0;
  if (number < 1 || number >= newest) return undefined;
  const found = await secret.kv.read(secret.paths.data, number, secret.signal);
  if (found?.data === undefined) return undefined;
  return {
    versionId: idOf(view.journal, found),
    stages: number === newest - 1 ? ['previous'] : [],
    value: found.data,
    createdAt: found.createdAt,
  };
}
