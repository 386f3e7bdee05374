import { isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { KeyturnError } from '../../src/core/errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends one request and gives whatever was answered, of any status. Redirects are never followed. */
export interface HttpClient {
  /** Throws TIMEOUT, ABORTED, UPSTREAM_UNAVAILABLE (no connection) or UNEXPECTED_RESPONSE (larger than `maxBytes`). */
  send(message: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** PEM certificates of a private CA, trusted beside the public ones. */
  readonly ca?: string;
  /** For one whole request, headers and body. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 1_048_576;

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Reads a base URL from the configuration: https anywhere, plain http only to this machine. Throws CONFIG_INVALID. */
export function parseBaseUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url && secure && url.username === '' && url.password === '') return url;
  throw new KeyturnError('CONFIG_INVALID', `${what} is not a usable address.`, {
    fix: 'Give an https:// address without a user name or password in it; plain http:// is accepted for loopback only.',
  });
}

/** Joins a path to a base URL that may itself have a path, with or without a slash at its end. */
export function joinUrl(base: URL, path: string): URL {
  return new URL(path.replace(/^\//, ''), base.href.endsWith('/') ? base : `${base.href}/`);
}

/** Sends one request at a time per call over pooled connections; one TLS context serves all (it is costly to build). */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const secureContext = createSecureContext(options.ca ? { ca: [...rootCertificates, options.ca] } : {});
  const agent = new Agent({ connect: { secureContext, timeout: timeoutMs }, keepAliveTimeout: 10_000 });
  return {
    async send(message, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return await exchange(agent, message, deadline, maxBytes);
      } catch (error) {
        throw toHttpError(error, message.url, signal);
      }
    },
    close: () => agent.close(),
  };
}

async function exchange(agent: Agent, message: HttpRequest, signal: AbortSignal, maxBytes: number): Promise<HttpResponse> {
  const { statusCode, headers, body } = await request(message.url, {
    dispatcher: agent,
    method: message.method,
    signal,
    ...(message.headers && { headers: { ...message.headers } }),
    ...(message.body !== undefined && { body: message.body }),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new KeyturnError('UNEXPECTED_RESPONSE', `${message.url.host} answered with too much data.`);
    chunks.push(chunk);
  }
  return { status: statusCode, headers: flatten(headers), text: Buffer.concat(chunks).toString('utf8') };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** The client's own error is dropped: it may carry headers and bodies. Its code (ECONNREFUSED and the like) is a safe fact. */
function toHttpError(error: unknown, url: URL, signal: AbortSignal): KeyturnError {
  if (error instanceof KeyturnError) return error;
  if (signal.aborted) return new KeyturnError('ABORTED', `The call to ${url.host} was cut off.`);
  const name = error instanceof Error ? error.name : '';
  const code = codeOf(error);
  if (name === 'TimeoutError' || code.includes('TIMEOUT')) {
    return new KeyturnError('TIMEOUT', `${url.host} did not answer in time.`);
  }
  return new KeyturnError('UPSTREAM_UNAVAILABLE', `${url.host} could not be reached (${code}).`, { context: { code } });
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{2,40}$/.test(code) ? code : 'connection failed';
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; at most an hour. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}
