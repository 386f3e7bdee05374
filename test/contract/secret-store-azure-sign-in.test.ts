import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import {
  type AzureStore,
  type AzureTrust,
  CLIENT_SECRET,
  createAzureTrust,
  openAzureStore,
  useTestClientSecret,
} from '../support/azure.ts';
import { createAzureVault } from '../support/azure-vault.ts';
import {
  type AzureWire,
  type AzureWireOptions,
  grantToken,
  json,
  signInError,
  startAzureWire,
  TENANT,
  type WireAnswer,
} from '../support/azure-wire.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'keyturn-main';
const CLIENT = 'client-of-the-test';
/** What neither Microsoft's text nor our own secrets may be seen of. */
const SECRETS = [CLIENT_SECRET, 'token-of-the-test', 'text of Entra', 'Correlation', '22222222-bbbb', TENANT];

useTestClientSecret();
let trust: AzureTrust;
beforeAll(async () => {
  trust = await createAzureTrust();
});
afterAll(() => trust.remove());
/** The sign-in of the machine that the tests run on must not count. */
beforeEach(() => {
  for (const name of Object.keys(env)) {
    if (/^(AZURE_|IDENTITY_|IMDS_|MSI_)/u.test(name)) vi.stubEnv(name, undefined);
  }
});
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0)) await resource.close();
});

async function against(
  wireOptions: Partial<AzureWireOptions> = {},
  options: object = {},
): Promise<{ store: AzureStore; wire: AzureWire }> {
  const vault = createAzureVault();
  vault.write(NAME, '{}');
  const wire = await startAzureWire({ certificate: trust.certificate, answer: vault.answer, ...wireOptions });
  const store = openAzureStore(wire.url, trust, { maxAttempts: 1, requestTimeoutMs: 1000, ...options });
  opened.push(store, wire);
  return { store, wire };
}

async function readsWith(options: object): Promise<AzureWire> {
  const { store, wire } = await against({}, options);
  expect((await store.read(NAME, 'current', NEVER))?.value.reveal()).toBe('{}');
  return wire;
}

const REFUSED: readonly [string, WireAnswer, ErrorCode][] = [
  ['a client secret that has expired', signInError(7000222), 'SIGN_IN_EXPIRED'],
  ['a token that has ended', signInError(700024), 'SIGN_IN_EXPIRED'],
  ['a wrong client secret', signInError(7000215), 'PERMISSION_DENIED'],
  ['an unknown application', signInError(700016, 'unauthorized_client', 400), 'CONFIG_INVALID'],
  ['an unknown tenant', signInError(90002, 'invalid_request', 400), 'CONFIG_INVALID'],
  ['no federated credential', signInError(70021, 'invalid_client', 400), 'CONFIG_INVALID'],
  ['Conditional Access', signInError(53003, 'access_denied', 400), 'PERMISSION_DENIED'],
  ['a number nobody documented', signInError(123456), 'PERMISSION_DENIED'],
  ['HTML with 403', { status: 403, body: '<html>text of Entra</html>' }, 'PERMISSION_DENIED'],
  ['HTML with 502', { status: 502, body: '<html>text of Entra</html>' }, 'UPSTREAM_UNAVAILABLE'],
  ['a connection that is cut', 'reset', 'UPSTREAM_UNAVAILABLE'],
];

