import { z } from 'zod';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

/** A version that Keyturn staged, or put back. It holds its value until it has become a version of the secret itself. */
export type Entry = StagedEntry | PromotedEntry;

export interface StagedEntry {
  readonly id: VersionId;
  readonly stagedAt: string;
  readonly value: SecretValue;
  /** The number of the secret's newest version at that time: only a later one can have come of this. */
  readonly after: number;
}

export interface PromotedEntry {
  readonly id: VersionId;
  /** Which version of the secret it became, told from a later one of the same number by its time. */
  readonly number: number;
  readonly createdAt: string;
}

/** What Keyturn keeps beside a secret. Pure: nothing here reads or writes. */
export interface Journal {
  readonly pending: VersionId | undefined;
  /** Oldest first. */
  readonly entries: readonly Entry[];
}

export const EMPTY: Journal = { pending: undefined, entries: [] };

/** So many values at most wait beside a secret; with the largest one each, all of them fit into an entry of any storage backend. */
const MOST_STAGED = 6;
const MOST_PROMOTED = 10;

const staged = z.object({ id: z.string(), staged_at: z.string(), value: z.string(), after: z.int().nonnegative() });
const promoted = z.object({ id: z.string(), version: z.int().positive(), created_at: z.string() });
const document = z.object({
  keyturn: z.literal(1),
  pending: z.string().nullable(),
  versions: z.array(z.union([staged, promoted])),
});

export function isStaged(entry: Entry): entry is StagedEntry {
  return 'value' in entry;
}

export function findEntry({ entries }: Journal, id: VersionId): Entry | undefined {
  return entries.find((entry) => entry.id === id);
}

/** The journal with this entry as its newest, in place of an older one of the same id. */
export function withEntry(journal: Journal, entry: Entry): Journal {
  return trimmed({ ...journal, entries: [...journal.entries.filter(({ id }) => id !== entry.id), entry] });
}

/** Drops the oldest entries over the limits, but never the pending one. */
function trimmed(journal: Journal): Journal {
  const stagedIds = journal.entries.filter(isStaged).map(({ id }) => id);
  const promotedIds = journal.entries.filter((entry) => !isStaged(entry)).map(({ id }) => id);
  const kept = new Set([...stagedIds.slice(-MOST_STAGED), ...promotedIds.slice(-MOST_PROMOTED), journal.pending]);
  return { ...journal, entries: journal.entries.filter(({ id }) => kept.has(id)) };
}

/** Throws SECRET_MALFORMED for something that is not Keyturn's. */
export function parseJournal(text: SecretValue): Journal {
  const parsed = document.safeParse(JSON.parse(text.reveal())).data;
  if (parsed === undefined) {
    throw new KeyturnError(
      'SECRET_MALFORMED',
      'Something else is stored in Vault where Keyturn keeps what it stages.',
      {
        fix: 'Look at the secret of the same name with .keyturn at its end, and move what is in it elsewhere.',
        untouched: 'Nothing was changed.',
      },
    );
  }
  return {
    pending: parsed.pending === null ? undefined : (parsed.pending as VersionId),
    entries: parsed.versions.map((each) =>
      'value' in each
        ? { id: each.id as VersionId, stagedAt: each.staged_at, value: new SecretValue(each.value), after: each.after }
        : { id: each.id as VersionId, number: each.version, createdAt: each.created_at },
    ),
  };
}

/** The journal as the text of KV data. */
export function formatJournal({ pending, entries }: Journal): SecretValue {
  const content: z.input<typeof document> = {
    keyturn: 1,
    pending: pending ?? null,
    versions: entries.map((entry) =>
      isStaged(entry)
        ? { id: entry.id, staged_at: entry.stagedAt, value: entry.value.reveal(), after: entry.after }
        : { id: entry.id, version: entry.number, created_at: entry.createdAt },
    ),
  };
  return new SecretValue(JSON.stringify(content));
}
