import { count, hashOf } from '../shared/hash.ts';
import type { Out } from '../shared/read.ts';
import type { requestEntry } from './control.ts';

export type Entry = Out<typeof requestEntry>;

const KEPT_ENTRIES = 20_000;

export interface Journal {
  /** Keys are hashed before anything is kept. */
  add(entry: Omit<Entry, 'keyHash' | 'at'>, key: string): void;
  entries(): readonly Entry[];
  counters(by: 'key' | 'address'): Record<string, Record<string, number>>;
  forget(): void;
}

/** The request log (the last 20 000) and counters over everything since the start or the last `forget`. */
export function createJournal(): Journal {
  let entries: Entry[] = [];
  const counted = { key: new Map<string, Map<string, number>>(), address: new Map<string, Map<string, number>>() };
  function bump(by: 'key' | 'address', name: string, outcome: string): void {
    const outcomes = counted[by].get(name) ?? new Map<string, number>();
    counted[by].set(name, outcomes);
    count(outcomes, outcome);
  }
  return {
    add(entry, key) {
      const keyHash = key === '' ? '' : hashOf(key);
      if (entries.length >= 2 * KEPT_ENTRIES) entries = entries.slice(-KEPT_ENTRIES);
      entries.push({ ...entry, keyHash, at: new Date().toISOString() });
      bump('key', keyHash, entry.outcome);
      bump('address', entry.address, entry.outcome);
    },
    entries: () => entries.slice(-KEPT_ENTRIES),
    counters: (by) =>
      Object.fromEntries([...counted[by]].map(([name, outcomes]) => [name, Object.fromEntries(outcomes)])),
    forget() {
      entries = [];
      counted.key.clear();
      counted.address.clear();
    },
  };
}
