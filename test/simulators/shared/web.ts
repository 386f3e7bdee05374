import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

const MAX_BODY_BYTES = 1_048_576;

/** A whole request, body included. */
export interface WebRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The caller's IPv4 address. */
  readonly address: string;
  /** The common name of the certificate that the caller showed, if the server asked for one. */
  readonly peer: string | undefined;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes back over the wire: an answer, never anything, or a connection reset. */
export type Outcome = WebAnswer | 'hang' | 'reset';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** With `ca` every caller must show a certificate that this CA signed. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string | undefined } | undefined;
  /** Listens on a Unix socket in place of host and port. */
  readonly socketPath?: string | undefined;
  /** Told when a request is over: the status, `hang`, `reset`, or `gone` if the caller left first. */
  over?(request: WebRequest, how: string): void;
}

/** Starts a server; resolves when it accepts connections. `close` also cuts connections that are in use. */
export async function listen(
  handle: (request: WebRequest) => Promise<Outcome>,
  options: ListenOptions,
): Promise<Listening> {
  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const outcome = handle(request);
    response.once('close', () => {
      const answered = response.writableFinished ? String(response.statusCode) : 'gone';
      void outcome.then((how) => options.over?.(request, typeof how === 'string' ? how : answered));
    });
    send(response, await outcome);
  }
  function listener(message: IncomingMessage, response: ServerResponse): void {
    serve(message, response).catch((error: unknown) => {
      send(response, json(500, { error: error instanceof Error ? error.message : 'failed' }));
    });
  }
  // TLS is loaded only when needed: it takes a third of the start-up time.
  const server = options.tls
    ? (await import('node:https')).createServer(tlsOptions(options.tls), listener)
    : createServer(listener);
  // Longer than any client keeps an idle connection, so that a client never reuses one the server is just closing.
  server.keepAliveTimeout = 120_000;
  await opened(server, options);
  const address = server.address();
  if (address === null) throw new Error('no port');
  return { port: typeof address === 'string' ? 0 : address.port, close: () => closed(server) };
}

function tlsOptions({ cert, key, ca }: NonNullable<ListenOptions['tls']>): ServerOptions {
  return { cert, key, ...(ca !== undefined && { ca, requestCert: true }) };
}

function opened(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (options.socketPath !== undefined) server.listen(options.socketPath, resolve);
    else server.listen(options.port, options.host, 1024, resolve);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function readRequest(message: IncomingMessage): Promise<WebRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  const url = new URL(message.url ?? '/', 'http://simulator');
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
    // Dual-stack sockets put an IPv6 prefix before an IPv4 address.
    address: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    peer: peerOf(message.socket),
  };
}

function peerOf(socket: Socket): string | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const certificate = (socket as TLSSocket).getPeerCertificate();
  // An empty object, if none was shown.
  return 'subject' in certificate ? String(certificate.subject.CN) : undefined;
}

function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === 'reset') response.socket?.resetAndDestroy();
  if (typeof outcome === 'string' || response.destroyed || response.headersSent) return;
  const length = String(Buffer.byteLength(outcome.body));
  response.writeHead(outcome.status, { 'content-length': length, ...outcome.headers });
  response.end(outcome.body);
}

/** An answer of any type. An empty body has no content type. */
export function answer(status: number, type: string, body: string): WebAnswer {
  return { status, headers: body === '' ? {} : { 'content-type': type }, body };
}

/** A JSON answer. */
export function json(status: number, body: unknown): WebAnswer {
  return answer(status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/** A small HTML page, as a web server or a proxy in front of the real thing would show. */
export function page(status: number, title: string): WebAnswer {
  const html = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return answer(status, 'text/html; charset=utf-8', html);
}

/** The same answer with one more header, unless its value is undefined. */
export function withHeader(plain: WebAnswer, name: string, value: string | number | undefined): WebAnswer {
  return value === undefined ? plain : { ...plain, headers: { ...plain.headers, [name]: String(value) } };
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
