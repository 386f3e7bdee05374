import type { Readiness } from '../app/preflight.ts';
import { nameOf } from '../app/read-credential.ts';
import type { Finding } from '../core/ports.ts';
import { type Output, paint } from './output.ts';

const MARKS: Readonly<Record<Finding['level'], string>> = { ok: '✔', warning: '!', blocker: '✖' };
const STYLES = { ok: 'green', warning: 'yellow', blocker: 'red' } as const;

function findingLine({ level, what, fix }: Finding): string {
  return `    ${paint(STYLES[level], MARKS[level])} ${what}${fix === undefined ? '' : ` ${fix}`}`;
}

/** GO or NO-GO, with every finding, for people. */
export function sayReadiness(output: Output, readiness: Readiness): void {
  output.say(paint('bold', `Preflight of ${nameOf(readiness.account)}`));
  for (const finding of readiness.findings) output.say(findingLine(finding));
  for (const { binding, write, proof, findings } of readiness.bindings) {
    output.say(
      `  ${binding.bindingId}  ${binding.panelKind}, written ${write === 'manual' ? 'by hand' : 'by Keyturn'}, proven by ${proof}`,
    );
    for (const finding of findings) output.say(findingLine(finding));
  }
  const verdict = readiness.go ? paint(['bold', 'green'], 'GO') : paint(['bold', 'red'], 'NO-GO');
  output.say(
    `${verdict}  ${readiness.bindings.length} bindings, predicted outage ${readiness.predictedOutageSeconds} s`,
  );
}

/** The same as data, for `--json`. */
export function readinessDocument(readiness: Readiness): object {
  return {
    go: readiness.go,
    account: readiness.account.accountId,
    environment: readiness.account.environment,
    predictedOutageSeconds: readiness.predictedOutageSeconds,
    findings: readiness.findings,
    bindings: readiness.bindings.map(({ binding, write, proof, findings }) => ({
      panel: binding.panelId,
      account: binding.accountId,
      environment: binding.environment,
      write,
      proof,
      findings,
    })),
  };
}
