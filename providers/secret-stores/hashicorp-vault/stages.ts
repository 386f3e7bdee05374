import { randomInt } from 'node:crypto';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import { currentMoved, noSuchVersion, tokenReused } from '../../shared/store-conflicts.ts';
import { writeAndLook } from '../../shared/write-and-look.ts';
import { assertFields, sameContent } from './content.ts';
import { notWritten } from './errors.ts';
import { findEntry, formatJournal, isStaged, type Journal, withEntry } from './journal.ts';
import type { WriteResult } from './kv.ts';
import { look, readById, readCurrent, type VaultSecret, type View } from './versions.ts';

const MOST_ATTEMPTS = 30;
const MOST_PAUSE_MS = 40;
/** The journal's older versions would keep values that nobody needs; this one is enough for check-and-set. */
const JOURNAL_METADATA = {
  max_versions: 1,
  custom_metadata: { 'managed-by': 'keyturn', about: 'Versions that Keyturn staged for the secret of this name.' },
};

/** Keeps the value in the journal, where no other program looks, and makes it the pending one. */
export async function stageVersion(secret: VaultSecret, value: SecretValue, id: VersionId): Promise<void> {
  assertFields(value);
  const stagedAt = new Date(secret.clock.now()).toISOString();
  await changeJournal(secret, {
    async next(view) {
      const known = await readById(secret, view, id);
      if (known !== undefined && !sameContent(known.value, value)) throw tokenReused();
      const isPromoted = known?.stages.some((stage) => stage !== 'pending') ?? false;
      if (isPromoted || known?.stages.includes('pending')) return undefined;
      return withEntry({ ...view.journal, pending: id }, { id, stagedAt, value, after: numberOf(view) });
    },
    // Another worker may have staged right after us; ours was staged all the same.
    reached: (view, before) => view.journal.pending === id || isKeptBehind(view, before, id),
  });
}

/** Writes the value as the secret's next version, by check-and-set: from then on everybody reads it. Again: finishes what is left. */
export async function promoteVersion(
  secret: VaultSecret,
  id: VersionId,
  expected: VersionId | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const view = await look(secret);
    readCurrent(view);
    if (view.currentId === id) return settle(secret, id);
    if (view.currentId !== expected) throw currentMoved();
    const version = await readById(secret, view, id);
    if (version === undefined) throw noSuchVersion();
    await keepInJournal(secret, id, version.value);
    if ((await writeNext(secret, view, id, version.value)) === 'written') return settle(secret, id);
    await shortPause(secret);
  }
  throw tooBusy();
}

/** Somebody wrote the journal after us, and our entry is in it. */
function isKeptBehind({ journal, journalNumber }: View, before: View, id: VersionId): boolean {
  return journalNumber > before.journalNumber + 1 && findEntry(journal, id) !== undefined;
}

function numberOf({ newest }: View): number {
  return newest?.number ?? 0;
}

async function writeNext(secret: VaultSecret, view: View, id: VersionId, value: SecretValue): Promise<WriteResult> {
  const { kv, paths, clock, signal } = secret;
  let result: WriteResult | undefined;
  const write = {
    async send() {
      result = await kv.write(paths.data, value, numberOf(view), signal);
    },
    reached: async () => result === 'conflict' || (await look(secret)).currentId === id,
    notWritten,
  };
  await writeAndLook(write, clock, signal);
  return result ?? 'written';
}

/** As the newest entry, with its value: that is what tells our write from anybody else's. */
async function keepInJournal(secret: VaultSecret, id: VersionId, value: SecretValue): Promise<void> {
  const stagedAt = new Date(secret.clock.now()).toISOString();
  function isKept(view: View): boolean {
    const entry = view.journal.entries.at(-1);
    return entry?.id === id && isStaged(entry) && entry.after <= numberOf(view);
  }
  await changeJournal(secret, {
    next: async (view) =>
      isKept(view) ? undefined : withEntry(view.journal, { id, stagedAt, value, after: numberOf(view) }),
    // Another worker may have put its own behind it right away; check-and-set decides between the two.
    reached: (view, before) => isKept(view) || isKeptBehind(view, before, id),
  });
}

/** Notes which version of the secret the entry became, drops its value, and takes the pending stage off it. */
async function settle(secret: VaultSecret, id: VersionId): Promise<void> {
  function isSettled({ journal, currentId }: View): boolean {
    const entry = findEntry(journal, id);
    return journal.pending !== id && (currentId !== id || entry === undefined || !isStaged(entry));
  }
  await changeJournal(secret, {
    async next(view) {
      if (isSettled(view)) return undefined;
      const { journal, currentId, newest } = view;
      const freed = { ...journal, pending: journal.pending === id ? undefined : journal.pending };
      if (currentId !== id || newest === undefined) return freed;
      return withEntry(freed, { id, number: newest.number, createdAt: newest.createdAt });
    },
    reached: isSettled,
  });
}

/** Takes the pending stage off this version and no other; that it is elsewhere, or nowhere, is success. */
export async function discardVersion(secret: VaultSecret, id: VersionId): Promise<void> {
  await changeJournal(secret, {
    next: async ({ journal }) => (journal.pending === id ? { ...journal, pending: undefined } : undefined),
    reached: ({ journal }) => journal.pending !== id,
  });
}

interface JournalChange {
  /** The journal as it should become; undefined if it is right as it is. Called again with what is there after a conflict. */
  next(view: View): Promise<Journal | undefined>;
  reached(view: View, before: View): boolean;
}

async function changeJournal(secret: VaultSecret, change: JournalChange): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = await look(secret);
    const journal = await change.next(before);
    if (journal === undefined || (await writeJournal(secret, journal, before, change)) === 'written') return;
    await shortPause(secret);
  }
  throw tooBusy();
}

async function writeJournal(
  secret: VaultSecret,
  journal: Journal,
  before: View,
  change: JournalChange,
): Promise<WriteResult> {
  const { kv, paths, clock, signal } = secret;
  if (before.journalNumber === 0) await kv.writeMetadata(paths.stagingMetadata, JOURNAL_METADATA, signal);
  let result: WriteResult | undefined;
  const write = {
    async send() {
      result = await kv.write(paths.staging, formatJournal(journal), before.journalNumber, signal);
    },
    reached: async () => result === 'conflict' || change.reached(await look(secret), before),
    notWritten,
  };
  await writeAndLook(write, clock, signal);
  return result ?? 'written';
}

/** So that workers who collide do not collide again. */
async function shortPause({ clock, signal }: VaultSecret): Promise<void> {
  await clock.sleep(randomInt(1, MOST_PAUSE_MS), signal);
}

function tooBusy(): KeyturnError {
  return new KeyturnError('STORE_CONFLICT', 'Other programs write this secret all the time.', {
    fix: 'Look who does (the audit log of Vault names them), then try again.',
    untouched: 'The current version was not changed.',
  });
}
