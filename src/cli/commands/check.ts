import type { BindingReport } from '../../app/check-binding.ts';
import { checkForDrift } from '../../app/check-for-drift.ts';
import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { type Output, paint } from '../output.ts';
import { type Session, withKeyturn, withWorker } from '../session.ts';
import { findBindings } from '../targets.ts';

export interface CheckOptions {
  readonly account?: string;
  readonly environment?: Environment;
  /** Have each panel ask the vendor, too. */
  readonly lookup: boolean;
  readonly patienceSeconds: number;
}

/** `keyturn check`: what every panel holds, compared with the store, with the cause and the fix. Changes nothing. */
export async function check(session: Session, panel: string | undefined, options: CheckOptions): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const { account, environment, lookup, patienceSeconds } = options;
    const bindings = findBindings(keyturn.deps.estate, { panel, account, environment });
    const onProgress = (done: number, total: number): Promise<void> =>
      session.output.progress([`${done} of ${total} bindings checked`]);
    const reports = await withWorker(session, keyturn, () =>
      checkForDrift(
        keyturn.deps,
        { bindings, lookup, patienceMs: patienceSeconds * 1_000, onProgress },
        session.signal,
      ).finally(() => session.output.progressDone()),
    );
    sayReports(session.output, reports);
    session.output.result({ bindings: reports, summary: summarize(reports) });
    return exitCodeOfReports(reports);
  });
}

function summarize(reports: readonly BindingReport[]): Record<string, number> {
  const summary: Record<string, number> = {
    total: reports.length,
    'in-sync': 0,
    drift: 0,
    unobservable: 0,
    inconclusive: 0,
  };
  for (const { status } of reports) summary[status] = (summary[status] ?? 0) + 1;
  return summary;
}

/**
 * Drift, or a panel that ought to be visible and is not, is 4; an answer that may come later is 75. A panel that by its nature
 * shows nothing (by hand, say) is reported and counted, but a check that fails for ever would be no check.
 */
export function exitCodeOfReports(reports: readonly BindingReport[]): number {
  const hidden = reports.some(({ status, drift }) => status === 'unobservable' && !drift.includes('unobservable'));
  if (hidden || reports.some(({ status }) => status === 'drift')) return EXIT.notProven;
  return reports.some(({ status }) => status === 'inconclusive') ? EXIT.tryAgain : EXIT.ok;
}

const STYLES = { 'in-sync': 'green', drift: 'red', unobservable: 'yellow', inconclusive: 'yellow' } as const;

export function sayReports(output: Output, reports: readonly BindingReport[]): void {
  for (const { panel, account, environment, status, drift, cause, fix, evidence } of reports) {
    const kinds = status === 'drift' ? ` ${drift.join(', ')}` : '';
    output.say(`${paint(STYLES[status], status)}${kinds}  ${panel}/${account}/${environment}`);
    if (status === 'in-sync') continue;
    if (cause !== null) output.say(`    cause: ${cause}`);
    for (const line of evidence) output.say(`    seen:  ${line}`);
    if (fix !== null) output.say(`    fix:   ${fix}`);
  }
  const counts = summarize(reports);
  const parts = Object.entries(counts).filter(([name, count]) => name !== 'total' && count > 0);
  output.say(`${counts['total']} bindings: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}`);
}
