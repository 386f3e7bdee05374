/** From `start` up to, but not including, `end`, in UTF-16 units. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** A set of texts of at least `windowLength` units that can be looked for all at once. */
export interface SecretIndex {
  add(text: string): void;
  remove(text: string): void;
  /** Where any of the texts occurs: in order, with overlapping and touching occurrences joined. */
  find(text: string): readonly Interval[];
}

/** The texts that begin alike, by their length; lengths in descending order. */
type Bucket = Map<number, Set<string>>;

const BASE = 0x01000193;
const FILTER_BITS = 18;
const FILTER_SHIFT = 32 - FILTER_BITS;

/**
 * Looks up the hash of every window of the text, rolled along unit by unit, among the hashes of the texts' beginnings. The cost
 * does not grow with the number of texts, and where no beginning occurs it is one multiplication and one look-up per unit.
 */
export function createSecretIndex(windowLength: number): SecretIndex {
  const buckets = new Map<number, Bucket>();
  /** One entry per hash prefix; never cleared, for a stale entry costs only a look-up. */
  const filter = new Uint8Array(1 << FILTER_BITS);
  const leaving = power(BASE, windowLength);

  function longestAt(text: string, start: number, hash: number): number {
    if (filter[hash >>> FILTER_SHIFT] === 0) return 0;
    return longestIn(buckets.get(hash), text, start);
  }

  return {
    add(text) {
      const hash = hashOf(text, windowLength);
      filter[hash >>> FILTER_SHIFT] = 1;
      buckets.set(hash, addTo(buckets.get(hash) ?? new Map<number, Set<string>>(), text));
    },
    remove(text) {
      const hash = hashOf(text, windowLength);
      const bucket = buckets.get(hash);
      if (bucket && removeFrom(bucket, text) === 0) buckets.delete(hash);
    },
    find(text) {
      const found: Interval[] = [];
      if (text.length < windowLength) return found;
      let hash = hashOf(text, windowLength);
      for (let start = 0; ; start += 1) {
        const length = longestAt(text, start, hash);
        if (length > 0) found.push({ start, end: start + length });
        const next = start + windowLength;
        if (next >= text.length) return joinIntervals(found);
        hash = roll(hash, text.charCodeAt(start), text.charCodeAt(next), leaving);
      }
    },
  };
}

/** Joins intervals that overlap or touch. They must come ordered by their start. */
export function joinIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = [];
  for (const interval of intervals) {
    const last = joined.at(-1);
    if (last && interval.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) };
    } else {
      joined.push(interval);
    }
  }
  return joined;
}

function hashOf(text: string, length: number): number {
  let hash = 0;
  for (let at = 0; at < length; at += 1) hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) >>> 0;
  return hash;
}

function roll(hash: number, left: number, entered: number, leaving: number): number {
  return (Math.imul(hash, BASE) - Math.imul(left, leaving) + entered) >>> 0;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count += 1) result = Math.imul(result, base);
  return result;
}

function longestIn(bucket: Bucket | undefined, text: string, start: number): number {
  if (!bucket) return 0;
  for (const [length, texts] of bucket) {
    if (start + length <= text.length && texts.has(text.slice(start, start + length))) return length;
  }
  return 0;
}

function addTo(bucket: Bucket, text: string): Bucket {
  const texts = bucket.get(text.length);
  if (texts) {
    texts.add(text);
    return bucket;
  }
  return new Map([...bucket, [text.length, new Set([text])] as const].sort(([a], [b]) => b - a));
}

/** Returns how many lengths are left. */
function removeFrom(bucket: Bucket, text: string): number {
  const texts = bucket.get(text.length);
  texts?.delete(text);
  if (texts?.size === 0) bucket.delete(text.length);
  return bucket.size;
}
