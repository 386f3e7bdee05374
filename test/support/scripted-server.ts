import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import type { KeyedCertificate } from './tls.ts';

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export type Script =
  | ScriptedAnswer
  /** `reset` drops the connection, `hang` never answers, `half` answers in part and drops, `drip` sends a byte now and then for ever. */
  | 'reset'
  | 'hang'
  | 'half'
  | 'drip'
  | 'not-http';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** As they came: names in their own spelling, then values, by turns. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  /** Every request from now on gets this. */
  answer(script: Script): void;
  /** Resolves at the next request that arrives. */
  nextRequest(): Promise<SeenRequest>;
  close(): Promise<void>;
}

export interface ScriptedServerOptions {
  readonly tls?: KeyedCertificate;
  /** How the URL names the server; it always listens on 127.0.0.1. */
  readonly hostname?: string;
}

/** A loopback HTTP server on a free port that answers as told and remembers what it was asked. */
export async function startScriptedServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const waiting: ((request: SeenRequest) => void)[] = [];
  let script: Script = { status: 200 };
  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    void readRequest(request).then((seen) => {
      requests.push(seen);
      for (const arrived of waiting.splice(0)) arrived(seen);
      play(script, response);
    });
  }
  const server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest);
  const port = await listen(server);
  return {
    url: `${options.tls ? 'https' : 'http'}://${options.hostname ?? '127.0.0.1'}:${port}`,
    port,
    requests,
    answer: (next) => {
      script = next;
    },
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The scripted server has no port.');
  return address.port;
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers, rawHeaders } = request;
  return { method, path: url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
}

function play(script: Script, response: ServerResponse): void {
  if (typeof script === 'object') {
    response.writeHead(script.status, script.headers).end(script.body ?? '');
    return;
  }
  switch (script) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half':
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"resellerId":"', () => response.socket?.destroy());
      return;
    case 'not-http':
      response.socket?.end('220 mail.example.test ESMTP\r\n');
      return;
    case 'drip':
      response.writeHead(200);
      drip(response);
  }
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => {
    clearInterval(timer);
  });
}
