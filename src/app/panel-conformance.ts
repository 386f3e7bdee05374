import { KeyturnError } from '../core/errors.ts';
import type { Binding, Credential, PanelId } from '../core/model.ts';
import { type Conformable, type ConformanceOptions, isConformable, type Look } from '../core/panel-looks.ts';
import type { PanelIntegration } from '../core/ports.ts';
import { bindingsOf, lookFailed, type PanelLook, turnOf } from './binding-looks.ts';
import type { AppDeps } from './deps.ts';
import { readCurrent } from './read-credential.ts';

export interface ConformanceRun {
  readonly panelId: PanelId;
  /** Also write the present credential back, the same value, under the binding's lease. */
  readonly write: boolean;
}

/**
 * Runs, on a real installation, the list of what a panel's integration takes for granted: once for each of its bindings. Changes
 * nothing without `write`. Throws CAPABILITY_MISSING for a panel without a list, and CONFIG_INVALID for one without bindings.
 */
export async function* panelConformance(
  deps: AppDeps,
  run: ConformanceRun,
  signal: AbortSignal,
): AsyncGenerator<PanelLook> {
  const panel = await deps.panel(run.panelId);
  if (!isConformable(panel)) throw noList(run.panelId, panel.kind);
  const bindings = bindingsOf(deps, run.panelId);
  if (bindings.length === 0) throw noBinding(run.panelId);
  for (const binding of bindings) {
    for await (const look of ofBinding(deps, panel, { binding, run, signal })) yield { ...look, binding };
  }
}

interface Asked {
  readonly binding: Binding;
  readonly run: ConformanceRun;
  readonly signal: AbortSignal;
}

async function* ofBinding(
  deps: AppDeps,
  panel: PanelIntegration & Conformable,
  { binding, run, signal }: Asked,
): AsyncGenerator<Look> {
  const question = { id: 'store', what: 'The store holds the present credential, to compare with' };
  let stored: Credential | undefined;
  try {
    const account = deps.estate.account(binding.accountId, binding.environment);
    stored = (await readCurrent(deps, account, signal)).credential;
    yield { ...question, state: 'ok', evidence: `Store ${account.secret.store} holds one.` };
  } catch (thrown) {
    yield lookFailed(question, thrown, signal);
  }
  const options = { ...(stored && { stored }), turn: stored ? turnOf(deps, stored, signal) : async () => {} };
  if (!run.write) yield* panel.conformance(binding, options, signal);
  else yield* underLease(deps, panel, { binding, options, signal });
}

interface Leased {
  readonly binding: Binding;
  readonly options: ConformanceOptions;
  readonly signal: AbortSignal;
}

/** A rotation that is at work on this binding goes first, and none begins while this writes. */
async function* underLease(
  deps: AppDeps,
  panel: Conformable,
  { binding, options, signal }: Leased,
): AsyncGenerator<Look> {
  const lease = await deps.leases.acquire([binding.bindingId], signal);
  try {
    const write = { token: deps.newId(), confirm: () => lease.confirm() };
    yield* panel.conformance(binding, { ...options, write }, AbortSignal.any([signal, lease.signal]));
  } finally {
    await lease.release();
  }
}

function noList(panelId: PanelId, kind: string): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `Panel ${panelId} is of a kind without a conformance list (${kind}).`, {
    fix: 'Its page under docs/panels says what to confirm by hand.',
    untouched: 'Nothing was changed.',
  });
}

function noBinding(panelId: PanelId): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `Panel ${panelId} has no bindings, so there is nothing to look at.`, {
    fix: 'Put one under its "bindings" in keyturn.yaml.',
    untouched: 'Nothing was changed.',
  });
}
