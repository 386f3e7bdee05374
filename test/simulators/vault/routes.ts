import { isRecord } from '../shared/read.ts';
import type { WebAnswer, WebRequest } from '../shared/web.ts';
import { answerKv, answerUnversioned } from './kv.ts';
import { capabilitiesOf, demand } from './policies.ts';
import { envelope, NO_CONTENT, VaultError } from './reply.ts';
import { authOf, findToken, makeToken, renewToken, secondsLeft, type Token } from './tokens.ts';
import { type Mount, mountKey, nowOf, type Vault } from './vault.ts';

export interface Call {
  readonly vault: Vault;
  readonly request: WebRequest;
  /** Below /v1/, decoded. */
  readonly path: string;
  readonly namespace: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a request asks for, done. Throws VaultError for what Vault refuses. */
export function route(call: Call): WebAnswer {
  const login = /^auth\/(.+)\/login$/u.exec(call.path);
  if (login) return logIn(call, login[1] ?? '');
  const token = findToken(call.vault.tokens, tokenOf(call), nowOf(call.vault));
  if (token.namespace !== '' && token.namespace !== call.namespace) throw new VaultError(403, 'permission denied');
  const own = OWN[`${call.request.method} ${call.path}`];
  if (own) {
    demand(capabilitiesOf(token, call.vault.policies, call.path), call.request.method === 'GET' ? 'read' : 'update');
    return own(call, token);
  }
  return mounted(call, token);
}

function tokenOf({ vault, request }: Call): string {
  return request.headers['x-vault-token'] ?? vault.config.agentToken ?? '';
}

function logIn({ vault, request, namespace, body }: Call, mount: string): WebAnswer {
  const mountedHere = vault.logins.filter((login) => login.mount === mount && login.namespace === namespace);
  if (mountedHere.length === 0) throw new VaultError(403, 'permission denied');
  const fitting = mountedHere.find(
    ({ fields, certificate }) =>
      Object.entries(fields).every(([name, value]) => body[name] === value) &&
      (certificate === undefined || certificate === request.peer),
  );
  if (!fitting) throw new VaultError(400, 'invalid role or secret ID');
  const policies = ['default', ...fitting.policies];
  const token = makeToken(vault.tokens, { ...fitting, policies, namespace }, nowOf(vault));
  return envelope(200, { auth: authOf(token, nowOf(vault)) });
}

const OWN: Readonly<Record<string, (call: Call, token: Token) => WebAnswer>> = {
  'GET auth/token/lookup-self': ({ vault }, token) => {
    const { policies, renewable } = token;
    return envelope(200, { data: { policies, renewable, ttl: secondsLeft(token, nowOf(vault)), type: 'service' } });
  },
  'POST auth/token/renew-self': ({ vault }, token) => {
    renewToken(token, nowOf(vault));
    return envelope(200, { auth: authOf(token, nowOf(vault)) });
  },
  'POST sys/capabilities-self': ({ vault, body }, token) => {
    const paths = Array.isArray(body['paths']) ? body['paths'].map(String) : [];
    const data = paths.map((path) => [path, capabilitiesOf(token, vault.policies, path)]);
    return envelope(200, { data: Object.fromEntries(data) as unknown });
  },
};

function mounted(call: Call, token: Token): WebAnswer {
  const { vault, path, namespace, request, body } = call;
  const granted = capabilitiesOf(token, vault.policies, path);
  if (path.startsWith('sys/mounts/')) return mount(call, granted);
  if (!vault.namespaces.has(namespace)) throw new VaultError(404, 'namespace not found');
  const found = findMount(call);
  demand(granted, capabilityFor(call, found));
  if (!found) throw new VaultError(404, `no handler for route "${path}". route entry not found.`);
  const now = new Date(nowOf(vault)).toISOString();
  const [area = '', ...name] = found.rest.split('/');
  const kv = { engine: found.engine, name: name.join('/'), now, query: request.query, body };
  return found.version === 2 ? answerKv(request.method, area, kv) : answerUnversioned(request.method, found.rest, kv);
}

function mount({ vault, path, namespace, body }: Call, granted: readonly string[]): WebAnswer {
  demand(granted, 'update');
  const version = isRecord(body['options']) && body['options']['version'] === '1' ? 1 : 2;
  vault.mounts.set(mountKey(namespace, path.slice('sys/mounts/'.length)), { version, engine: new Map() });
  return NO_CONTENT;
}

function findMount({ vault, path, namespace }: Call): (Mount & { readonly rest: string }) | undefined {
  for (const [key, one] of vault.mounts) {
    const prefix = `${key.slice(key.indexOf(' ') + 1)}/`;
    if (key === mountKey(namespace, prefix.slice(0, -1)) && path.startsWith(prefix)) {
      return { ...one, rest: path.slice(prefix.length) };
    }
  }
  return undefined;
}

/** Writing what does not exist is `create`, as KV's existence check makes it. */
function capabilityFor({ request }: Call, found: (Mount & { readonly rest: string }) | undefined): string {
  if (request.method === 'GET') return 'read';
  if (request.method === 'DELETE') return 'delete';
  const name = found?.rest.slice(found.rest.indexOf('/') + 1) ?? '';
  return found?.engine.has(name) ? 'update' : 'create';
}
