import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createHttpClient } from '../../providers/shared/http.ts';
import { createTestCa, type TestCa } from '../support/tls.ts';

const PANELS = 8;
const CALLS = 5;
const never = new AbortController().signal;

interface Panel {
  readonly server: Server;
  readonly url: URL;
  readonly seen: { connections: number; requests: number };
}

let ca: TestCa;
let panels: readonly Panel[];

beforeAll(async () => {
  ca = await createTestCa();
  const certificate = await ca.issue(['127.0.0.1']);
  panels = await Promise.all(Array.from({ length: PANELS }, () => startPanel(certificate)));
});
afterAll(() => {
  for (const { server } of panels) server.close().closeAllConnections();
});

async function startPanel(certificate: { cert: string; key: string }): Promise<Panel> {
  const seen = { connections: 0, requests: 0 };
  const server = createServer(certificate, (_request, response) => {
    seen.requests += 1;
    response.end('{}');
  });
  server.on('secureConnection', () => {
    seen.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { server, url: new URL(`https://127.0.0.1:${port}/`), seen };
}

test('many panels over TLS: one connection each for all their calls, and one TLS context for all of them', async () => {
  const http = createHttpClient({ ca: ca.cert });
  const contexts = vi.spyOn(tls, 'createSecureContext');
  async function rotate({ url }: Panel): Promise<void> {
    for (let at = 0; at < CALLS; at += 1) await http.send({ method: 'POST', url, body: 'a=1' }, never);
  }
  await Promise.all(panels.map(rotate));
  expect(panels.map(({ seen }) => seen)).toEqual(panels.map(() => ({ connections: 1, requests: CALLS })));
  expect(contexts).not.toHaveBeenCalled();
  await http.close();
});

test('the probe for TLS contexts sees one that is made for a connection', async () => {
  const [panel] = panels;
  const contexts = vi.spyOn(tls, 'createSecureContext');
  const socket = tls.connect({ host: '127.0.0.1', port: Number(panel?.url.port), ca: ca.cert });
  await once(socket, 'secureConnect');
  socket.destroy();
  expect(contexts).toHaveBeenCalled();
});
