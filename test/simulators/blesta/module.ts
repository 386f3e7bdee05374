import { isRecord } from '../shared/read.ts';
import {
  getDomainDetails,
  getResellerDetails,
  type LibraryClient,
  type LibraryResult,
  searchDomain,
} from '../shared/registrar-library.ts';
import { addressOf, type Meta, type Panel } from './panel.ts';

const META_FIELDS = new Set(['user', 'key', 'sandbox']);

type Errors = Record<string, Record<string, string>>;

/** addModuleRow and editModuleRow: the new meta from what was sent and nothing else, or why it is refused. */
export async function validateRow(
  panel: Panel,
  vars: Meta,
): Promise<{ readonly meta: Meta } | { readonly errors: Errors }> {
  const { user = '', key = '', sandbox = '' } = vars;
  const sent: Meta = { ...vars, sandbox: isEmpty(sandbox) ? 'false' : sandbox };
  const keyError = await keyErrorOf(panel, user, key, sent['sandbox'] ?? '');
  const errors: Errors = {
    ...(user === '' && { user: { valid: 'Please enter a user' } }),
    ...(keyError && { key: keyError }),
  };
  if (Object.keys(errors).length > 0) return { errors };
  return { meta: Object.fromEntries(Object.entries(sent).filter(([name]) => META_FIELDS.has(name))) };
}

async function keyErrorOf(panel: Panel, user: string, key: string, sandbox: string) {
  if (key === '') return { valid: 'Please enter a key' };
  if (await validateConnection(panel, key, user, sandbox)) return undefined;
  return { valid_connection: 'The user and password combination appear to be invalid' };
}

/** The public functions of the module that `moduleRpc` reaches. Undefined: there is no such public function. */
export async function callModule(
  panel: Panel,
  method: string,
  params: readonly string[],
): Promise<{ readonly value: unknown } | undefined> {
  const [first = '', second = '', third = ''] = params;
  if (method === 'validateConnection') return { value: await validateConnection(panel, first, second, third) };
  if (method === 'makeTest') return { value: `${first}|${second}|${isEmpty(third) ? 'false' : 'true'}` };
  if (method === 'checkAvailability') return { value: await checkAvailability(panel, first, second) };
  if (method === 'getDomainInfo') return { value: toInfo(await domainDetails(panel, first, second)) };
  if (method === 'getDomainNameServers') return { value: toNameServers(await domainDetails(panel, first, second)) };
  return undefined;
}

async function validateConnection(panel: Panel, key: string, user: string, sandbox: string): Promise<boolean> {
  const testMode = panel.config.validationBug ? sandbox : sandbox === 'true';
  return (await getResellerDetails({ ...clientOf(panel, { user, key }), testMode })).ok;
}

async function checkAvailability(panel: Panel, domain: string, row: string): Promise<boolean> {
  const result = await searchDomain(rowClient(panel, row), domain);
  const infos = result.ok && Array.isArray(result.data['infos']) ? result.data['infos'] : [];
  const first: unknown = infos[0];
  // An error leaves nothing to read, and that is "not available" to the module.
  return isRecord(first) && first['status'] === 'available';
}

function domainDetails(panel: Panel, domain: string, row: string): Promise<LibraryResult> {
  return getDomainDetails(rowClient(panel, row), domain);
}

function toInfo(result: LibraryResult): unknown {
  if (!result.ok) {
    const { code, message, details } = result.error;
    return { result: 'ERROR', error: { Code: code, Message: message, Details: details } };
  }
  const { domainName, lockStatus, nameservers } = result.data;
  const data = {
    DomainName: domainName,
    LockStatus: lockStatus === true ? 'true' : 'false',
    NameServers: nameservers ?? [],
  };
  return { data, result: 'OK' };
}

function toNameServers(result: LibraryResult): unknown {
  const servers = result.ok && Array.isArray(result.data['nameservers']) ? result.data['nameservers'] : [];
  return servers.map((url: unknown) => ({ url, ips: [] }));
}

/** At run time the module compares with 'true', so the right environment is asked. */
function rowClient(panel: Panel, row: string): LibraryClient {
  const meta = (row === '' ? panel.rows.values().next().value : panel.rows.get(row)) ?? {};
  return { ...clientOf(panel, meta), testMode: meta['sandbox'] === 'true' };
}

function clientOf(panel: Panel, meta: Meta): LibraryClient {
  return {
    username: meta['user'] ?? '',
    password: meta['key'] ?? '',
    testMode: false,
    version: panel.config.libraryVersion,
    vendor: panel.vendor,
    from: addressOf(panel),
  };
}

/** What PHP's empty() says of a text. */
function isEmpty(text: string): boolean {
  return text === '' || text === '0';
}
