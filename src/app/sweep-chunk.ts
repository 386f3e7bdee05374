import type { SweepOptions } from '../core/ledger.ts';
import type { BindingId } from '../core/model.ts';
import { checkBinding, reportUnknown } from './check-binding.ts';
import type { AppDeps } from './deps.ts';
import type { Expectations } from './expected-state.ts';

/**
 * Checks a chunk of bindings for drift and keeps the reports, all in one write. Reads only, so a repeat is harmless. A
 * binding that this worker's configuration lacks is reported, not left out: whoever asked waits for all of them.
 */
export async function sweepChunk(
  deps: AppDeps,
  run: { readonly runId: string; readonly bindings: readonly BindingId[]; readonly options: SweepOptions },
  expectations: Expectations,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map(deps.estate.bindings().map((binding) => [binding.bindingId, binding]));
  const reports = await Promise.all(
    run.bindings.map(async (id) => {
      const binding = known.get(id);
      const report = binding
        ? await checkBinding(deps, { binding, expectations, lookup: run.options.lookup, signal })
        : reportUnknown(deps, id);
      return [id, JSON.stringify(report)] as const;
    }),
  );
  await deps.ledger.saveReports(run.runId, new Map(reports));
}
