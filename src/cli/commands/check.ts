import type { BindingReport } from '../../app/check-binding.ts';
import { checkForDrift, type DriftCheck } from '../../app/check-for-drift.ts';
import type { AppDeps } from '../../app/deps.ts';
import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { type Output, paint } from '../output.ts';
import { type Session, withKeyturn, withWorker } from '../session.ts';
import { findBindings } from '../targets.ts';
import { count } from '../text.ts';

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
    const wanted = { bindings, lookup, patienceMs: patienceSeconds * 1_000 };
    const reports = await withWorker(session, keyturn, () => checkAloud(session, keyturn.deps, wanted), {
      readOnly: true,
    });
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

/** Queues the check, shows how far it has come, and gives the reports. */
export async function checkAloud(
  { output, signal }: Session,
  deps: AppDeps,
  wanted: Omit<DriftCheck, 'onProgress'>,
): Promise<readonly BindingReport[]> {
  function onProgress(done: number, total: number): Promise<void> {
    return output.progress([`${done} of ${count(total, 'binding')} checked`]);
  }
  try {
    return await checkForDrift(deps, { ...wanted, onProgress }, signal);
  } finally {
    await output.progressDone({ clear: true });
  }
}

const MARKS = { 'in-sync': '✔', drift: '✖', unobservable: '!', inconclusive: '?' } as const;
const STYLES = { 'in-sync': 'green', drift: 'red', unobservable: 'yellow', inconclusive: 'yellow' } as const;

/** In a larger estate the bindings that are well are only counted. */
const MAX_IN_SYNC = 20;

function sayOne(output: Output, report: BindingReport): void {
  const { panel, account, environment, status, drift, cause, fix, evidence } = report;
  const kinds = status === 'drift' ? `: ${drift.join(', ')}` : '';
  output.say(
    `${paint(STYLES[status], MARKS[status])} ${panel}/${account}/${environment}  ${paint(STYLES[status], status)}${kinds}`,
  );
  if (status === 'in-sync') return;
  if (cause !== null) output.sayHung('    cause  ', cause);
  for (const line of evidence) output.sayHung('    seen   ', line);
  if (fix !== null) output.sayHung('    fix    ', fix);
}

/** What was found, for people. */
export function sayReports(output: Output, reports: readonly BindingReport[]): void {
  const isLong = reports.length > MAX_IN_SYNC;
  for (const report of reports) {
    if (report.status !== 'in-sync' || !isLong) sayOne(output, report);
  }
  const counts = summarize(reports);
  const parts = Object.entries(counts).filter(([name, count]) => name !== 'total' && count > 0);
  output.say(`${count(reports.length, 'binding')}: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}`);
}