describe('azure-key-vault: signing in', () => {
  it.each(REFUSED)('%s is told in our words', async (_, answer, code) => {
    const { store, wire } = await against({ signIn: () => answer });
    await refusal(store.read(NAME, 'current', NEVER), code, SECRETS);
    expect(wire.requests).toEqual([]);
  });

  it('gives up a sign-in service that does not answer', async () => {
    const { store } = await against({ signIn: () => 'hang' }, { requestTimeoutMs: 200 });
    await refusal(store.read(NAME, 'current', NEVER), 'TIMEOUT', SECRETS);
  }, 60_000);

  it('looks a client secret up anew after a refusal', async () => {
    const fresh = 'client-secret-that-is-new-0123456789';
    const { store } = await against({
      signIn: ({ text }) => (text.includes(fresh) ? grantToken() : signInError(7000222)),
    });
    await refusal(store.read(NAME, 'current', NEVER), 'SIGN_IN_EXPIRED', SECRETS);
    vi.stubEnv('KEYTURN_TEST_AZURE_SECRET', fresh);
    expect(await store.read(NAME, 'current', NEVER)).toBeDefined();
  });

  it('uses a token as long as it lasts and gets another one before it ends', async () => {
    let expiresIn = 3600;
    const tokens = {
      signIn: () => json({ token_type: 'Bearer', expires_in: expiresIn, access_token: 'token-of-the-test' }),
    };
    const lasting = await against(tokens);
    for (let call = 0; call < 3; call += 1) await lasting.store.read(NAME, 'current', NEVER);
    expect(lasting.wire.signIns).toHaveLength(1);
    expiresIn = 1;
    const ending = await against(tokens);
    for (let call = 0; call < 3; call += 1) await ending.store.read(NAME, 'current', NEVER);
    expect(ending.wire.signIns.length).toBeGreaterThan(1);
  });

  it('takes the AZURE_ variables', async () => {
    vi.stubEnv('AZURE_TENANT_ID', TENANT);
    vi.stubEnv('AZURE_CLIENT_ID', CLIENT);
    vi.stubEnv('AZURE_CLIENT_SECRET', CLIENT_SECRET);
    for (const method of ['environment', 'default']) {
      const { signIns } = await readsWith({ signIn: { method } });
      expect(signIns[0]?.text).toContain(`client_id=${CLIENT}`);
    }
  });

  it('shows the federated token of a workload', async () => {
    const tokenFile = join(dirname(trust.caFile), 'federated-token');
    await writeFile(tokenFile, 'federated-token-of-the-test');
    const { signIns } = await readsWith({
      signIn: { method: 'workload-identity', tenantId: TENANT, clientId: CLIENT, tokenFile },
    });
    expect(signIns[0]?.text).toContain('client_assertion=federated-token-of-the-test');
  });

  it('proves a client certificate and sends no private key', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'keyturn' }], { keyType: 'rsa' });
    vi.stubEnv('KEYTURN_TEST_AZURE_CERTIFICATE', `${key}\n${cert}`);
    const certificate = 'env:KEYTURN_TEST_AZURE_CERTIFICATE';
    const signIn = { method: 'client-certificate', tenantId: TENANT, clientId: CLIENT, certificate };
    const { signIns } = await readsWith({ signIn });
    expect(signIns[0]?.text).toContain('client_assertion=');
    expect(signIns[0]?.text).not.toContain('PRIVATE');
  });

  it('asks the endpoint that App Service names for a managed identity, by client ID', async () => {
    const asked: string[] = [];
    const server = createServer((message, response) => {
      asked.push(message.url ?? '');
      const body = { access_token: 'token-of-the-test', expires_on: '4102444800', token_type: 'Bearer' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${String(port)}/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-of-the-test');
    await readsWith({ signIn: { method: 'managed-identity', clientId: CLIENT } });
    server.close();
    expect(asked[0]).toContain(`client_id=${CLIENT}`);
  });

  it('says that there is no sign-in', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('HOME', '/nonexistent');
    for (const method of ['environment', 'azure-cli']) {
      const { store } = await against({}, { signIn: { method } });
      const error = await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID', SECRETS);
      expect(error.safeMessage).toContain('No Azure sign-in');
    }
  });

  it('says that a reference to the client secret leads nowhere', async () => {
    vi.stubEnv('KEYTURN_TEST_AZURE_SECRET', undefined);
    const { store } = await against();
    await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID', SECRETS);
  });
});

describe('azure-key-vault: whom it talks to', () => {
  it.each([
    ['a certificate that nobody vouches for', 'public CAs alone'],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0', '0'],
  ])('sends nothing in spite of %s', async (_, value) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', value === '0' ? '0' : undefined);
    const { store, wire } = await against({}, { caFile: undefined });
    await refusal(store.read(NAME, 'current', NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
    expect([wire.requests, wire.signIns]).toEqual([[], []]);
  });

  it('says that the CA file cannot be read', async () => {
    const { store } = await against({}, { caFile: '/nonexistent/ca.pem' });
    await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID', SECRETS);
  });

  it('follows no page of a listing to another address', async () => {
    const elsewhere = await against();
    const { store } = await against({
      answer: ({ path }) =>
        path.endsWith('/versions')
          ? json({ value: [], nextLink: `${elsewhere.wire.url}/secrets/${NAME}/versions?api-version=7.6` })
          : json({}),
    });
    const promotion = store.promote(
      NAME,
      'a' as Parameters<AzureStore['promote']>[1],
      { expectedCurrent: undefined },
      NEVER,
    );
    await refusal(promotion, 'CONFIG_INVALID', SECRETS);
    expect(elsewhere.wire.requests).toEqual([]);
  });
});
