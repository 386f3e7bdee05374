import { getDomainDetails, type LibraryClient } from '../shared/registrar-library.ts';
import { type Answer, failure } from './answers.ts';
import { addressOf, type Panel, readSetting } from './panel.ts';

/** DomainGetNameservers: WHMCS has the registrar module ask the vendor, with what is stored and from its own address. */
export async function getNameservers(panel: Panel, domainId: string): Promise<Answer> {
  const domain = await readDomain(panel, domainId);
  if (!domain.ok) return domain.answer;
  const servers = Array.isArray(domain.data['nameservers']) ? domain.data['nameservers'] : [];
  const named = servers.slice(0, 5).map((server, at) => [`ns${at + 1}`, String(server)] as const);
  return { result: 'success', ...Object.fromEntries(named) };
}

/** DomainGetLockingStatus: the same way. */
export async function getLockingStatus(panel: Panel, domainId: string): Promise<Answer> {
  const domain = await readDomain(panel, domainId);
  if (!domain.ok) return domain.answer;
  return { result: 'success', lockstatus: domain.data['lockStatus'] === true ? 'locked' : 'unlocked' };
}

/** GetClientsDomains for one id: the canary, or an empty list. */
export function listDomains(panel: Panel, domainId: string): Answer {
  const { canary, canaryRegistrar } = panel.config;
  const known = domainId === '' || domainId === canary.domainId;
  const domain = { id: canary.domainId, domainname: canary.domain, registrar: canaryRegistrar, status: 'Active' };
  const total = known ? 1 : 0;
  return {
    result: 'success',
    totalresults: total,
    startnumber: 0,
    numreturned: total,
    domains: { domain: known ? [domain] : [] },
  };
}

type Read =
  | { readonly ok: true; readonly data: Record<string, unknown> }
  | { readonly ok: false; readonly answer: Answer };

async function readDomain(panel: Panel, domainId: string): Promise<Read> {
  const { canary, active } = panel.config;
  if (domainId !== canary.domainId) return { ok: false, answer: failure('Domain ID Not Found') };
  if (!active) return { ok: false, answer: failure('Registrar Function Not Supported') };
  const result = await getDomainDetails(clientOf(panel), canary.domain);
  if (result.ok) return result;
  const said = `${result.error.message} - ${result.error.details}`;
  if (panel.config.registrarError === 'message') return { ok: false, answer: failure(said) };
  return { ok: false, answer: { ...failure('Registrar Error Message'), error: said } };
}

function clientOf(panel: Panel): LibraryClient {
  return {
    username: readSetting(panel, 'API_UserName'),
    password: readSetting(panel, 'API_Password'),
    testMode: readSetting(panel, 'API_TestMode'),
    version: panel.config.libraryVersion,
    vendor: panel.vendor,
    from: addressOf(panel),
  };
}
