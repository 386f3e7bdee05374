import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { producerConnection, workerConnection } from '../../../jobs/connection.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { connectRedis } from '../../../src/infra/redis/client.ts';
import { recordSecret } from '../../support/secret-ledger.ts';
import { createSelfSigned } from '../../support/tls.ts';

const TLS_HANDSHAKE = 0x16;
const PASSWORD = 'tls-password-6Hq2Xv9Lp4';
let server: Server;
let heard = '';
let port = 0;

/** A server whose certificate nobody signed, and that notes every byte it is told. */
beforeEach(async () => {
  recordSecret(PASSWORD);
  heard = '';
  server = createServer(await createSelfSigned(['localhost', '127.0.0.1']), (socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        heard += bytes.toString('latin1');
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

function url(scheme: string): SecretValue {
  return new SecretValue(`${scheme}://:${PASSWORD}@localhost:${String(port)}`);
}

test('tells no server its password before that server is verified', async () => {
  const refused = Promise.race([once(server, 'tlsClientError'), once(server, 'secureConnection')]);
  const redis = connectRedis(url('rediss'));
  const ended = redis.connect().catch((error: unknown) => error);
  await refused;
  redis.disconnect();
  await ended;
  expect(heard).toBe('');
});

test('an address in capitals means TLS too', async () => {
  const plain = createPlainServer();
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const address = plain.address();
  const at = typeof address === 'object' && address ? address.port : 0;
  const first = new Promise<Buffer>((resolve) =>
    plain.once('connection', (socket) => socket.on('error', () => undefined).once('data', resolve)),
  );
  const redis = connectRedis(new SecretValue(`REDISS://:${PASSWORD}@127.0.0.1:${String(at)}`));
  const ended = redis.connect().catch((error: unknown) => error);
  const bytes = await first;
  redis.disconnect();
  await ended;
  await new Promise((resolve) => plain.close(resolve));
  expect(bytes.toString('latin1')).not.toContain(PASSWORD);
  expect(bytes[0]).toBe(TLS_HANDSHAKE);
});

/** BullMQ hands them to the same client as above. */
test.each([
  ['producers', producerConnection],
  ['workers', workerConnection],
])('the same is asked of the queue: %s', (_, connectionOf) => {
  expect(connectionOf(url('rediss'))).toMatchObject({ tls: { rejectUnauthorized: true } });
  expect(connectionOf(url('redis'))).not.toHaveProperty('tls');
});
