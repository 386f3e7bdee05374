import { type ErrorCode, KeyturnError } from '../core/errors.ts';
import type { ApplyOptions, PanelIntegration } from '../core/ports.ts';
import type { BindingOutcome } from '../core/rotation/outcome.ts';
import type { PanelCheck, RejectionReason } from '../core/verdict.ts';
import type { BindingWork } from './binding-work.ts';
import type { AppDeps } from './deps.ts';
import { wantedFacts } from './panel-fingerprint.ts';

const REJECTION_CODES: Readonly<Record<RejectionReason, ErrorCode>> = {
  'bad-credential': 'CREDENTIAL_REJECTED',
  'wrong-account': 'WRONG_ACCOUNT',
  'wrong-environment': 'WRONG_ENVIRONMENT',
  'address-not-allowed': 'ADDRESS_NOT_ALLOWED',
  unspecified: 'CREDENTIAL_REJECTED',
};

const REJECTION_FIXES: Readonly<Record<RejectionReason, string>> = {
  'bad-credential': 'See what the panel holds: keyturn check.',
  'wrong-account': 'The panel answers for another reseller account; see which: keyturn check.',
  'wrong-environment': "Compare the panel's test-mode switch with the configuration: keyturn check.",
  'address-not-allowed': "Add the panel's address to the IP authorization settings at DomainNameAPI.",
  unspecified:
    "The worker's lookup works with this key, so add the panel's address to the IP authorization settings at DomainNameAPI; else look at the panel's own connection.",
};

/** The vendor, or the panel for it, said no to the credential that the panel holds. */
export function isRefusal({ code }: KeyturnError): boolean {
  return Object.values(REJECTION_CODES).includes(code);
}

/** Asks the panel to prove the credential it holds, in the key's turn. Throws for an answer that is neither yes nor no. */
export async function proveBinding(
  deps: AppDeps,
  panel: PanelIntegration,
  work: BindingWork,
  changed: boolean,
): Promise<BindingOutcome> {
  const { context, binding, signal } = work;
  const at = new Date(deps.clock.now()).toISOString();
  if (panel.capabilities.check === 'none') {
    return { outcome: 'applied', detail: 'Written; this panel offers nothing that could prove it.', at };
  }
  const key = context.facts.password.normalized;
  await deps.pacer.turn(key, signal);
  const identity = { resellerId: context.credential.resellerId, environment: binding.environment };
  const check = await deps.gate(() => panel.check(binding, identity, signal));
  switch (check.verdict) {
    case 'valid':
      return proven(panel, work, check, at);
    case 'not-observable':
      return { outcome: 'applied', detail: check.detail, at };
    case 'inconclusive':
      if (check.reason === 'rate-limited') await deps.pacer.backOff(key, check.retryAfterMs ?? 1_000);
      throw inconclusive(check, binding.panelId);
    case 'rejected':
      if (changed && check.reason === 'bad-credential') return restoreOrFail(deps, panel, work, check);
      throw rejected(check);
  }
}

/** A module that merely works shows nothing while the previous key works too, on a panel whose content cannot be seen. */
async function proven(
  panel: PanelIntegration,
  work: BindingWork,
  check: Extract<PanelCheck, { verdict: 'valid' }>,
  at: string,
): Promise<BindingOutcome> {
  const blind = check.method === 'behaviour' && panel.capabilities.readBack === 'none';
  if (blind && !['dead', 'none'].includes(await work.context.previousKey())) {
    return {
      outcome: 'applied',
      detail: 'The panel works, but so does the previous key: this proves nothing yet.',
      at,
    };
  }
  return { outcome: 'proven', method: check.method, detail: check.detail, at };
}

function inconclusive(check: Extract<PanelCheck, { verdict: 'inconclusive' }>, panelId: string): KeyturnError {
  const code = check.reason === 'rate-limited' ? 'RATE_LIMITED' : 'UPSTREAM_UNAVAILABLE';
  return new KeyturnError(code, `The check from ${panelId} gave no usable answer: ${check.detail}`, {
    fix: 'Keyturn asks again by itself.',
    ...(check.retryAfterMs !== undefined && { retryAfterMs: check.retryAfterMs }),
  });
}

function rejected(check: Extract<PanelCheck, { verdict: 'rejected' }>): KeyturnError {
  return new KeyturnError(REJECTION_CODES[check.reason], check.detail, { fix: REJECTION_FIXES[check.reason] });
}

/** A panel that is refused with the new key gets the previous one back, if that one still works; else it keeps the new one. */
async function restoreOrFail(
  deps: AppDeps,
  panel: PanelIntegration,
  work: BindingWork,
  check: Extract<PanelCheck, { verdict: 'rejected' }>,
): Promise<BindingOutcome> {
  const { context, binding, lease, signal } = work;
  if (!context.previous || (await context.previousKey()) !== 'alive') throw rejected(check);
  const previous = context.previous;
  await lease.confirm();
  const token = `${context.rotation.rotationId}-restore`;
  const options = { token, confirm: () => lease.confirm(), ...(await ifUnchanged(panel, work)) };
  const { result } = await deps.gate(() => panel.apply(binding, previous, options, signal));
  // The panel saves by program no more: it still holds the new key, and a person has to look.
  if (result === 'by-hand') throw rejected(check);
  const at = new Date(deps.clock.now()).toISOString();
  return {
    outcome: 'restored',
    detail: `Refused with the new key (${check.detail}); the previous one works and was put back.`,
    at,
  };
}

/** Only the key that was just written may be replaced: one that a person has entered since then stays. */
async function ifUnchanged(panel: PanelIntegration, work: BindingWork): Promise<Pick<ApplyOptions, 'lastSeen'>> {
  if (panel.capabilities.readBack === 'none') return {};
  return { lastSeen: (await wantedFacts(panel, work.context, work.signal)).password.raw };
}
