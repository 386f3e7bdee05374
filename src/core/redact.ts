import { createSecretIndex, type Interval, joinIntervals } from './secret-index.ts';
import { spellingsOf } from './secret-spellings.ts';

const MARKER = '[redacted]';
/** Shorter values would match ordinary words and make every text unreadable. */
const MIN_LENGTH = 6;
/** Beyond this many values, or characters in all their spellings, the one that was not used for the longest time is forgotten. */
const MAX_VALUES = 20_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** More rounds than this need a secret made to fit around the marker; such a text is given up as a whole. */
const MAX_ROUNDS = 8;

export interface Redactor {
  /** Remembers a value to remove from now on. Values under six characters are ignored. */
  registerSecret(value: string): void;
  /** Removes every registered value, in all its spellings. Always ends; the result holds none of them. */
  redact(text: string): string;
}

/** The limits are arguments for tests alone. */
export function createRedactor(maxValues = MAX_VALUES, maxCharacters = MAX_CHARACTERS): Redactor {
  const index = createSecretIndex(MIN_LENGTH);
  /** By value, the one used last at the end. */
  const spellings = new Map<string, ReadonlySet<string>>();
  /** How many values share a spelling: a value with and without a space at its end share most. */
  const owners = new Map<string, number>();
  let characters = 0;

  function own(spelling: string): void {
    const count = owners.get(spelling) ?? 0;
    owners.set(spelling, count + 1);
    if (count > 0) return;
    index.add(spelling);
    characters += spelling.length;
  }

  function disown(spelling: string): void {
    const count = owners.get(spelling) ?? 0;
    if (count > 1) {
      owners.set(spelling, count - 1);
      return;
    }
    owners.delete(spelling);
    index.remove(spelling);
    characters -= spelling.length;
  }

  function forgetOldest(): void {
    const oldest = spellings.entries().next();
    if (oldest.done) return;
    const [value, texts] = oldest.value;
    spellings.delete(value);
    for (const text of texts) disown(text);
  }

  return {
    registerSecret(value) {
      if (value.trim().length < MIN_LENGTH) return;
      const known = spellings.get(value);
      if (known) {
        spellings.delete(value);
        spellings.set(value, known);
        return;
      }
      const texts = removableSpellings(value);
      spellings.set(value, texts);
      for (const text of texts) own(text);
      while (spellings.size > maxValues || (characters > maxCharacters && spellings.size > 1)) forgetOldest();
    },
    redact(text) {
      return redactWith((part) => index.find(part), text);
    },
  };
}

/** A text inside the marker cannot be told from the marker, and says no more than the marker does. */
function removableSpellings(value: string): ReadonlySet<string> {
  return new Set([...spellingsOf(value)].filter((text) => text.length >= MIN_LENGTH && !MARKER.includes(text)));
}

/**
 * Occurrences are found in the text as it came, so that one secret inside another leaves nothing behind. A marker may then form
 * a secret with its neighbours: such a place is swallowed together with its marker, which makes the text shorter every round.
 */
function redactWith(find: (text: string) => readonly Interval[], text: string): string {
  let result = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = find(result);
    if (found.length === 0) return result;
    result = replace(result, round === 0 ? found : swallowMarkers(result, found));
  }
  return find(result).length === 0 ? result : MARKER;
}

function replace(text: string, intervals: readonly Interval[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of intervals) {
    parts.push(text.slice(from, start), MARKER);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function swallowMarkers(text: string, intervals: readonly Interval[]): readonly Interval[] {
  const reach = MARKER.length - 1;
  return joinIntervals(
    intervals.map(({ start, end }) => {
      const before = markerIn(text, start - reach, start + reach);
      const after = markerIn(text, end - reach, end + reach);
      return {
        start: Math.min(start, before ?? start),
        end: Math.max(end, (after ?? end - MARKER.length) + MARKER.length),
      };
    }),
  );
}

/** Where a marker begins that lies wholly between the two places. */
function markerIn(text: string, from: number, to: number): number | undefined {
  const first = Math.max(from, 0);
  const at = text.slice(first, to).indexOf(MARKER);
  return at === -1 ? undefined : first + at;
}

const processWide = createRedactor();

/** Remembers a value that `redact` must remove from now on. Process-wide on purpose: no call site can forget it. */
export function registerSecret(value: string): void {
  processWide.registerSecret(value);
}

/** Removes every registered secret, in its common encodings, from a text. */
export function redact(text: string): string {
  return processWide.redact(text);
}
