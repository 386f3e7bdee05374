import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { VendorConfig } from '../shared/registrar-library.ts';

/** Seconds are curl's default in the connector; a test's vendor may want less. */
const MOST_MS = 15_000;
const SHOWN_BYTES = 4_096;

export interface Lookup {
  readonly environment: 'live' | 'test';
  readonly username: string;
  readonly password: string;
  /** The address to call from. */
  readonly from: string;
  readonly vendor: VendorConfig;
}

/** One uncached call to the vendor and what came of it on the wire. The key is taken out of what is passed on. */
export async function askVendor(lookup: Lookup): Promise<Record<string, unknown>> {
  const started = Date.now();
  const heard = await exchange(lookup);
  const body = heard.body.subarray(0, SHOWN_BYTES).toString('utf8').replaceAll(lookup.password, '[key]');
  return {
    asked: true,
    environment: lookup.environment,
    status: heard.status,
    body,
    retryAfter: heard.retryAfter,
    transport: heard.transport,
    address: heard.address,
    ms: Date.now() - started,
  };
}

interface Heard {
  readonly status: number | null;
  readonly body: Buffer;
  readonly retryAfter: string | null;
  readonly transport: { readonly code: number; readonly reason: string } | null;
  readonly address: { readonly local: string | null; readonly remote: string | null };
}

async function exchange({ environment, username, password, from, vendor }: Lookup): Promise<Heard> {
  const url = `${vendor[environment]}/deposit/accounts/me`;
  const send = url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  const options: RequestOptions & { ca?: string } = {
    method: 'GET',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'X-API-KEY': toBytes(password),
      __reseller: toBytes(username),
    },
    agent: false,
    localAddress: from,
    signal: AbortSignal.timeout(Math.min(vendor.timeoutMs, MOST_MS)),
    ...(vendor.ca !== undefined && { ca: vendor.ca }),
  };
  return new Promise((resolve) => {
    const request = send(url, options, (response) => {
      void readAnswer(request, response).then(resolve);
    });
    request.on('error', (error) => resolve(failed(request, error)));
    request.end();
  });
}

/** A header carries bytes: those of UTF-8. */
function toBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

async function readAnswer(request: ClientRequest, response: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    return failed(request, error);
  }
  return {
    status: response.statusCode ?? null,
    body: Buffer.concat(chunks),
    retryAfter: response.headers['retry-after'] ?? null,
    transport: null,
    address: addressOf(request),
  };
}

function failed(request: ClientRequest, error: unknown): Heard {
  const none = { status: null, body: Buffer.alloc(0), retryAfter: null };
  return { ...none, transport: transportOf(error), address: addressOf(request) };
}

/** curl's number and our word for a call that got no answer. */
const TRANSPORT: Readonly<Record<string, { readonly code: number; readonly reason: string }>> = {
  ABORT_ERR: { code: 28, reason: 'timeout' },
  ETIMEDOUT: { code: 28, reason: 'timeout' },
  ECONNREFUSED: { code: 7, reason: 'refused' },
  ENOTFOUND: { code: 6, reason: 'dns' },
  EAI_AGAIN: { code: 6, reason: 'dns' },
  ECONNRESET: { code: 56, reason: 'reset' },
  EPIPE: { code: 56, reason: 'reset' },
};

function transportOf(error: unknown): { readonly code: number; readonly reason: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/CERT|SIGNATURE|TLS|SSL|EPROTO/.test(code)) return { code: 60, reason: 'tls' };
  return TRANSPORT[code] ?? { code: 2, reason: 'other' };
}

function addressOf({ socket }: ClientRequest): Heard['address'] {
  return { local: socket?.localAddress ?? null, remote: socket?.remoteAddress ?? null };
}
