import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { FrontConfig } from './config.ts';
import type { FailureSwitch, Page } from './failures.ts';
import { type Answer, forward, readBody } from './forward.ts';
import type { RunningPhp } from './php.ts';

const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface Front {
  readonly port: number;
  readonly requests: ReadonlyMap<string, number>;
  /** Who answers; until it is told, requests get a 502. */
  sendTo(php: RunningPhp): void;
  close(): Promise<void>;
}

/** The web server in front of a panel: keeps connections alive, ends TLS, and fails when the switch says so. */
export async function openFront(config: FrontConfig, failures: FailureSwitch): Promise<Front> {
  const requests = new Map<string, number>();
  const scheme = config.tls ? 'https' : 'http';
  let php: RunningPhp | undefined;
  function note({ method, url = '/' }: IncomingMessage): string {
    const path = url.split('?', 1).join('');
    const name = `${method} ${path}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    return path;
  }
  async function answer(message: IncomingMessage): Promise<Answer | 'reset' | 'hang'> {
    const path = note(message);
    // The controls are for the test alone, which asks PHP directly.
    if (path.startsWith('/__host/')) return shown({ status: 404, type: 'text/plain', body: 'Not Found' });
    const body = await readBody(message, MAX_BODY_BYTES);
    if (body === null) return shown({ status: 413, type: 'text/plain', body: 'Payload Too Large' });
    const effect = failures.take(path);
    if (effect?.when === 'before') return typeof effect.show === 'string' ? effect.show : shown(effect.show);
    if (!php) throw new Error('PHP is not there yet');
    const done = await php.use((to) => forward(message, body, { host: config.address, port: to, scheme }));
    return effect?.show ?? done;
  }
  function listener(message: IncomingMessage, response: ServerResponse): void {
    answer(message).then(
      (outcome) => send(response, outcome),
      () => send(response, shown({ status: 502, type: 'text/plain', body: 'Bad Gateway' })),
    );
  }
  const server = config.tls ? createTlsServer(config.tls, listener) : createServer(listener);
  server.keepAliveTimeout = 120_000;
  const own = await opened(server, config.address);
  return {
    port: own,
    requests,
    sendTo(given) {
      php = given;
    },
    close: () => closed(server),
  };
}

function shown({ status, type, body, headers = {} }: Page): Answer {
  return { status, headers: ['content-type', type, ...Object.entries(headers).flat()], body: Buffer.from(body) };
}

function send(response: ServerResponse, outcome: Answer | 'reset' | 'hang'): void {
  if (outcome === 'reset') response.socket?.resetAndDestroy();
  if (typeof outcome === 'string' || response.destroyed) return;
  response.writeHead(outcome.status, [...outcome.headers, 'content-length', String(outcome.body.length)]);
  response.end(outcome.body);
}

function opened(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, 1024, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
