import { lostAnswer, transportFault } from '../shared/faults.ts';
import { hashOf } from '../shared/hash.ts';
import { isRecord } from '../shared/read.ts';
import { answer, type Outcome, page, type WebAnswer, type WebRequest, withHeader } from '../shared/web.ts';
import { envelope, refused, VaultError } from './reply.ts';
import { type Call, route } from './routes.ts';
import type { Vault } from './vault.ts';

const STATUS_FAULTS: Readonly<Record<string, string>> = {
  '400': 'something was wrong',
  '403': '1 error occurred:\n\t* permission denied\n\n',
  '405': 'unsupported operation',
  '412': 'required index state not present',
  '429': 'request path "secret/": rate limit quota exceeded',
  '472': 'disaster recovery secondary',
  '473': 'performance standby',
  '501': 'Vault is not initialized',
  '503': 'Vault is sealed',
};

/** Answers one request and notes it. */
export async function answerVault(vault: Vault, request: WebRequest): Promise<Outcome> {
  const path = decodeURIComponent(request.path.replace(/^\/v1\//u, ''));
  const outcome = await outcomeOf(vault, request, path);
  const token = request.headers['x-vault-token'];
  vault.requests.push({
    method: request.method,
    path,
    namespace: namespaceOf(request),
    token: token === undefined ? '' : hashOf(token),
    status: typeof outcome === 'string' ? outcome : String(outcome.status),
  });
  return outcome;
}

async function outcomeOf(vault: Vault, request: WebRequest, path: string): Promise<Outcome> {
  const closed = closedTo(vault, request);
  if (closed) return closed;
  const fault = vault.faults.take(`${request.method} ${path}`);
  const mode = fault?.mode ?? 'none';
  const broken = statusFault(mode, fault?.retryAfter) ?? (await transportFault(fault));
  if (broken !== undefined) return broken;
  if (mode === 'success-without-write') return yesWithoutDoing(request);
  const done = reply({ vault, request, path, namespace: namespaceOf(request), body: bodyOf(request) });
  if (mode === '500-after-write') return refused(500, 'internal error');
  return lostAnswer(mode) ?? done;
}

/** What is answered before the request itself is looked at. */
function closedTo({ standby, sealed, config }: Vault, request: WebRequest): WebAnswer | undefined {
  if (standby) return sentOn(standby, request);
  if (sealed) return refused(503, 'Vault is sealed');
  const isForeign = config.agentToken !== undefined && request.headers['x-vault-request'] !== 'true';
  return isForeign ? refused(412, "missing required 'X-Vault-Request' header") : undefined;
}

function sentOn({ location, status }: NonNullable<Vault['standby']>, request: WebRequest): WebAnswer {
  const query = request.query.size > 0 ? `?${request.query.toString()}` : '';
  return withHeader(answer(status, 'text/plain', ''), 'location', `${location}${request.path}${query}`);
}

function statusFault(mode: string, retryAfter: number | undefined): Outcome | undefined {
  if (mode === 'html-404') return page(404, '404 Not Found');
  if (mode === 'html-403') return page(403, '403 Forbidden');
  if (mode === 'no-route') return refused(404, 'no handler for route "x". route entry not found.');
  if (mode === 'unversioned') return envelope(200, { data: { resellerId: 'x', apiKey: 'y' } });
  const text = STATUS_FAULTS[mode];
  return text === undefined ? undefined : withHeader(refused(Number(mode), text), 'retry-after', retryAfter);
}

function yesWithoutDoing({ path, method }: WebRequest): WebAnswer {
  if (method === 'GET' || !path.includes('/data/')) return envelope(200, {});
  return envelope(200, { data: { created_time: new Date().toISOString(), version: 1, destroyed: false } });
}

function reply(call: Call): WebAnswer {
  try {
    return route(call);
  } catch (error) {
    if (error instanceof VaultError) return refused(error.status, ...error.errors);
    throw error;
  }
}

function namespaceOf({ headers }: WebRequest): string {
  return (headers['x-vault-namespace'] ?? '').replace(/^\/|\/$/gu, '');
}

function bodyOf({ body }: WebRequest): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
