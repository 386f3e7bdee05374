import { KeyturnError, toKeyturnError } from '../core/errors.ts';
import type { Observation } from '../core/observation.ts';
import type { ApplyResult, PanelIntegration } from '../core/ports.ts';
import { type BindingOutcome, type Wrote, wroteBefore } from '../core/rotation/outcome.ts';
import type { BindingWork } from './binding-work.ts';
import type { AppDeps } from './deps.ts';
import { wantedFacts } from './panel-fingerprint.ts';
import { isRefusal, proveBinding } from './prove-binding.ts';

type Written =
  | { readonly state: 'holds-it' }
  | { readonly state: 'changed' }
  | Extract<ApplyResult, { result: 'by-hand' }>;

/**
 * Brings one binding to the rotation's credential: observe, skip if it is there, apply, observe again, check from the panel.
 * Safe to repeat at any point: a panel that can be read is looked at before it is written; on one that cannot, the ledger's
 * write-ahead mark decides whether to look by a check first. Throws what the panel's integration throws.
 */
export async function applyToBinding(deps: AppDeps, work: BindingWork): Promise<BindingOutcome> {
  const panel = await deps.panel(work.binding.panelId);
  const written = await write(deps, panel, work);
  if ('result' in written) return { outcome: 'by-hand', detail: written.instructions, at: now(deps) };
  return proveBinding(deps, panel, work, written.state === 'changed');
}

async function write(deps: AppDeps, panel: PanelIntegration, work: BindingWork): Promise<Written> {
  const wrote = wroteBefore(work.earlier);
  const before = await deps.gate(() => panel.observe(work.binding, work.signal));
  if (await holds(panel, before, work)) return { state: 'holds-it' };
  const hidden = before.state === 'unobservable';
  if (hidden && wrote !== 'no' && (await alreadyThere(deps, panel, work, wrote))) return { state: 'holds-it' };
  if (panel.capabilities.asksVendorOnWrite) await deps.pacer.turn(work.context.facts.password.normalized, work.signal);
  return deps.gate(() => writeNow(deps, panel, work, before));
}

/** A panel that hides its content was written to, or perhaps was, before this worker took over. */
async function alreadyThere(deps: AppDeps, panel: PanelIntegration, work: BindingWork, wrote: Wrote): Promise<boolean> {
  if (wrote === 'yes') return true;
  if (panel.capabilities.check === 'none') return false;
  const previous = await work.context.previousKey();
  if (previous === 'alive') return false;
  if (previous === 'unknown') throw vendorSilent(work);
  const seen = await proveBinding(deps, panel, work, false).catch(noneIfRefused);
  return seen?.outcome === 'proven';
}

/** A refusal says that the key is not there. No usable answer says nothing, and writing again would be guessing. */
function noneIfRefused(thrown: unknown): undefined {
  if (!isRefusal(toKeyturnError(thrown))) throw thrown;
}

function vendorSilent({ binding }: BindingWork): KeyturnError {
  const what = `The vendor gives no answer, so nobody can tell whether panel ${binding.panelId} has taken the key already.`;
  return new KeyturnError('UPSTREAM_UNAVAILABLE', what, {
    fix: 'Keyturn asks again by itself.',
    untouched: 'Nothing was written again.',
  });
}

async function writeNow(
  deps: AppDeps,
  panel: PanelIntegration,
  work: BindingWork,
  before: Observation,
): Promise<Written> {
  const { context, binding, lease, signal } = work;
  const hidden = before.state === 'unobservable' && panel.capabilities.write !== 'manual';
  if (hidden) await mark(deps, work, 'writing');
  await lease.confirm();
  const lastSeen = before.state === 'observed' ? before.password?.raw : undefined;
  const options = { token: context.rotation.rotationId, confirm: () => lease.confirm(), ...(lastSeen && { lastSeen }) };
  const result = await panel.apply(binding, context.credential, options, signal);
  if (result.result === 'by-hand') return result;
  if (hidden) await mark(deps, work, 'written');
  else await confirmHeld(panel, work);
  return { state: 'changed' };
}

async function mark(deps: AppDeps, work: BindingWork, outcome: 'writing' | 'written'): Promise<void> {
  const { context, binding, lease } = work;
  await deps.ledger.checkpoint(context.rotation.rotationId, binding.bindingId, { outcome, at: now(deps) }, lease);
}

async function confirmHeld(panel: PanelIntegration, work: BindingWork): Promise<void> {
  const after = await panel.observe(work.binding, work.signal);
  if (after.state === 'unobservable' || (await holds(panel, after, work))) return;
  throw new KeyturnError(
    'UNEXPECTED_RESPONSE',
    `Panel ${work.binding.panelId} accepted the key but still holds something else.`,
    {
      fix: 'Look for a hook, a cache or a second administrator on that panel; Keyturn tries again by itself.',
    },
  );
}

/** Whether an observation shows exactly the wanted credential and test mode, byte for byte (the Reseller ID in either case). */
async function holds(panel: PanelIntegration, observation: Observation, work: BindingWork): Promise<boolean> {
  if (observation.state === 'unobservable') return false;
  const { username, password, testMode } = observation;
  const wanted = await wantedFacts(panel, work.context, work.signal);
  const sameId = username?.normalized === wanted.username.normalized && username.length === wanted.username.length;
  const sameMode = testMode === undefined || testMode === (work.binding.environment === 'test');
  return sameId && password?.raw === wanted.password.raw && sameMode;
}

function now(deps: AppDeps): string {
  return new Date(deps.clock.now()).toISOString();
}
