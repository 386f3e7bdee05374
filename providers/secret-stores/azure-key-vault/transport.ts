import type { HttpClient as AzureHttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { KeyturnError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../shared/http.ts';
import { isIdentityEndpoint } from './addresses.ts';
import { toRefusal } from './refusals.ts';
import { toSignInRefusal } from './sign-in-refusals.ts';

/**
 * What the SDK sends to the vault, over the client that every provider uses: TLS is always verified, no redirect is followed, and
 * an answer that is no success becomes our own error before the SDK can make one that carries the request.
 */
export function vaultTransport(http: HttpClient, clock: Clock): AzureHttpClient {
  return {
    async sendRequest(request) {
      const response = await send(http, request);
      if (isChallenge(request, response)) return toPipeline(request, response);
      if (response.status < 200 || response.status > 299) throw toRefusal(response, clock.now());
      if (!isObject(parseJson(response.text))) throw notJson();
      return toPipeline(request, response);
    },
  };
}

/** The same for signing in. The SDK judges the answers; what was refused last is kept, in our words. */
export interface SignInTransport extends AzureHttpClient {
  readonly refusal: () => KeyturnError | undefined;
}

export function signInTransport(http: HttpClient): SignInTransport {
  let refusal: KeyturnError | undefined;
  return {
    refusal: () => refusal,
    async sendRequest(request) {
      if (isIdentityEndpoint(new URL(request.url))) return await sendToIdentityEndpoint(request);
      try {
        const response = await send(http, request);
        refusal = toSignInRefusal(response.status, response.text);
        return await toPipeline(request, response);
      } catch (error) {
        refusal = error instanceof KeyturnError ? error : undefined;
        throw error;
      }
    },
  };
}

/** Azure gives these addresses without TLS: they are on this machine, or on the host below a virtual one. */
async function sendToIdentityEndpoint(request: PipelineRequest): Promise<PipelineResponse> {
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline');
  return await createDefaultHttpClient().sendRequest(request);
}

async function send(http: HttpClient, request: PipelineRequest): Promise<HttpResponse> {
  const controller = new AbortController();
  function onAbort(): void {
    controller.abort();
  }
  if (request.abortSignal?.aborted) onAbort();
  request.abortSignal?.addEventListener('abort', onAbort);
  try {
    return await http.send(toMessage(request), controller.signal);
  } finally {
    request.abortSignal?.removeEventListener('abort', onAbort);
  }
}

function toMessage({ method, url, headers, body }: PipelineRequest): HttpRequest {
  if (method !== 'GET' && method !== 'POST' && method !== 'PUT' && method !== 'PATCH') throw unsendable();
  if (body !== undefined && body !== null && typeof body !== 'string') throw unsendable();
  return { method, url: new URL(url), headers: headers.toJSON(), ...(typeof body === 'string' && { body }) };
}

async function toPipeline(request: PipelineRequest, response: HttpResponse): Promise<PipelineResponse> {
  const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
  // The body is unpacked by now.
  const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers;
  return { request, status: response.status, headers: createHttpHeaders(headers), bodyAsText: response.text };
}

/** The vault's way of saying where to sign in: to a call without a token, or when it wants a token with other claims. */
function isChallenge(request: PipelineRequest, { status, headers }: HttpResponse): boolean {
  const challenge = headers['www-authenticate'];
  if (status !== 401 || challenge === undefined) return false;
  return !request.headers.has('authorization') || /\bclaims=/u.test(challenge);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function notJson(): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', 'Azure Key Vault answered with something that is not JSON.', {
    fix: 'See whether a proxy on the way answers in its place.',
  });
}

function unsendable(): KeyturnError {
  return new KeyturnError('INVARIANT_BROKEN', 'The Azure SDK wanted to send something that Keyturn never asks it for.');
}
