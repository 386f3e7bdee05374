import type { FieldFacts } from './observation.ts';
import type { VersionGate } from './version-gates.ts';

/**
 * How two texts of one normal form differ.
 *
 * `same`         not at all
 * `letter-case`  a UUID in other letter case
 * `stray`        the observed text carries characters that do not belong
 * `store-stray`  the observed text is clean, the store's is not
 * `both-stray`   both are the same, and both carry such characters
 */
export type Spelling = 'same' | 'letter-case' | 'stray' | 'store-stray' | 'both-stray';

export function isFlagged(facts: FieldFacts): boolean {
  return facts.outerWhitespace || facts.invisibleCharacters;
}

/** Compares an observed field with the known value whose normal form it shares. A longer text without a flag has a space inside. */
export function compareSpelling(observed: FieldFacts, known: FieldFacts): Spelling {
  if (observed.raw === known.raw) return isFlagged(known) ? 'both-stray' : 'same';
  if (isFlagged(observed)) return 'stray';
  if (isFlagged(known)) return 'store-stray';
  if (observed.length > known.length) return 'stray';
  return observed.length < known.length ? 'store-stray' : 'letter-case';
}

/** Why we call it stray, and whether the module forgives it. `name` opens the sentence. */
export function strayEvidence(
  name: string,
  observed: FieldFacts,
  known: FieldFacts,
  gate: VersionGate | undefined,
): string[] {
  const lengths = `${name} equals the known value once cleaned; it is ${observed.length} characters long instead of ${known.length}.`;
  return [lengths, whereEvidence(observed), ...trimEvidence(observed, gate)];
}

function whereEvidence(observed: FieldFacts): string {
  if (observed.invisibleCharacters) {
    return 'It holds an invisible character: a line break, a tab, a no-break or zero-width space or the like.';
  }
  return observed.outerWhitespace ? 'It begins or ends with a space.' : 'It has a space inside.';
}

function trimEvidence(observed: FieldFacts, gate: VersionGate | undefined): string[] {
  if (gate === undefined) return [];
  if (gate !== 'capable') return ['The installed module trims nothing, so every stray character reaches the vendor.'];
  if (observed.invisibleCharacters) {
    return [
      'The installed module trims plain whitespace at both ends, but no no-break or zero-width space and nothing inside.',
    ];
  }
  if (!observed.outerWhitespace) return ['The installed module trims both ends only.'];
  return ['The installed module trims plain spaces at both ends, so it may work all the same.'];
}
