import { judgeChecks } from './drift-checks.ts';
import { type Content, compareContent, finding } from './drift-content.ts';
import { type Confidence, DRIFT_KINDS, type DriftFinding, type DriftInput, type DriftReport } from './drift-kinds.ts';
import { moduleEvidence, moduleFindings, testModeEvidence, testModeFindings } from './drift-module.ts';

/**
 * Names every cause of drift in one copy, in the order to mend them (DESIGN.md section 5, and each cause of the guide).
 *
 * Total: every input gives a report, and nothing is thrown. Several causes at once are all named. A check adds to what was seen
 * and never overrules it: what is inconclusive is no drift, and neither is a credential that fails from the worker too.
 */
export function explainDrift(input: DriftInput): DriftReport {
  const content = compareContent(input);
  const compared = [...moduleFindings(input), ...content.findings, ...testModeFindings(input)];
  const judgement = judgeChecks(input, content, compared.length > 0);
  const findings = mergeFindings([...compared, ...judgement.findings]);
  const evidence = [
    ...content.evidence,
    ...moduleEvidence(input),
    ...testModeEvidence(input),
    ...unseenEvidence(input, content),
    ...judgement.evidence,
  ];
  if (findings.length > 0) return { status: 'drift', findings, evidence };
  if (judgement.status !== 'unobservable') return { status: judgement.status, findings, evidence };
  return { status: 'unobservable', findings: [unobservableFinding(input, content)], evidence };
}

/** One finding per kind, in mending order; the evidence of all, the confidence of the surest. */
function mergeFindings(findings: readonly DriftFinding[]): readonly DriftFinding[] {
  return DRIFT_KINDS.flatMap((kind) => {
    const same = findings.filter((each) => each.kind === kind);
    if (same.length === 0) return [];
    return [finding(kind, surest(same), ...new Set(same.flatMap((each) => each.evidence)))];
  });
}

function surest(findings: readonly DriftFinding[]): Confidence {
  const order = ['certain', 'likely'] as const;
  return order.find((confidence) => findings.some((each) => each.confidence === confidence)) ?? 'possible';
}

function unobservableFinding(input: DriftInput, content: Content): DriftFinding {
  const { observation } = input;
  if (observation.state === 'unobservable') return finding('unobservable', 'certain', observation.reason);
  return finding('unobservable', 'certain', ...hiddenFields(content));
}

function unseenEvidence(input: DriftInput, content: Content): string[] {
  return input.observation.state === 'unobservable' ? [] : hiddenFields(content);
}

function hiddenFields(content: Content): string[] {
  const hidden: string[] = [];
  if (!content.username) hidden.push('The panel does not show its username field.');
  if (!content.password) hidden.push('The panel does not show its password field.');
  return hidden;
}
