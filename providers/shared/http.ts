import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, request } from 'undici';
import { KeyturnError } from '../../src/core/errors.ts';
import { decodeBody } from './content-coding.ts';
import { openDeadline } from './deadline.ts';
import { toHttpError } from './http-errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
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
  /**
   * Throws TIMEOUT, ABORTED (also after `close`), UPSTREAM_UNAVAILABLE (no connection, or TLS not trusted), UNEXPECTED_RESPONSE
   * (not HTTP, or larger than `maxBytes`) or SECRET_MALFORMED (a header value that cannot be sent as it is; nothing was sent).
   */
  send(message: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Lets calls in flight end, each inside its own time limit, then closes the connections. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** PEM certificates of a private CA, trusted beside the public ones. */
  readonly ca?: string;
  /** PEM, shown to a server that asks for one. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Path of a Unix socket to connect to, in place of the host in the URL. */
  readonly socketPath?: string;
  /** For one whole request, headers and body. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 1_048_576;
/** Takes a byte order mark off the beginning, which PHP files saved with one send before their JSON. */
const UTF8 = new TextDecoder();
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
/** Printable ASCII that neither end would trim. Anything else is changed on its way: by us, by the client, or by the server. */
const HEADER_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** True for a base URL that `parseBaseUrl` takes. */
export function isUsableBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return isSecure(url) && url.username === '' && url.password === '' && !/[?#]/.test(url.href);
}

/** Reads a base URL from the configuration: https anywhere, plain http only to this machine. Throws CONFIG_INVALID. */
export function parseBaseUrl(text: string, what: string): URL {
  if (isUsableBaseUrl(text)) return new URL(text);
  throw new KeyturnError('CONFIG_INVALID', `${what} is not a usable address.`, {
    fix: 'Give an https:// address without a user name, password, ? or # in it; plain http:// is accepted for loopback only.',
  });
}

/** Joins a path to a base URL that may itself have a path, with or without a slash at its end. The host stays the base's. */
export function joinUrl(base: URL, path: string): URL {
  // The leading "./" keeps a path such as "http://else/" or "a:b" from being read as an address of its own.
  return new URL(`./${path.replace(/^\/+/, '')}`, base.href.endsWith('/') ? base : `${base.href}/`);
}

/**
 * Sends one request at a time per call over pooled connections; one TLS context serves all (it is costly to build).
 * Throws CONFIG_INVALID when `ca` holds no readable certificate (Node itself would ignore it in silence) or when the client
 * certificate and its key are not a pair.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const limits = {
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  const agent = new Agent({
    // Spelt out so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
    connect: {
      secureContext: trust(options),
      rejectUnauthorized: true,
      timeout: limits.timeoutMs,
      ...(options.socketPath !== undefined && { socketPath: options.socketPath }),
    },
    allowH2: false,
    keepAliveTimeout: 10_000,
  });
  let closing: Promise<void> | undefined;
  return {
    async send(message, signal) {
      if (closing)
        throw new KeyturnError('ABORTED', `The call to ${message.url.host} was not made: the client is closed.`);
      refuseUnsendable(message);
      return exchangeInTime(agent, message, signal, limits);
    },
    close() {
      closing ??= agent.close();
      return closing;
    },
  };
}

function trust({ ca, clientCertificate }: HttpClientOptions): SecureContext {
  const trusted = ca === undefined ? {} : { ca: privateCa(ca) };
  try {
    return createSecureContext({ ...trusted, ...clientCertificate });
  } catch {
    throw new KeyturnError('CONFIG_INVALID', 'The client certificate and its private key cannot be used together.', {
      fix: 'Give two PEM files: the certificate, and the unencrypted private key that belongs to it.',
    });
  }
}

/** `getCACertificates('default')` and not the built-in roots alone: NODE_EXTRA_CA_CERTS stays trusted beside a private CA. */
function privateCa(ca: string): string[] {
  const certificates = ca.match(PEM_CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new KeyturnError('CONFIG_INVALID', 'The file of the private CA holds no readable certificate.', {
      fix: 'Give a PEM file: one or more blocks from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
    });
  }
  return [...getCACertificates('default'), ...certificates];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function refuseUnsendable({ url, headers = {} }: HttpRequest): void {
  if (!isSecure(url)) throw new KeyturnError('INVARIANT_BROKEN', `A call to ${url.host} without TLS was stopped.`);
  for (const [name, value] of Object.entries(headers)) {
    if (HEADER_VALUE.test(value)) continue;
    throw new KeyturnError(
      'SECRET_MALFORMED',
      `The value for the header ${name} cannot be sent to ${url.host} as it is.`,
      {
        fix: 'Take out line breaks, invisible or non-ASCII characters, and spaces at its ends.',
        untouched: 'Nothing was sent.',
      },
    );
  }
}

async function exchangeInTime(
  agent: Agent,
  message: HttpRequest,
  signal: AbortSignal,
  limits: Limits,
): Promise<HttpResponse> {
  const deadline = openDeadline(signal, limits.timeoutMs);
  try {
    return await exchange(agent, message, deadline.signal, limits.maxBytes);
  } catch (error) {
    if (signal.aborted) throw new KeyturnError('ABORTED', `The call to ${message.url.host} was cut off.`);
    if (deadline.passed()) throw new KeyturnError('TIMEOUT', `${message.url.host} did not answer in time.`);
    throw toHttpError(error, message.url);
  } finally {
    deadline.close();
  }
}

async function exchange(
  agent: Agent,
  message: HttpRequest,
  signal: AbortSignal,
  maxBytes: number,
): Promise<HttpResponse> {
  const { statusCode, headers, body } = await request(message.url, {
    dispatcher: agent,
    method: message.method,
    signal,
    headers: { 'accept-encoding': 'gzip, deflate', ...message.headers },
    ...(message.body !== undefined && { body: message.body }),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new KeyturnError('UNEXPECTED_RESPONSE', `${message.url.host} answered with too much data.`, {
        fix: 'See what answers at this address: no answer that Keyturn asks for is as large.',
      });
    chunks.push(chunk);
  }
  // undici takes a connection back one turn of the event loop after the answer. A caller who went on at once with the next call to
  // the same panel would find it taken and open a second one, with another TLS handshake.
  await setImmediate();
  const flat = flatten(headers);
  const bytes = await decodeBody(Buffer.concat(chunks), flat['content-encoding'], maxBytes);
  if (bytes === undefined)
    throw new KeyturnError('UNEXPECTED_RESPONSE', `${message.url.host} answered with data that cannot be unpacked.`);
  return { status: statusCode, headers: flat, text: UTF8.decode(bytes) };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; at most an hour. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}
