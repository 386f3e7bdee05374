import { preflight, type Readiness } from '../app/preflight.ts';
import { nameOf } from '../app/read-credential.ts';
import type { Keyturn } from '../compose.ts';
import type { AccountTarget } from '../core/model.ts';
import type { Finding } from '../core/ports.ts';
import { type Output, paint } from './output.ts';
import type { Session } from './session.ts';
import { count } from './text.ts';

const MARKS: Readonly<Record<Finding['level'], string>> = { ok: '✔', warning: '!', blocker: '✖' };
const STYLES = { ok: 'green', warning: 'yellow', blocker: 'red' } as const;

/** Asks everything, which takes seconds (the vendor answers about once a second), and says so meanwhile. */
export async function preflightAloud(
  { output, signal }: Session,
  { deps }: Keyturn,
  account: AccountTarget,
): Promise<Readiness> {
  await output.progress([`Asking the store, the vendor and every panel of ${nameOf(account)} ...`]);
  return preflight(deps, account, signal).finally(() => output.progressDone({ clear: true }));
}

function sayFinding(output: Output, indent: string, { level, what, fix }: Finding): void {
  const text = `${what}${fix === undefined ? '' : ` ${fix}`}`;
  output.sayHung(`${indent}${MARKS[level]} `, text, STYLES[level]);
}

/** GO or NO-GO, with every finding, for people. */
export function sayReadiness(output: Output, readiness: Readiness): void {
  output.say();
  output.say(paint('bold', `Preflight of ${nameOf(readiness.account)}`));
  for (const finding of readiness.findings) sayFinding(output, '  ', finding);
  for (const { binding, write, proof, findings } of readiness.bindings) {
    output.say(
      `  ${binding.bindingId}  ${binding.panelKind}, written ${write === 'manual' ? 'by hand' : 'by Keyturn'}, proven by ${proof}`,
    );
    for (const finding of findings) sayFinding(output, '    ', finding);
  }
  const verdict = readiness.go ? paint(['bold', 'green'], 'GO') : paint(['bold', 'red'], 'NO-GO');
  output.say(
    `${verdict}  ${count(readiness.bindings.length, 'binding')}, predicted outage ${readiness.predictedOutageSeconds} s`,
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
