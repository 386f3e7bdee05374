import { once } from 'node:events';
import { createServer } from 'node:https';
import { afterEach, expect, it, vi } from 'vitest';
import { openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type AwsWire, awsError, startAwsWire } from '../support/aws-wire.ts';
import { refusal } from '../support/refusal.ts';
import { createSelfSigned } from '../support/tls.ts';

const NEVER = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];

useTestCredentials();

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

it('asks no server whose certificate nobody vouches for, also with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  let asked = 0;
  const server = createServer(await createSelfSigned(['127.0.0.1']), (_, response) => {
    asked += 1;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const store = openAwsStore(`https://127.0.0.1:${String(port)}`, { maxAttempts: 1 });
  closing.push(() => store.close());
  await expect(store.read('name', 'current', NEVER)).rejects.toThrow();
  expect(asked).toBe(0);
});

it.each(['http://secrets.example.com', 'http://127.0.0.1.example.com'])(
  'sends nothing to %s, which AWS_ENDPOINT_URL names',
  async (url) => {
    vi.stubEnv('AWS_ENDPOINT_URL', url);
    const store = openAwsStore('', { endpoint: undefined, maxAttempts: 1 });
    closing.push(() => store.close());
    const error = await refusal(store.read('name', 'current', NEVER), 'CONFIG_INVALID');
    expect(error.safeMessage).toContain('no TLS');
  },
);

it('takes plain http to this machine from AWS_ENDPOINT_URL, for an emulator', async () => {
  const wire: AwsWire = await startAwsWire(() => awsError('ResourceNotFoundException'));
  closing.push(() => wire.close());
  vi.stubEnv('AWS_ENDPOINT_URL', wire.endpoint);
  const store = openAwsStore('', { endpoint: undefined, maxAttempts: 1 });
  closing.push(() => store.close());
  expect(await store.read('name', 'current', NEVER)).toBeUndefined();
  expect(wire.requests).toHaveLength(1);
});
