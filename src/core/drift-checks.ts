import { type Content, finding, holdsCurrent } from './drift-content.ts';
import type { DriftFinding, DriftInput, DriftStatus } from './drift-kinds.ts';
import { cannotReachEnvironment } from './drift-module.ts';
import { compareSpelling } from './spelling.ts';
import type { RejectionReason } from './verdict.ts';
import { versionGate } from './version-gates.ts';

/** What the two vantage points add to the comparison. `status` holds only if there is no finding at all. */
export interface CheckJudgement {
  readonly status: Exclude<DriftStatus, 'drift'>;
  readonly findings: readonly DriftFinding[];
  readonly evidence: readonly string[];
}

/** How the vendor's refusal reads in a sentence. */
const REASON_TEXT = {
  'bad-credential': 'the credential is not valid',
  'wrong-account': 'the credential belongs to another account',
  'wrong-environment': 'the credential belongs to the other environment',
  'address-not-allowed': 'the calling address is not authorised',
  unspecified: 'without a reason',
} as const satisfies Record<RejectionReason, string>;

/**
 * Reads the panel's check and the worker's verdict in the light of what was seen.
 * `explained`: the comparison has already found a cause, so a refusal is no riddle.
 */
export function judgeChecks(input: DriftInput, content: Content, explained: boolean): CheckJudgement {
  const judgement = explained ? judgeExplained(input) : judgeUnexplained(input, content);
  return { ...judgement, evidence: [...judgement.evidence, ...workerEvidence(input)] };
}

function workerEvidence({ workerVerdict }: DriftInput): string[] {
  if (workerVerdict?.verdict !== 'rejected') return [];
  const reason = REASON_TEXT[workerVerdict.reason];
  return [
    `The store's own credential was refused from the worker as well (${reason}); that is not this panel's doing.`,
  ];
}

/** Only an address that the vendor names itself is a further cause; any other refusal is what the cause found leads to. */
function judgeExplained(input: DriftInput): CheckJudgement {
  const { panelCheck, workerVerdict } = input;
  if (panelCheck?.verdict === 'valid') return judged('in-sync', [], passedEvidence(input));
  if (panelCheck?.verdict !== 'rejected') return judged('in-sync');
  const evidence = [`The panel's own check was refused: ${REASON_TEXT[panelCheck.reason]}.`];
  const namesAddress = panelCheck.reason === 'address-not-allowed' && workerVerdict?.verdict === 'valid';
  return judged('in-sync', namesAddress ? [addressFinding('likely')] : [], evidence);
}

function passedEvidence({ workerVerdict }: DriftInput): string[] {
  const passed = "The panel's own check passed all the same.";
  if (workerVerdict?.verdict !== 'rejected') return [passed];
  return [passed, 'The panel may hold a newer key that the store was never told.'];
}

function judgeUnexplained(input: DriftInput, content: Content): CheckJudgement {
  const isSeen = holdsCurrent(content.username) && holdsCurrent(content.password);
  const compared = isSeen ? 'in-sync' : 'unobservable';
  const { panelCheck } = input;
  switch (panelCheck?.verdict) {
    case 'valid':
      return judged('in-sync', [], isSeen ? [] : ['The key could not be seen; the check made by the panel proves it.']);
    case 'inconclusive':
      return judged(isSeen ? 'in-sync' : 'inconclusive', [], ["The panel's own check gave no usable answer."]);
    case 'rejected':
      return judgeRefusal(input, content, panelCheck.reason, compared);
    case 'not-observable':
      return judged(compared, [], isSeen ? [] : [panelCheck.detail]);
    default:
      return judged(compared);
  }
}

/** The panel was refused and the comparison does not say why. It depends on what the same credential does from the worker. */
function judgeRefusal(
  input: DriftInput,
  content: Content,
  reason: RejectionReason,
  compared: 'in-sync' | 'unobservable',
): CheckJudgement {
  const { workerVerdict } = input;
  const evidence = [`The panel's own check was refused: ${REASON_TEXT[reason]}.`];
  const isAddress = reason === 'address-not-allowed';
  switch (workerVerdict?.verdict) {
    case 'valid':
      return judged(compared, refusalFindings(input, content, reason, compared === 'in-sync'), evidence);
    case 'rejected': {
      const isBoth = isAddress && workerVerdict.reason === 'address-not-allowed';
      return judged(compared, isBoth ? [addressFinding('likely')] : [], evidence);
    }
    case 'inconclusive':
      return judged(
        'inconclusive',
        [],
        [...evidence, 'Whether the same credential works from the worker is not known.'],
      );
    default:
      return judged('inconclusive', isAddress ? [addressFinding('likely')] : [], evidence);
  }
}

