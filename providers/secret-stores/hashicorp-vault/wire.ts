import type { client } from 'node-vault';
import { type ErrorCode, KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../shared/http.ts';
import { isUsableBaseUrl } from '../../shared/http.ts';
import type { Connection } from './connection.ts';

export interface VaultRequest {
  readonly method: 'GET' | 'POST';
  /** Below /v1/, encoded. */
  readonly path: string;
  /** JSON text: sent as it is, so that no number in it is rewritten. */
  readonly body?: string;
}

export interface VaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined if the answer was empty or no JSON. */
  readonly json: unknown;
}

/** One call to the server, whatever it answers. What it throws is ours, and holds nothing that was sent or received. */
export interface VaultWire {
  send(request: VaultRequest, token: SecretValue | undefined, signal: AbortSignal): Promise<VaultAnswer>;
  close(): Promise<void>;
}

/** What node-vault hands to the function that sends, as far as it is used. */
interface Outgoing {
  readonly method: HttpRequest['method'];
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: { readonly text: string };
  readonly signal: AbortSignal;
}

interface Opened {
  readonly http: HttpClient;
  readonly vault: client;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

function silence(): void {
  // node-vault would print the token and the secret to standard error when DEBUG asks for it.
}

/**
 * node-vault over the HTTP client of this house, by its own option for that. Its built-in axios has no way to be cut off, loses
 * Retry-After, follows redirects on its own terms, switches TLS verification off for VAULT_SKIP_VERIFY, and throws errors that
 * hold the token and the new secret.
 */
export function createWire({ endpoint, namespace, openHttp }: Connection): VaultWire {
  let opened: Promise<Opened> | undefined;

  async function open(): Promise<Opened> {
    const [http, { default: nodeVault }] = await Promise.all([openHttp(), import('node-vault')]);
    function deliver(outgoing: Outgoing) {
      return exchange(http, outgoing);
    }
    const vault = nodeVault({ endpoint, debug: silence, 'request-promise': { defaults: () => deliver } });
    // It takes these three from the environment by itself; they are decided elsewhere.
    return { http, vault: Object.assign(vault, { token: '', namespace: namespace ?? '', pathPrefix: '' }) };
  }

  function ready(): Promise<Opened> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  return {
    async send({ method, path, body }, token, signal) {
      try {
        const { vault } = await ready();
        const headers = {
          'X-Vault-Request': 'true',
          ...(token && { 'X-Vault-Token': token.reveal() }),
        };
        const options = { headers, signal };
        const reply = method === 'GET' ? vault.read(path, options) : vault.write(path, { text: body ?? '{}' }, options);
        return toAnswer(await reply);
      } catch (error) {
        throw toKeyturnError(error);
      }
    },
    async close() {
      const going = await opened?.catch(() => undefined);
      await going?.http.close();
    },
  };
}

/** Every answer, of any status, goes through node-vault as its result: what it means is decided in one place of ours. */
async function exchange(http: HttpClient, outgoing: Outgoing) {
  const { method, uri, headers, json, signal } = outgoing;
  const message: HttpRequest = {
    method,
    url: new URL(uri),
    headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
    ...(json !== undefined && { body: json.text }),
  };
  const first = await http.send(message, signal);
  const answer = REDIRECTS.has(first.status)
    ? await http.send({ ...message, url: redirectTarget(first, message.url) }, signal)
    : first;
  return { statusCode: 200, request: { path: '' }, body: answer };
}

/** A standby names the active node. It gets the token, so it must be the same API over TLS, and it may not send us further. */
function redirectTarget({ headers }: HttpResponse, from: URL): URL {
  const location = headers['location'] ?? '';
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const isApi = target?.pathname === from.pathname && target.search === from.search;
  if (target === undefined || !isApi) throw redirectError('UNEXPECTED_RESPONSE', 'to something that is not its API');
  if (!isUsableBaseUrl(target.origin) || (from.protocol === 'https:' && target.protocol !== 'https:')) {
    throw redirectError('CONFIG_INVALID', 'to an address without TLS');
  }
  return target;
}

function redirectError(code: ErrorCode, where: string): KeyturnError {
  return new KeyturnError(code, `Vault sent the call on ${where}.`, {
    fix: 'Check `address`, and api_addr in the configuration of the servers: https:// with a name that this machine can reach.',
    untouched: 'The call was not repeated there.',
  });
}

function toAnswer(answer: unknown): VaultAnswer {
  if (!isHttpResponse(answer)) throw new KeyturnError('INVARIANT_BROKEN', 'node-vault lost the answer of a call.');
  return { status: answer.status, headers: answer.headers, text: answer.text, json: parseJson(answer.text) };
}

function isHttpResponse(answer: unknown): answer is HttpResponse {
  return typeof answer === 'object' && answer !== null && 'status' in answer && 'headers' in answer && 'text' in answer;
}
