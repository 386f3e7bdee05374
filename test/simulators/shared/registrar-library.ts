import { fallback, maybe, number, type Out, object, text } from './read.ts';
import { type LibraryError, toLegacyError, toLibraryError } from './registrar-errors.ts';
import { callVendor, decodeObject, type VendorAnswer } from './vendor-call.ts';

/** Where a panel's registrar module finds the vendor. */
export const vendorConfig = object({
  live: text,
  test: text,
  /** PEM, for a vendor on https. The real library does not verify at all; the simulators do. */
  ca: maybe(text),
  timeoutMs: fallback(number, () => 30_000),
});
export type VendorConfig = Out<typeof vendorConfig>;

/** One client of the vendor's PHP library, made with the credentials that the panel has stored. */
export interface LibraryClient {
  readonly username: string;
  readonly password: string;
  /** As the module hands it over: a PHP boolean, or the raw stored text. */
  readonly testMode: boolean | string;
  /** `3.0.16` and the like. */
  readonly version: string;
  readonly vendor: VendorConfig;
  /** The panel's own address. */
  readonly from?: string | undefined;
}

export type LibraryResult =
  | { readonly ok: true; readonly data: Record<string, unknown> }
  | { readonly ok: false; readonly error: LibraryError };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads the account; good only if the answer carries a resellerId. */
export async function getResellerDetails(client: LibraryClient): Promise<LibraryResult> {
  const result = await call(client, 'GET', 'deposit/accounts/me');
  if (!result.ok || (result.data !== undefined && result.data['resellerId'] !== undefined)) return settled(result);
  return fail('CREDENTIALS', 'Invalid response format', 'Response does not contain required fields');
}

/** Reads one domain; any JSON object counts as good. */
export async function getDomainDetails(client: LibraryClient, domain: string): Promise<LibraryResult> {
  const result = await call(client, 'GET', `domains/info?DomainName=${encodeURIComponent(domain)}`);
  if (!result.ok || result.data !== undefined) return settled(result);
  return fail(
    'RESPONSE',
    'Invalid response received from server! Response is empty.',
    'The API response is empty or null',
  );
}

/** Asks whether a domain is free. */
export async function searchDomain(client: LibraryClient, domain: string): Promise<LibraryResult> {
  return settled(await call(client, 'POST', 'domains/bulk-search', JSON.stringify([{ domainName: domain }])));
}

type Raw =
  | { readonly ok: true; readonly data: Record<string, unknown> | undefined }
  | { readonly ok: false; readonly error: LibraryError };

function settled(raw: Raw): LibraryResult {
  return raw.ok ? { ok: true, data: raw.data ?? {} } : raw;
}

function fail(code: string, message: string, details: string): { readonly ok: false; readonly error: LibraryError } {
  return { ok: false, error: { code, message, details } };
}

async function call(client: LibraryClient, method: 'GET' | 'POST', path: string, body?: string): Promise<Raw> {
  const version = client.version.split('.').map(Number);
  const trims = atLeast(version, [3, 0, 6]);
  const username = trims ? phpTrim(client.username) : client.username;
  const password = trims ? phpTrim(client.password) : client.password;
  if (!atLeast(version, [3, 0, 0]) || !UUID.test(username)) return callLegacy(client, username, password);
  const answer = await callRest(client, { method, path, body, username, password, version });
  // A transport failure leaves the body empty and is not an error to the library.
  if (!answer) return { ok: true, data: undefined };
  if (answer.status < 200 || answer.status > 299) return { ok: false, error: toLibraryError(answer, version) };
  return { ok: true, data: decodeObject(answer.body) };
}

interface RestCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | undefined;
  readonly username: string;
  readonly password: string;
  readonly version: readonly number[];
}

async function callRest(client: LibraryClient, rest: RestCall): Promise<VendorAnswer | undefined> {
  // 3.0.0 and 3.0.1 send everything to a host that is no longer there.
  if (!atLeast(rest.version, [3, 0, 2])) return undefined;
  const base = isTruthy(client.testMode) ? client.vendor.test : client.vendor.live;
  const broken = /[\r\n]/.test(rest.password);
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'X-API-KEY': toHeader(rest.password),
    // A line break inside the key ends the header block early, so that the next header is lost.
    ...(!broken && { __reseller: toHeader(rest.username) }),
  };
  const { ca, timeoutMs } = client.vendor;
  const call = { url: `${base}/${rest.path}`, method: rest.method, headers, from: client.from, ca, timeoutMs };
  return callVendor(rest.body === undefined ? call : { ...call, body: rest.body });
}

async function callLegacy(client: LibraryClient, username: string, password: string): Promise<Raw> {
  const base = client.testMode === true || client.testMode === 'on' ? client.vendor.test : client.vendor.live;
  const { ca, timeoutMs } = client.vendor;
  const answer = await callVendor({
    url: new URL('/DomainApi.svc', base).href,
    method: 'POST',
    headers: {
      'Content-Type': 'text/xml; charset=utf-8',
      SOAPAction: '"http://tempuri.org/IDomainApi/GetResellerDetails"',
    },
    body: `<Envelope><Body><request><Password>${escaped(password)}</Password><UserName>${escaped(username)}</UserName></request></Body></Envelope>`,
    from: client.from,
    ca,
    timeoutMs,
  });
  return { ok: false, error: toLegacyError(answer?.body ?? '') };
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** PHP's truth: only these texts are false. The text "false" is true, which is Blesta's validation bug. */
function isTruthy(value: boolean | string): boolean {
  return typeof value === 'boolean' ? value : value !== '' && value !== '0';
}

/** PHP's trim(): ASCII white space, NUL and vertical tab; a no-break or zero-width space stays. */
export function phpTrim(value: string): string {
  const strip = new Set([' ', '\t', '\n', '\r', '\0', '\v']);
  let from = 0;
  let to = value.length;
  while (from < to && strip.has(value.charAt(from))) from += 1;
  while (to > from && strip.has(value.charAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

/** The raw UTF-8 bytes, as curl would send them, cut at a line break. */
function toHeader(value: string): string {
  const line = value.split(/[\r\n\0]/)[0] ?? '';
  return Buffer.from(line, 'utf8').toString('latin1');
}

function atLeast(version: readonly number[], wanted: readonly number[]): boolean {
  for (const [at, part] of wanted.entries()) {
    const own = version[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
