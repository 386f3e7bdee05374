import { createFaultSwitch, type Fault, type FaultSwitch, transportFault } from '../shared/faults.ts';
import { type Outcome, page, pause, type WebAnswer, type WebRequest } from '../shared/web.ts';
import { authenticate, createAccounts, type Pair } from './accounts.ts';
import { abpError, notAllowed, refused, signIn, tooFast } from './answers.ts';
import type { Config, EnvironmentName, FaultMode } from './config.ts';
import { createJournal, type Journal } from './journal.ts';
import { createGate, type Gate } from './pacing.ts';
import { answerRest } from './rest.ts';
import { answerLegacy, isLegacy, legacyPassword } from './soap.ts';

/** Everything that the running vendor knows and that the control API may change. */
export interface Vendor {
  readonly pairs: readonly Pair[];
  readonly gate: Gate;
  readonly journal: Journal;
  readonly faults: Readonly<Record<EnvironmentName, FaultSwitch<FaultMode>>>;
  readonly settings: { latencyMs: number; refusal: Config['refusal']; readonly notAllowedStatus: number };
}

/** The vendor at rest. */
export function createVendor(config: Config): Vendor {
  return {
    pairs: createAccounts(config),
    gate: createGate(config.pacing),
    journal: createJournal(),
    faults: { live: createFaultSwitch(), test: createFaultSwitch() },
    settings: { latencyMs: config.latencyMs, refusal: config.refusal, notAllowedStatus: config.notAllowedStatus },
  };
}

/** Answers one request to one environment. */
export async function answerVendor(
  vendor: Vendor,
  environment: EnvironmentName,
  request: WebRequest,
): Promise<Outcome> {
  const fault = vendor.faults[environment].take(request.path);
  const broken = await transportFault(fault);
  if (broken !== undefined) return broken;
  if (isLegacy(request)) return answerLegacy(request);
  if (!request.path.startsWith('/api/v1/')) return page(404, '404 Not Found');
  const forced = forcedAnswer(vendor, fault, request);
  if (forced) return forced;
  if (resellerOf(request) === '') return signIn(request.path);
  const leave = vendor.gate.enter(keyOf(request));
  if (!leave) return tooFast(vendor.gate.retryAfter);
  try {
    if (vendor.settings.latencyMs > 0) await pause(vendor.settings.latencyMs);
    return answerKnown(vendor, environment, request, fault?.mode ?? 'none');
  } finally {
    leave();
  }
}

function answerKnown(vendor: Vendor, environment: EnvironmentName, request: WebRequest, mode: FaultMode): WebAnswer {
  const { refusal, notAllowedStatus } = vendor.settings;
  const pair = authenticate(vendor.pairs, environment, resellerOf(request), keyOf(request));
  if (!pair) return refused(refusal, request.path);
  const allowed = pair.allowedAddresses?.includes(request.address) ?? true;
  return allowed ? answerRest({ request, pair, mode }) : notAllowed(notAllowedStatus, request.address);
}

/** Refusals that are forced by a switch, whoever asks. */
function forcedAnswer(vendor: Vendor, fault: Fault<FaultMode> | undefined, request: WebRequest): WebAnswer | undefined {
  const { refusal } = vendor.settings;
  if (fault?.mode === '302') return signIn(request.path);
  if (fault?.mode === '401') return refused(refusal === '302' ? '401' : refusal, request.path);
  if (fault?.mode === '403') return abpError(403, null, `Access is denied for the caller (${request.address}).`);
  return fault?.mode === '429' ? tooFast(fault.retryAfter) : undefined;
}

/** The key that a request presents, on either API; empty if none. */
export function keyOf(request: WebRequest): string {
  return isLegacy(request) ? legacyPassword(request.body) : (request.headers['x-api-key'] ?? '');
}

function resellerOf(request: WebRequest): string {
  return request.headers['__reseller'] ?? '';
}
