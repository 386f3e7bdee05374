import { type Content, isSeenCurrent } from './drift-content.ts';
import type { DriftFinding, DriftInput, DriftStatus } from './drift-kinds.ts';
import { addressFinding, refusalFindings } from './drift-refusal.ts';
import type { PanelCheck, RejectionReason } from './verdict.ts';

/** What the two vantage points add to the comparison. `status` holds only if there is no finding at all. */
export interface CheckJudgement {
  readonly status: Exclude<DriftStatus, 'drift'>;
  readonly findings: readonly DriftFinding[];
  readonly evidence: readonly string[];
}

type Refused = Extract<PanelCheck, { verdict: 'rejected' }>;

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

/** The check's own words: they name the address that the vendor refused, or say that nothing could be asked. */
function refusalEvidence({ detail }: Refused): string {
  return `The panel's own check says no: ${detail}`;
}

/** Only an address that the vendor names itself is a further cause; any other refusal is what the cause found leads to. */
function judgeExplained(input: DriftInput): CheckJudgement {
  const { panelCheck, workerVerdict } = input;
  if (panelCheck?.verdict === 'valid') return judged('in-sync', [], passedEvidence(input));
  if (panelCheck?.verdict !== 'rejected') return judged('in-sync');
  const namesAddress = panelCheck.reason === 'address-not-allowed' && workerVerdict?.verdict === 'valid';
  return judged('in-sync', namesAddress ? [addressFinding('likely')] : [], [refusalEvidence(panelCheck)]);
}

function passedEvidence({ workerVerdict }: DriftInput): string[] {
  const passed = "The panel's own check passed all the same.";
  if (workerVerdict?.verdict !== 'rejected') return [passed];
  return [passed, 'The panel may hold a newer key that the store was never told.'];
}

function judgeUnexplained(input: DriftInput, content: Content): CheckJudgement {
  const { panelCheck } = input;
  if (panelCheck?.verdict === 'rejected') return judgeRefusal(input, content, panelCheck);
  if (isSeenCurrent(content)) return judged('in-sync', [], inconclusiveEvidence(input));
  switch (panelCheck?.verdict) {
    case 'valid':
      return judged('in-sync', [], ['The key could not be seen; the check made by the panel proves it.']);
    case 'inconclusive':
      return judged('inconclusive', [], inconclusiveEvidence(input));
    case 'not-observable':
      return judged('unobservable', [], [panelCheck.detail]);
    default:
      return judged('unobservable');
  }
}

function inconclusiveEvidence({ panelCheck }: DriftInput): string[] {
  return panelCheck?.verdict === 'inconclusive'
    ? [`The panel's own check gave no usable answer: ${panelCheck.detail}`]
    : [];
}

/** The panel was refused and the comparison does not say why: it depends on what the same credential does from the worker. */
function judgeRefusal(input: DriftInput, content: Content, refused: Refused): CheckJudgement {
  const { reason } = refused;
  const compared = isSeenCurrent(content) ? 'in-sync' : 'unobservable';
  const { workerVerdict } = input;
  const evidence = [refusalEvidence(refused)];
  const address = reason === 'address-not-allowed' ? [addressFinding('likely')] : [];
  switch (workerVerdict?.verdict) {
    case 'valid':
      return judged(compared, refusalFindings(input, content, reason), evidence);
    case 'rejected':
      return judged(compared, workerVerdict.reason === 'address-not-allowed' ? address : [], evidence);
    case 'inconclusive': {
      const unknown = 'Whether the same credential works from the worker is not known.';
      return judged('inconclusive', [], [...evidence, unknown]);
    }
    default:
      return judged('inconclusive', address, evidence);
  }
}

function judged(
  status: CheckJudgement['status'],
  findings: readonly DriftFinding[] = [],
  evidence: readonly string[] = [],
): CheckJudgement {
  return { status, findings, evidence };
}
