import { KeyturnError } from '../core/errors.ts';
import type { Binding, BindingId } from '../core/model.ts';
import { planChunks } from '../core/rotation/plan.ts';
import type { BindingReport } from './check-binding.ts';
import type { AppDeps } from './deps.ts';

/** Reading only, a larger chunk costs nothing but its repetition (reference performance.md, section 2: sweep-chunk). */
const SWEEP_CHUNK = 250;
const LOOK_EVERY_MS = 100;

export interface DriftCheck {
  readonly bindings: readonly Binding[];
  readonly lookup: boolean;
  /** Give up waiting when no report has come in for this long; a worker may have died, and none taken over. */
  readonly patienceMs: number;
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/** Queues a drift check of some bindings and collects the reports, in the order of the bindings. Throws TIMEOUT. */
export async function checkForDrift(
  deps: AppDeps,
  check: DriftCheck,
  signal: AbortSignal,
): Promise<readonly BindingReport[]> {
  const runId = deps.newId();
  const ids = check.bindings.map((binding) => binding.bindingId);
  const size = Math.min(SWEEP_CHUNK, Math.max(1, Math.ceil(ids.length / 4)));
  await deps.queue.sweep(runId, planChunks(ids, size), { lookup: check.lookup });
  const reports = await collect(deps, runId, { ...check, total: ids.length }, signal);
  return ids.map((id) => parseReport(reports.get(id), id));
}

async function collect(
  deps: AppDeps,
  runId: string,
  { total, patienceMs, onProgress }: DriftCheck & { readonly total: number },
  signal: AbortSignal,
): Promise<ReadonlyMap<BindingId, string>> {
  let movedAt = deps.clock.now();
  let seen = -1;
  for (;;) {
    const done = await deps.ledger.reportCount(runId);
    if (done !== seen) movedAt = deps.clock.now();
    seen = done;
    await onProgress(seen, total);
    if (seen >= total) return deps.ledger.reports(runId);
    if (deps.clock.now() - movedAt > patienceMs) {
      throw new KeyturnError('TIMEOUT', `Only ${seen} of ${total} bindings were checked; no worker has gone on.`, {
        fix: 'Is a worker alive? Run the same command again.',
        untouched: 'A check changes nothing.',
      });
    }
    await deps.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

function parseReport(text: string | undefined, id: BindingId): BindingReport {
  if (text !== undefined) return JSON.parse(text) as BindingReport;
  throw new KeyturnError('INVARIANT_BROKEN', `The check of ${id} left no report.`);
}