/** The worker's call with the store's credential works, the panel's does not. `isSeen`: the panel is known to hold that credential. */
function refusalFindings(
  input: DriftInput,
  content: Content,
  reason: RejectionReason,
  isSeen: boolean,
): readonly DriftFinding[] {
  const isVague = reason === 'bad-credential' || reason === 'unspecified';
  if (isVague && cannotReachEnvironment(input)) {
    return [
      finding('wrong-environment', 'likely', 'This module always calls the live system, and the binding is for test.'),
    ];
  }
  switch (reason) {
    case 'address-not-allowed':
      return [addressFinding(isSeen ? 'certain' : 'likely')];
    case 'wrong-environment':
      return [
        finding(
          'wrong-environment',
          'likely',
          'The vendor told the panel that its credential is of the other environment.',
        ),
      ];
    case 'wrong-account':
      return [
        finding('wrong-account', isSeen ? 'possible' : 'likely', 'The vendor answered the panel for another account.'),
      ];
    case 'bad-credential':
      return isSeen ? sameCredentialRefused(input, content, badCredentialConfidence(input)) : [unknownKey('likely')];
    case 'unspecified':
      return isSeen
        ? sameCredentialRefused(input, content, 'likely')
        : [unknownKey('possible'), addressFinding('possible')];
  }
}

function unknownKey(confidence: 'likely' | 'possible'): DriftFinding {
  const evidence =
    "The key could not be seen; the store's key works from the worker, and what the panel holds was refused.";
  return finding('unknown-credential', confidence, evidence);
}

function addressFinding(confidence: 'certain' | 'likely' | 'possible', ...more: string[]): DriftFinding {
  const evidence =
    confidence === 'certain'
      ? 'The same credential works from the worker, and the vendor refused the address of the panel.'
      : "The vendor refused the panel's call in a way that fits an address that is not on its list.";
  return finding('address-not-authorised', confidence, evidence, ...more);
}

/**
 * The panel holds what works elsewhere and is refused, and nobody named the address. First the small differences that the
 * comparison forgave; then the address (guide cause 7: it often looks like an invalid key).
 */
function sameCredentialRefused(
  input: DriftInput,
  content: Content,
  confidence: 'likely' | 'possible',
): readonly DriftFinding[] {
  const spellings = [content.username, content.password].map((reading) =>
    reading?.known ? compareSpelling(reading.facts, reading.known.facts) : 'same',
  );
  if (spellings.includes('both-stray')) {
    return [
      finding(
        'stray-characters',
        'likely',
        'The store and the panel carry the same stray characters, and the panel was refused.',
      ),
    ];
  }
  if (spellings[1] === 'letter-case') {
    return [
      finding('unknown-credential', 'likely', 'The key differs in upper and lower case, and the panel was refused.'),
    ];
  }
  return [
    addressFinding(
      confidence,
      'The panel holds the very credential that works from the worker.',
      ...unseenEvidence(input),
    ),
  ];
}

/** "Bad credential" means the address only as far as nothing else can differ between the two calls. */
function badCredentialConfidence(input: DriftInput): 'likely' | 'possible' {
  return unseenEvidence(input).length === 0 ? 'likely' : 'possible';
}

function unseenEvidence(input: DriftInput): string[] {
  const evidence: string[] = [];
  if (input.observation.state === 'observed' && input.observation.testMode === undefined) {
    evidence.push('The test switch could not be seen; it may point to the other environment.');
  }
  if (versionGate(input.panelKind, input.observation) === undefined) {
    evidence.push('The module version is not known; an outdated one would be refused as well.');
  }
  return evidence;
}

function judged(
  status: CheckJudgement['status'],
  findings: readonly DriftFinding[] = [],
  evidence: readonly string[] = [],
): CheckJudgement {
  return { status, findings, evidence };
}
