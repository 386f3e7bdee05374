import type { AccountTarget, Binding, Fingerprint } from '../core/model.ts';
import type { Finding, PanelIntegration } from '../core/ports.ts';
import { predictOutageSeconds } from '../core/rotation/plan.ts';
import type { AppDeps } from './deps.ts';
import { checkAccount } from './preflight-account.ts';
import { blockerOf } from './preflight-findings.ts';
import { tryLookup } from './preflight-lookup.ts';

export interface BindingReadiness {
  readonly binding: Binding;
  readonly write: 'remote' | 'connector' | 'manual';
  readonly proof: 'balance' | 'behaviour' | 'operator';
  readonly findings: readonly Finding[];
}

/** Whether a rotation can begin: GO when nothing found is a blocker. Nothing was changed to find out. */
export interface Readiness {
  readonly go: boolean;
  readonly account: AccountTarget;
  /** What concerns the account as a whole: the store and the present key. */
  readonly findings: readonly Finding[];
  readonly bindings: readonly BindingReadiness[];
  readonly predictedOutageSeconds: number;
  /** The store holds a current key, or might (it could not be read). */
  readonly hasKey: boolean;
}

/** Tries everything that can fail before the operator regenerates the key: store, vendor, and every panel (DESIGN.md section 2). */
export async function preflight(deps: AppDeps, account: AccountTarget, signal: AbortSignal): Promise<Readiness> {
  const bindings = deps.estate
    .bindings()
    .filter((binding) => binding.accountId === account.accountId && binding.environment === account.environment);
  const { findings: found, key, hasKey } = await checkAccount(deps, account, signal);
  const findings = bindings.length > 0 ? found : [...found, NO_PANEL];
  const timed = await Promise.all(bindings.map((binding) => timeBinding(deps, binding, key, signal)));
  const readiness = timed.map(({ ready }) => ready);
  const all = [...findings, ...readiness.flatMap((each) => each.findings)];
  return {
    go: !all.some(({ level }) => level === 'blocker'),
    account,
    findings,
    bindings: readiness,
    hasKey,
    predictedOutageSeconds: forecast(
      deps,
      readiness,
      timed.map(({ callMs }) => callMs),
    ),
  };
}

const NO_PANEL: Finding = {
  level: 'warning',
  what: 'No panel of the configuration uses this account.',
  fix: 'Put one under "panels"; until then a rotation only stores the key.',
};

function forecast(deps: AppDeps, bindings: readonly BindingReadiness[], callsMs: readonly number[]): number {
  const sorted = [...callsMs].sort((a, b) => a - b);
  const typicalMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const checks = bindings.filter(({ proof }) => proof !== 'operator').length;
  const { concurrency, requestsPerSecond } = deps.settings;
  return predictOutageSeconds(
    { panels: bindings.length, checks },
    { concurrency, callMs: typicalMs, requestsPerSecond },
  );
}

/** A panel that asks the vendor when it saves may try that in preflight, twice: it gets two turns, and the second need not be awaited. */
async function turnsFor(
  deps: AppDeps,
  panel: PanelIntegration,
  key: Fingerprint | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!key || !panel.capabilities.asksVendorOnWrite) return;
  await deps.pacer.turn(key, signal);
  deps.pacer.turn(key, signal).catch(() => undefined);
}

async function timeBinding(
  deps: AppDeps,
  binding: Binding,
  key: Fingerprint | undefined,
  signal: AbortSignal,
): Promise<{ ready: BindingReadiness; callMs: number }> {
  try {
    const panel = await deps.panel(binding.panelId);
    await turnsFor(deps, panel, key, signal);
    const { result, ms } = await deps.gate(async () => {
      const start = deps.clock.now();
      const result = await panel.preflight(binding, signal);
      return { result, ms: deps.clock.now() - start };
    });
    const findings = [...result, ...(await tryLookup(deps, { panel, binding, found: result, key }, signal))];
    const { write, check } = panel.capabilities;
    const ready = { binding, write, proof: check === 'none' ? 'operator' : check, findings } as const;
    return { ready, callMs: ms / Math.max(1, result.length) };
  } catch (thrown) {
    signal.throwIfAborted();
    return { ready: { binding, write: 'remote', proof: 'operator', findings: [blockerOf(thrown)] }, callMs: 0 };
  }
}
