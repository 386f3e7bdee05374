import { randomBytes } from 'node:crypto';
import { KeyturnError } from '../../../src/core/errors.ts';
import { normalize } from '../../../src/core/normalize.ts';
import type { AccountIdentity, PanelCheck } from '../../../src/core/verdict.ts';
import { MENU_PATH } from './registrar.ts';
import { doneSchema, type Registrar, tldSchema } from './schema.ts';
import type { Fossbilling, FossbillingClient } from './transport.ts';

/** The vendor takes about one call a second per key and answers more of them with 429, which the adapter shows as "no". */
const VENDOR_PAUSE_MS = 1100;

const REFUSED =
  "FOSSBilling's adapter did not get an answer from the vendor: the key is wrong, or FOSSBilling's address is not authorised, " +
  'or FOSSBilling cannot reach the vendor. It answers only "available" or "not available".';
const NOT_TOLD =
  'This FOSSBilling does not tell which registrar a TLD uses (0.8 and newer do), so nothing can be proven.';

export interface Lookup {
  /** A TLD that is assigned to the registrar, with its dot. */
  readonly tld: string;
  readonly expected: AccountIdentity;
}

/**
 * Has FOSSBilling look up at the vendor whether a name that nobody can have registered is free, with what it has stored: the
 * adapter says so only after an answer of the vendor. What can be told from the registrar's settings alone costs no such call.
 */
export async function checkByLookup(
  fossbilling: Fossbilling,
  registrar: Registrar,
  { tld, expected }: Lookup,
  signal: AbortSignal,
): Promise<PanelCheck> {
  if (normalize(registrar.username).toLowerCase() !== normalize(expected.resellerId).toLowerCase()) {
    return rejected('wrong-account', "The registrar's Username is not the Reseller ID of this account.");
  }
  if (registrar.testMode !== (expected.environment === 'test')) {
    return rejected('wrong-environment', `The registrar's test mode is ${registrar.testMode ? 'on' : 'off'}.`);
  }
  const route = await routeOf(fossbilling.client, tld, signal);
  if (route === undefined) return { verdict: 'not-observable', detail: NOT_TOLD };
  if (route !== registrar.id) throw otherRegistrar(fossbilling.client.where, tld);
  return (await isFreeTwice(fossbilling, tld, signal)) ? proven(expected.resellerId) : rejected('unspecified', REFUSED);
}

function rejected(reason: 'wrong-account' | 'wrong-environment' | 'unspecified', detail: string): PanelCheck {
  return { verdict: 'rejected', reason, detail, method: 'behaviour' };
}

/** The adapter says yes or no only, so the id is the one it asked with. */
function proven(resellerId: string): PanelCheck {
  const detail = "FOSSBilling's adapter looked up a domain name at the vendor with the stored key.";
  return { verdict: 'valid', resellerId, balances: [], detail, method: 'behaviour' };
}

/** The id of the registrar that serves the TLD; null if it has none, undefined if this release does not tell. */
async function routeOf(
  client: FossbillingClient,
  tld: string,
  signal: AbortSignal,
): Promise<number | null | undefined> {
  const reply = await client.send({ role: 'admin', method: 'tld_get', values: { tld }, schema: tldSchema }, signal);
  if (reply.ok && reply.value.active && reply.value.allow_register) return reply.value.registrar?.id;
  const what = reply.ok ? `does not sell new ${tld} domains at present` : `has no TLD ${tld}`;
  throw new KeyturnError('CONFIG_INVALID', `${client.where} ${what}.`, {
    fix: `Give as \`canaryTld\` an active TLD that can be registered through this registrar: ${MENU_PATH}.`,
  });
}

function otherRegistrar(where: string, tld: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `${where} does not sell ${tld} through the registrar of this binding.`, {
    fix: 'Give as `canaryTld` a TLD that is assigned to this registrar.',
  });
}

/** A no right after another call with the same key may be the vendor's pace. */
async function isFreeTwice({ client, clock }: Fossbilling, tld: string, signal: AbortSignal): Promise<boolean> {
  if (await isFree(client, tld, signal)) return true;
  await clock.sleep(VENDOR_PAUSE_MS, signal);
  return isFree(client, tld, signal);
}

/** A new name every time, so that no cache can answer. */
async function isFree(client: FossbillingClient, tld: string, signal: AbortSignal): Promise<boolean> {
  const values = { sld: `keyturn-${randomBytes(12).toString('hex')}`, tld };
  const reply = await client.send({ role: 'guest', method: 'check', values, schema: doneSchema }, signal);
  return reply.ok;
}
