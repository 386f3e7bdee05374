import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { SecretValue } from '../../src/core/secret-value.ts';
import { refusal } from '../support/refusal.ts';
import { createTestCa } from '../support/tls.ts';
import { openVaultStore } from '../support/vault.ts';
import {
  NEVER,
  newToken,
  open,
  pathOf,
  reference,
  rotates,
  secret,
  secrets,
  start,
  useVaultBench,
} from '../support/vault-bench.ts';

useVaultBench();

function countOf(requests: readonly { readonly path: string }[], path: string): number {
  return requests.filter((request) => request.path === path).length;
}

describe('hashicorp-vault: ways to sign in', () => {
  it('by a token in the environment or in ~/.vault-token, at the address in the environment; BAO_ wins', async () => {
    const vault = await start();
    const token = await newToken(vault);
    vi.stubEnv('VAULT_ADDR', 'https://vault.invalid');
    vi.stubEnv('BAO_ADDR', vault.url);
    await writeFile(pathOf('.vault-token'), `${token}\n`);
    await rotates(open({}));
    await writeFile(pathOf('.vault-token'), secret());
    vi.stubEnv('VAULT_TOKEN', token);
    await rotates(open({}));
  });

  it('says what to set when there is no address or no token', async () => {
    expect(() => openVaultStore({})).toThrow(/No address/u);
    vi.stubEnv('VAULT_ADDR', 'http://vault.example.com:8200');
    expect(() => openVaultStore({})).toThrow(/not a usable address/u);
    const store = open({ address: (await start()).url });
    expect((await refusal(store.read('a', 'current', NEVER), 'CONFIG_INVALID')).fix).toContain('VAULT_TOKEN');
  });

  it.each([
    ['approle', { role_id: 'the-role', secret_id: 'the-secret-id' }],
    ['kubernetes', { role: 'keyturn', jwt: 'the-jwt' }],
    ['jwt', { role: 'keyturn', jwt: 'the-jwt' }],
  ] as const)('by %s, at its usual mount and another one; refused is an expired sign-in', async (method, fields) => {
    const login = { fields, policies: ['keyturn'] };
    const vault = await start({
      logins: [
        { mount: method, ...login },
        { mount: 'teams/other', ...login },
      ],
    });
    const values = Object.entries(fields).filter(([field]) => field !== 'role');
    const names = { role_id: 'roleId', secret_id: 'secretId', jwt: 'jwt' };
    const references = await Promise.all(
      values.map(
        async ([field, value]): Promise<[string, string]> => [
          String(Reflect.get(names, field)),
          await reference(value),
        ],
      ),
    );
    const signIn = {
      method,
      ...(Object.fromEntries(references) as object),
      ...('role' in fields && { role: fields.role }),
    };
    await rotates(open({ address: vault.url, signIn }));
    await rotates(open({ address: vault.url, signIn: { ...signIn, mount: 'teams/other' } }));
    await vault.control.setLogins({ logins: [{ mount: method, fields: { other: 'x' } }] });
    const error = await refusal(
      open({ address: vault.url, signIn }).read('a', 'current', NEVER),
      'SIGN_IN_EXPIRED',
      secrets,
    );
    expect(error.fix).toContain(method);
  });

  it('by a TLS client certificate, over a private CA', async () => {
    const ca = await createTestCa();
    const clients = await createTestCa('Clients of Vault');
    const [server, client] = await Promise.all([ca.issue(['127.0.0.1']), clients.issue(['keyturn'])]);
    const login = { mount: 'cert', certificate: 'keyturn', fields: { name: 'keyturn' }, policies: ['keyturn'] };
    const vault = await start({ tls: { ...server, ca: clients.cert }, logins: [login] });
    const caFile = (await reference(ca.cert)).slice('file:'.length);
    const clientCertificate = { cert: await reference(client.cert), key: await reference(client.key) };
    const options = { address: vault.url, caFile, signIn: { method: 'cert', role: 'keyturn' } };
    await rotates(open({ ...options, clientCertificate }));
    const wrongKey = { ...clientCertificate, key: await reference(server.key) };
    await refusal(open({ ...options, clientCertificate: wrongKey }).read('a', 'current', NEVER), 'CONFIG_INVALID');
    vi.stubEnv('VAULT_SKIP_VERIFY', 'true');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const untrusting = open({ ...options, caFile: undefined, clientCertificate });
    await refusal(untrusting.read('a', 'current', NEVER), 'UPSTREAM_UNAVAILABLE');
  });

  it("through an Agent's Unix socket, with the Agent's token", async () => {
    const socketPath = pathOf('agent.sock');
    const vault = await start({ socketPath, agentToken: 'hvs.not-made' });
    const address = `unix://${socketPath}`;
    const store = open({ address, signIn: { method: 'agent' } });
    const error = await refusal(store.read('keyturn/a', 'current', NEVER), 'SIGN_IN_EXPIRED');
    expect(error.fix).toContain('Agent');
    await rotates(open({ address, signIn: { method: 'token', token: await reference(await newToken(vault)) } }));
    expect((await vault.control.requests()).some(({ token }) => token === '')).toBe(true);
  });

  it('in a namespace, which every call names', async () => {
    const login = { mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'], namespace: 'teams/one' };
    const vault = await start({ namespaces: ['teams/one'], logins: [login] });
    const signIn = { method: 'approle', roleId: await reference('r') };
    await rotates(open({ address: vault.url, namespace: 'teams/one', signIn }));
    const seen = await vault.control.requests();
    expect(new Set(seen.map(({ namespace }) => namespace))).toEqual(new Set(['teams/one']));
    vi.stubEnv('VAULT_NAMESPACE', 'teams/one');
    await rotates(open({ address: vault.url, signIn }));
    const elsewhere = open({
      address: vault.url,
      namespace: 'nowhere',
      signIn: { method: 'token', token: await reference(await newToken(vault)) },
    });
    await refusal(elsewhere.read('keyturn/a', 'current', NEVER), 'CONFIG_INVALID');
  });
});

describe('hashicorp-vault: a sign-in that ends', () => {
  it('is made again, once for all calls that wait for it', async () => {
    const login = { mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'] };
    const vault = await start({ logins: [login] });
    const store = open({ address: vault.url, signIn: { method: 'approle', roleId: await reference('r') } });
    await rotates(store);
    await vault.control.revokeAll();
    await Promise.all(Array.from({ length: 8 }, () => store.read('keyturn/a', 'current', NEVER)));
    expect(countOf(await vault.control.requests(), 'auth/approle/login')).toBe(2);
  });

  it('is SIGN_IN_EXPIRED for a token that was not replaced, and never "no such secret" or a missing right', async () => {
    const vault = await start();
    const token = await newToken(vault, { ttl: 3600 });
    const store = open({ address: vault.url, signIn: { method: 'token', token: await reference(token) } });
    expect(await store.read('keyturn/a', 'current', NEVER)).toBeUndefined();
    await vault.control.advance({ seconds: 4000 });
    const error = await refusal(store.read('keyturn/a', 'current', NEVER), 'SIGN_IN_EXPIRED', secrets);
    expect(error.disposition).toBe('operator');
    const value = new SecretValue('{"apiKey":"x"}');
    await refusal(store.stage('keyturn/a', value, { token: randomUUID() }, NEVER), 'SIGN_IN_EXPIRED', secrets);
    await refusal(
      open({ address: vault.url, signIn: { method: 'token', token: await reference(secret()) } }).read(
        'keyturn/a',
        'current',
        NEVER,
      ),
      'SIGN_IN_EXPIRED',
      secrets,
    );
  });

  it('is found again in the token file when an Agent has written a new one', async () => {
    const vault = await start();
    const token = await reference(await newToken(vault), 'sink');
    const store = open({ address: vault.url, signIn: { method: 'token', token } });
    await rotates(store);
    await vault.control.revokeAll();
    await reference(await newToken(vault), 'sink');
    await rotates(store);
  });

  it('is told from a missing right, which is PERMISSION_DENIED and signs nobody in again', async () => {
    const login = { mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'] };
    const vault = await start({ logins: [login] });
    const store = open({ address: vault.url, signIn: { method: 'approle', roleId: await reference('r') } });
    await refusal(store.read('elsewhere/a', 'current', NEVER), 'PERMISSION_DENIED', secrets);
    expect(countOf(await vault.control.requests(), 'auth/approle/login')).toBe(1);
  });

  it('is renewed before it ends, and again after a renewal that failed', async () => {
    const vault = await start();
    const token = await newToken(vault, { ttl: 6 });
    const store = open({ address: vault.url, signIn: { method: 'token', token: await reference(token) } });
    await vault.control.setFault({ mode: '500', times: 1, actions: ['POST auth/token/renew-self'] });
    await store.read('keyturn/a', 'current', NEVER);
    await vi.waitFor(
      async () => {
        const renewals = (await vault.control.requests()).filter(({ path }) => path === 'auth/token/renew-self');
        expect(renewals.map(({ status }) => status)).toEqual(['500', '200']);
      },
      { timeout: 10_000, interval: 100 },
    );
    await vault.control.advance({ seconds: 4 });
    expect(await store.read('keyturn/a', 'current', NEVER)).toBeUndefined();
  });

  it('is made anew when a token that cannot be renewed is about to end', async () => {
    const login = { mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'], ttl: 2, renewable: false };
    const vault = await start({ logins: [login] });
    const store = open({ address: vault.url, signIn: { method: 'approle', roleId: await reference('r') } });
    await vi.waitFor(
      async () => {
        await store.read('keyturn/a', 'current', NEVER);
        const seen = await vault.control.requests();
        expect(countOf(seen, 'auth/approle/login')).toBeGreaterThan(1);
        expect(seen.every(({ status }) => status !== '403')).toBe(true);
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  it('waits for no one: a call that is cut off leaves the sign-in to the others', async () => {
    const login = { mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'] };
    const vault = await start({ logins: [login] });
    await vault.control.setFault({ mode: 'slow', delayMs: 300, actions: ['POST auth/approle/login'] });
    const store = open({ address: vault.url, signIn: { method: 'approle', roleId: await reference('r') } });
    const controller = new AbortController();
    const first = store.read('keyturn/a', 'current', controller.signal);
    const second = store.read('keyturn/a', 'current', NEVER);
    controller.abort();
    await refusal(first, 'ABORTED');
    expect(await second).toBeUndefined();
    expect(countOf(await vault.control.requests(), 'auth/approle/login')).toBe(1);
  });

  it('fails with what is wrong when the server is out of reach, and works when it is back', async () => {
    const vault = await start({ logins: [{ mount: 'approle', fields: { role_id: 'r' }, policies: ['keyturn'] }] });
    const store = open({ address: vault.url, signIn: { method: 'approle', roleId: await reference('r') } });
    await vault.control.setSealed({ sealed: true });
    await refusal(store.read('keyturn/a', 'current', NEVER), 'UPSTREAM_UNAVAILABLE');
    await vault.control.setSealed({ sealed: false });
    await rotates(store);
  });
});
