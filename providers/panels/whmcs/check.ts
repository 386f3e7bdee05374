import { KeyturnError } from '../../../src/core/errors.ts';
import type { PanelCheck } from '../../../src/core/verdict.ts';
import { isActionMissing, isOwnRefusal, whmcsError } from './errors.ts';
import { verdictOfModuleText } from './module-text.ts';
import { nameServers, registrarOfDomain } from './schema.ts';
import type { WhmcsClient } from './transport.ts';

export const MODULE = 'domainnameapi';

/**
 * Has the panel's module fetch one domain's name servers: a call to the vendor, from the panel's address, with what the panel has
 * stored. Throws if WHMCS itself refuses or the canary is not this module's; what the module meets at the vendor is a verdict.
 */
export async function checkByCanary(client: WhmcsClient, domainId: number, signal: AbortSignal): Promise<PanelCheck> {
  const confirmed = await confirmRegistrar(client, domainId, signal);
  const reply = await client.send('DomainGetNameservers', { domainid: String(domainId) }, signal);
  if (reply.ok) return { ...verdictOfSuccess(nameServers(reply.answer).length > 0, confirmed), method: 'behaviour' };
  const { refusal, registrarText } = reply;
  if (registrarText === '' && isOwnRefusal(refusal)) throw whmcsError(refusal);
  return { ...verdictOfModuleText(registrarText || refusal.message), method: 'behaviour' };
}

function verdictOfSuccess(hasNameServers: boolean, confirmed: boolean) {
  if (!hasNameServers) {
    const detail = 'WHMCS called it a success but gave no name servers of the canary domain.';
    return { verdict: 'inconclusive', reason: 'unexpected-response', detail } as const;
  }
  const doubt = confirmed ? '' : ' That this domain belongs to the module could not be looked up (GetClientsDomains).';
  return {
    verdict: 'valid',
    balances: [],
    detail: `The panel's module read the canary domain at the vendor.${doubt}`,
  } as const;
}

/** A canary at another registrar would "prove" anything. False if the API role does not let us look. */
async function confirmRegistrar(client: WhmcsClient, domainId: number, signal: AbortSignal): Promise<boolean> {
  const reply = await client.send('GetClientsDomains', { domainid: String(domainId) }, signal);
  if (!reply.ok) {
    const error = whmcsError(reply.refusal);
    if (isActionMissing(error)) return false;
    throw error;
  }
  const registrar = registrarOfDomain(reply.answer, domainId);
  if (registrar?.toLowerCase() === MODULE) return true;
  const what = registrar === undefined ? 'is not known to' : 'is registered through another module in';
  throw new KeyturnError('CONFIG_INVALID', `The canary domain ${domainId} ${what} ${client.where}.`, {
    fix: 'Give as `canaryDomainId` the id of a domain that is registered through the DomainNameAPI module.',
    context: { domainId },
  });
}
