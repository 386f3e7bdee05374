import { type Content, finding, isSeenCurrent } from './drift-content.ts';
import type { Confidence, DriftFinding, DriftInput } from './drift-kinds.ts';
import { cannotReachEnvironment } from './drift-module.ts';
import { compareSpelling, type Spelling } from './spelling.ts';
import type { RejectionReason } from './verdict.ts';
import { versionGate } from './version-gates.ts';

/*
 * The panel was refused, the worker's call with the store's credential works, and the comparison has found no cause.
 */

type Vague = 'bad-credential' | 'unspecified';

/** What such a refusal means. Never empty: a panel that is refused where the worker is not has something wrong. */
export function refusalFindings(
  input: DriftInput,
  content: Content,
  reason: RejectionReason,
): readonly [DriftFinding, ...DriftFinding[]] {
  const isSeen = isSeenCurrent(content);
  switch (reason) {
    case 'address-not-allowed':
      return [addressFinding(isSeen ? 'certain' : 'likely')];
    case 'wrong-environment':
      return [
        finding('wrong-environment', 'likely', 'The vendor told the panel that the key is of the other environment.'),
      ];
    case 'wrong-account': {
      const confidence = isSeen ? 'possible' : 'likely';
      return [finding('wrong-account', confidence, 'The vendor answered the panel for another account.')];
    }
    case 'bad-credential':
    case 'unspecified':
      return vagueRefusal(input, content, reason);
  }
}

/** The vendor refused the very address: certain if the same credential is known to work from the worker. */
export function addressFinding(confidence: Confidence, ...more: string[]): DriftFinding {
  const evidence =
    confidence === 'certain'
      ? 'The same credential works from the worker, and the vendor refused the address of the panel.'
      : "The vendor refused the panel's call in a way that fits an address that is not on its list.";
  return finding('address-not-authorised', confidence, evidence, ...more);
}

function vagueRefusal(input: DriftInput, content: Content, reason: Vague): readonly [DriftFinding, ...DriftFinding[]] {
  if (cannotReachEnvironment(input)) {
    const evidence = 'This module always calls the live system, and the binding is for test.';
    return [finding('wrong-environment', 'likely', evidence)];
  }
  if (isSeenCurrent(content)) return [sameCredentialRefused(input, content, reason)];
  if (reason === 'bad-credential') return [unknownKey('likely')];
  return [unknownKey('possible'), addressFinding('possible')];
}

function unknownKey(confidence: Confidence): DriftFinding {
  const evidence =
    "The key could not be seen; the store's key works from the worker, and what the panel holds was refused.";
  return finding('unknown-credential', confidence, evidence);
}

/**
 * The panel holds what works elsewhere, and nobody named the address. First the small differences that the comparison forgave;
 * then the address (guide cause 7: it often looks like an invalid key).
 */
function sameCredentialRefused(input: DriftInput, content: Content, reason: Vague): DriftFinding {
  if ([spellingOf(content, 'username'), spellingOf(content, 'password')].includes('both-stray')) {
    const evidence = 'The store and the panel carry the same stray characters, and the panel was refused.';
    return finding('stray-characters', 'likely', evidence);
  }
  if (spellingOf(content, 'password') === 'letter-case') {
    return finding('unknown-credential', 'likely', 'The key differs in letter case only, and the panel was refused.');
  }
  const unseen = unseenEvidence(input);
  const confidence = reason === 'unspecified' || unseen.length === 0 ? 'likely' : 'possible';
  return addressFinding(confidence, 'The panel holds the very credential that works from the worker.', ...unseen);
}

function spellingOf(content: Content, field: 'username' | 'password'): Spelling | undefined {
  const reading = content[field];
  return reading?.known && compareSpelling(reading.facts, reading.known.facts);
}

/** "Bad credential" means the address only as far as nothing else can differ between the two calls. */
function unseenEvidence({ observation, panelKind }: DriftInput): string[] {
  const evidence: string[] = [];
  if (observation.state === 'observed' && observation.testMode === undefined) {
    evidence.push('The test switch could not be seen; it may point to the other environment.');
  }
  if (versionGate(panelKind, observation) === undefined) {
    evidence.push('The module version is not known; an outdated one would be refused as well.');
  }
  return evidence;
}
