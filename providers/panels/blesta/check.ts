import { normalize } from '../../../src/core/normalize.ts';
import type { AccountIdentity, PanelCheck } from '../../../src/core/verdict.ts';
import { askVendor, type Question, sandboxFor, VENDOR_PAUSE_MS } from './connection.ts';
import { isKeyReadable, isTestMode, type Place } from './row.ts';
import type { Blesta } from './transport.ts';

const NO_ROW = 'The module has no account row, so there is nothing that Blesta could ask the vendor with.';
const REFUSED =
  "Blesta's module did not get a yes from the vendor: the key is wrong, or Blesta's address is not authorised, " +
  'or Blesta cannot reach the vendor. It answers only yes or no.';
const UNREADABLE = 'Blesta handed out the stored key masked or encrypted, so a no says nothing about the key itself.';

/** Has Blesta look up the account with the pair that the row holds. What can be told from the row alone costs no call. */
export async function checkStored(
  blesta: Blesta,
  { module, row }: Place,
  expected: AccountIdentity,
  signal: AbortSignal,
): Promise<PanelCheck> {
  if (!row) return { verdict: 'not-observable', detail: NO_ROW };
  if (!sameId(row.user, expected.resellerId)) {
    return rejected('wrong-account', "The row's user is not the Reseller ID of this account.");
  }
  if (isTestMode(row) !== (expected.environment === 'test')) {
    return rejected('wrong-environment', `The row's test mode is ${isTestMode(row) ? 'on' : 'off'}.`);
  }
  const sandbox = sandboxFor(expected.environment);
  const question = { moduleId: module.id, rowId: row.id, user: row.user, key: row.key, sandbox } as const;
  if (await askTwice(blesta, question, signal)) return proven(expected.resellerId);
  if (isKeyReadable(row)) return rejected('unspecified', REFUSED);
  return { verdict: 'inconclusive', reason: 'unexpected-response', detail: UNREADABLE, method: 'balance' };
}

function sameId(stored: string, expected: string): boolean {
  return normalize(stored).toLowerCase() === normalize(expected).toLowerCase();
}

function rejected(reason: 'wrong-account' | 'wrong-environment' | 'unspecified', detail: string): PanelCheck {
  return { verdict: 'rejected', reason, detail, method: 'balance' };
}

/** The module answers yes or no only, so the id is the one it asked with: the vendor ties the key to it. */
function proven(resellerId: string): PanelCheck {
  const detail =
    "Blesta's module looked up the account at the vendor with the stored key; it does not pass the balance on.";
  return { verdict: 'valid', resellerId, balances: [], detail, method: 'balance' };
}

/** A no right after another call with the same key, such as the one Blesta makes on saving, may be the vendor's pace. */
async function askTwice({ client, clock }: Blesta, question: Question, signal: AbortSignal): Promise<boolean> {
  if (await askVendor(client, question, signal)) return true;
  await clock.sleep(VENDOR_PAUSE_MS, signal);
  return askVendor(client, question, signal);
}
