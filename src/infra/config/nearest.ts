const MAX_CANDIDATES = 1000;
const MAX_LENGTH = 64;
const MIN_PART = 3;

/** The candidate that `text` was probably meant to be, or undefined. Comparing ignores case. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  if (candidates.length > MAX_CANDIDATES || text.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = distanceOf(text.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A word that was cut short or runs on is as near as one wrong letter. */
function distanceOf(text: string, candidate: string): number {
  const isPart = text.length >= MIN_PART && (candidate.startsWith(text) || text.startsWith(candidate));
  return isPart && text !== candidate ? 1 : editDistance(text, candidate);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
