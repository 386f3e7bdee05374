import type { AccountIdentity, PanelCheck, RejectionReason, Verdict } from '../../../src/core/verdict.ts';
import { readAnswer } from '../domainnameapi/read-answer.ts';
import type { Checked } from './schema.ts';

type NotAsked = Extract<Checked, { asked: false }>['reason'];
type Asked = Extract<Checked, { asked: true }>;

const NOT_ASKED: Readonly<Record<NotAsked, readonly [RejectionReason, string]>> = {
  empty: ['bad-credential', 'The panel holds no complete credential, so nothing was asked.'],
  'legacy-username': [
    'bad-credential',
    "The panel's username is no Reseller ID, so its module would fall back to the old SOAP system; nothing was asked.",
  ],
  'outdated-library': [
    'unspecified',
    "The panel's module is too old to ask the vendor with a Reseller ID and API key.",
  ],
  unsendable: [
    'bad-credential',
    "The panel's API key has a control character in it and cannot be sent; nothing was asked.",
  ],
};

const TRANSPORT: Readonly<Record<NonNullable<Asked['transport']>['reason'], string>> = {
  timeout: 'the vendor did not answer the panel in time',
  refused: "the panel's connection to the vendor was refused",
  dns: "the panel could not resolve the vendor's name",
  tls: "the panel does not trust the vendor's TLS certificate, or could not agree on TLS",
  reset: 'the connection broke before the answer was complete',
  other: 'the panel could not reach the vendor',
};

/** What a connector's balance lookup says about the credential that the panel holds. The vendor's answer is read here, not in the panel. */
export function verdictOfCheck(checked: Checked, expected: AccountIdentity, nowMs: number): PanelCheck {
  return { ...verdict(checked, expected, nowMs), method: 'balance' };
}

function verdict(checked: Checked, expected: AccountIdentity, nowMs: number): Verdict {
  if (!checked.asked) {
    const [reason, detail] = NOT_ASKED[checked.reason];
    return { verdict: 'rejected', reason, detail };
  }
  if (checked.environment !== expected.environment) {
    const detail = `The panel's module asks the vendor's ${checked.environment} environment.`;
    return { verdict: 'rejected', reason: 'wrong-environment', detail };
  }
  const { status, body, retryAfter } = checked;
  if (status === null) {
    const why = TRANSPORT[checked.transport?.reason ?? 'other'];
    return { verdict: 'inconclusive', reason: 'outage', detail: `No lookup from the panel: ${why}.` };
  }
  const headers = { ...(typeof retryAfter === 'string' && { 'retry-after': retryAfter }) };
  return shortened(readAnswer({ status, headers, text: body }, expected, nowMs, addressOf(checked)));
}

/**
 * All panels that share the key wait for as long as one of them says the vendor wants, and the vendor's own pace is a call a second.
 * Who owns one panel must not be able to hold the others up for an hour.
 */
const LONGEST_PAUSE_MS = 10_000;

function shortened(told: Verdict): Verdict {
  if (told.verdict !== 'inconclusive' || told.retryAfterMs === undefined) return told;
  return { ...told, retryAfterMs: Math.min(told.retryAfterMs, LONGEST_PAUSE_MS) };
}

function addressOf({ address }: Asked): string {
  return address.local ? `the panel's address (it left from ${address.local})` : "the panel's address";
}
