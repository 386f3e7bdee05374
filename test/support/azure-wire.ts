import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { KeyedCertificate } from './tls.ts';

/** `reset` cuts the connection, `hang` never answers. */
export type WireAnswer =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'hang';

export interface WireRequest {
  readonly method: string;
  /** Without the query, such as `/secrets/NAME`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly text: string;
  readonly authorization: string | undefined;
}

export type Answer = (request: WireRequest) => WireAnswer;

export interface AzureWire {
  readonly url: string;
  /** What was asked of the vault with a token, oldest first. */
  readonly requests: readonly WireRequest[];
  /** What was asked of the sign-in service. */
  readonly signIns: readonly WireRequest[];
  close(): Promise<void>;
}

export interface AzureWireOptions {
  readonly certificate: KeyedCertificate;
  readonly answer: Answer;
  /** Answers to requests for a token; left out, each gets one that lasts an hour. */
  readonly signIn?: Answer;
  /** The domain that a challenge asks a token for. */
  readonly resource?: string;
}

export const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

/**
 * A vault and the service to sign in to it, on one https address. It speaks the challenge, and has no logic besides: what it
 * answers to a call with a token, well or badly, is the test's to say.
 */
export async function startAzureWire(options: AzureWireOptions): Promise<AzureWire> {
  const requests: WireRequest[] = [];
  const signIns: WireRequest[] = [];
  const server = createServer(options.certificate, (message, response) => {
    void readRequest(message).then((request) => {
      send(route(request), response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `https://127.0.0.1:${String(address.port)}`;

  function route(request: WireRequest): WireAnswer {
    if (request.path.startsWith(`/${TENANT}/`)) {
      if (request.path.endsWith('/openid-configuration')) return json(openIdConfiguration(url));
      signIns.push(request);
      return (options.signIn ?? grantToken)(request);
    }
    if (request.authorization === undefined) return challenge(url, options.resource ?? 'https://vault.azure.net');
    requests.push(request);
    return options.answer(request);
  }

  return {
    url,
    requests,
    signIns,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function json(body: object, status = 200): WireAnswer {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json; charset=utf-8' } };
}

/** An answer in Key Vault's form, with its outer and inner code. */
export function azureError(status: number, code: string, inner?: string, message = 'text of Azure'): WireAnswer {
  return json({ error: { code, message, ...(inner !== undefined && { innererror: { code: inner } }) } }, status);
}

/** A refusal in the form of Microsoft's sign-in service. */
export function signInError(number: number, error = 'invalid_client', status = 401): WireAnswer {
  const description = `AADSTS${String(number)}: text of Entra. Trace ID: 11111111-aaaa Correlation ID: 22222222-bbbb`;
  return json({ error, error_description: description, error_codes: [number] }, status);
}

export function grantToken(): WireAnswer {
  return json({ token_type: 'Bearer', expires_in: 3600, access_token: 'token-of-the-test' });
}

function challenge(url: string, resource: string): WireAnswer {
  const header = `Bearer authorization="${url}/${TENANT}", resource="${resource}"`;
  return { ...azureErrorBody(401, 'Unauthorized'), headers: { 'www-authenticate': header } };
}

function azureErrorBody(status: number, code: string): { readonly status: number; readonly body: string } {
  return { status, body: JSON.stringify({ error: { code, message: 'text of Azure' } }) };
}

function openIdConfiguration(url: string): object {
  const base = `${url}/${TENANT}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const text = (await message.toArray()).join('');
  const url = new URL(message.url ?? '/', 'https://127.0.0.1');
  const { method = '', headers } = message;
  const { host = '', authorization } = headers;
  return { method, path: url.pathname, query: url.searchParams, host, text, authorization };
}

function send(answer: WireAnswer, response: ServerResponse): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
