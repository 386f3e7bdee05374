import { adviceOf, toKeyturnError } from '../core/errors.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { AccountTarget, Binding, Fingerprint } from '../core/model.ts';
import type { Finding, PanelIntegration } from '../core/ports.ts';
import { predictOutageSeconds } from '../core/rotation/plan.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { tryLookup } from './preflight-lookup.ts';
import { readCredential } from './read-credential.ts';

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
    return { ready: { binding, write: 'remote', proof: 'operator', findings: [blocker(thrown)] }, callMs: 0 };
  }
}

function blocker(thrown: unknown): Finding {
  const error = toKeyturnError(thrown);
  const fix = adviceOf(error);
  return { level: 'blocker', what: error.safeMessage, ...(fix !== undefined && { fix }) };
}

interface AccountFindings {
  readonly findings: readonly Finding[];
  readonly hasKey: boolean;
  /** The present key, for the pacer. */
  readonly key?: Fingerprint;
}

async function checkAccount(deps: AppDeps, account: AccountTarget, signal: AbortSignal): Promise<AccountFindings> {
  try {
    const store = await deps.store(account.secret.store);
    const current = await readCredential(deps, account, 'current', signal);
    const writable: Finding[] = store.capabilities.writable
      ? []
      : [
          {
            level: 'blocker',
            what: `Store ${store.id} is read-only.`,
            fix: 'Change the key there, then run: keyturn rotate <account> --from-store',
          },
        ];
    if (!current) return { hasKey: false, findings: [...writable, noKeyYet(store.id, account)] };
    const stored: Finding = { level: 'ok', what: `Store ${store.id} holds the present key.` };
    const key = credentialFacts(deps.fingerprint, current.credential).password.normalized;
    return {
      key,
      hasKey: true,
      findings: [...writable, stored, await presentKey(deps, account, current.credential, signal)],
    };
  } catch (thrown) {
    signal.throwIfAborted();
    return { hasKey: true, findings: [blocker(thrown)] };
  }
}

function noKeyYet(store: string, { accountId, environment }: AccountTarget): Finding {
  const option = environment === 'live' ? '' : ` --environment ${environment}`;
  return {
    level: 'warning',
    what: `Store ${store} holds no key for this account yet.`,
    fix: `Give it the key that is in use now: keyturn key submit ${accountId}${option} --reseller-id <Reseller ID>`,
  };
}

/**
 * A present key that is refused is no blocker: replacing it is what a rotation is for. A vendor that is down is one, and so is one
 * that does not let the worker in, whatever the key.
 */
async function presentKey(
  deps: AppDeps,
  account: AccountTarget,
  credential: Parameters<typeof lookUpBalance>[1],
  signal: AbortSignal,
): Promise<Finding> {
  const verdict = await lookUpBalance(deps, credential, account.environment, signal);
  switch (verdict.verdict) {
    case 'valid':
      return { level: 'ok', what: `The vendor accepts the present key: ${verdict.detail}` };
    case 'rejected':
      if (verdict.reason === 'address-not-allowed') return addressRefused(verdict.detail);
      return { level: 'warning', what: `The vendor refuses the present key: ${verdict.detail}` };
    case 'inconclusive':
      return {
        level: 'blocker',
        what: `The vendor gives no usable answer: ${verdict.detail}`,
        fix: 'Wait until it does; a key regenerated now could not be proven.',
      };
  }
}

function addressRefused(detail: string): Finding {
  return {
    level: 'blocker',
    what: `The vendor does not let the worker in: ${detail}`,
    fix: "Add the worker's address to the IP authorization settings at DomainNameAPI; a key regenerated now could not be proven.",
  };
}
