import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode, KeyturnError } from '../../src/core/errors.ts';
import type { VersionId } from '../../src/core/model.ts';
import type { Clock, SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { type Simulator, startVault, type VaultControl } from '../simulators/start.ts';
import { realClock } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { createVaultAdmin, type VaultAdmin } from '../support/vault.ts';
import { storeAt } from './vault-store.contract.ts';

const NEVER = new AbortController().signal;
const ROOT = `root-${randomUUID()}`;
const API_KEY = `key-${randomUUID()}`;
const SECRETS = [ROOT, API_KEY];
const VALUE = new SecretValue(JSON.stringify({ apiKey: API_KEY, resellerId: randomUUID() }));
/** Pauses take no time here. */
const hastyClock: Clock = { ...realClock, sleep: async () => {} };

type Mode = Parameters<VaultControl['setFault']>[0]['mode'];

let vault: Simulator<VaultControl>;
let admin: VaultAdmin;
let store: SecretStore;
let name: string;
let current: VersionId;

beforeAll(async () => {
  recordSecret(ROOT);
  recordSecret(API_KEY);
  vault = await startVault({ rootToken: ROOT });
  admin = createVaultAdmin({ address: vault.url, token: ROOT });
  store = storeAt({ address: vault.url, token: ROOT }, { requestTimeoutMs: 300 }, hastyClock);
});
afterAll(async () => {
  await store.close();
  await vault.stop();
});
beforeEach(async () => {
  await vault.control.setFault({ mode: 'none' });
  await vault.control.setSealed({ sealed: false });
  await vault.control.setStandby({});
  name = `keyturn/${randomUUID()}`;
  current = `v${await admin.put(name, { apiKey: 'old', resellerId: 'x' })}` as VersionId;
  await vault.control.forget();
});

function stage(token: string = randomUUID()): Promise<VersionId> {
  return store.stage(name, VALUE, { token }, NEVER);
}

async function everyCall(code: ErrorCode): Promise<KeyturnError> {
  await refusal(store.read(name, { version: current }, NEVER), code, SECRETS);
  await refusal(stage(), code, SECRETS);
  await refusal(store.promote(name, current, { expectedCurrent: undefined }, NEVER), code, SECRETS);
  await refusal(store.discard(name, current, NEVER), code, SECRETS);
  return refusal(store.read(name, 'current', NEVER), code, SECRETS);
}

/** What nobody but the test wrote: the first version, and nothing beside it. */
async function expectUntouched(): Promise<void> {
  await vault.control.setFault({ mode: 'none' });
  expect((await store.read(name, 'current', NEVER))?.versionId).toBe(current);
  expect(await store.read(name, 'pending', NEVER)).toBeUndefined();
}

const FAULTS: readonly [string, Mode, ErrorCode][] = [
  ['a refused parameter', '400', 'UNEXPECTED_RESPONSE'],
  ['a missing right', '403', 'PERMISSION_DENIED'],
  ['a 403 of a proxy', 'html-403', 'PERMISSION_DENIED'],
  ['a 404 of a proxy', 'html-404', 'UNEXPECTED_RESPONSE'],
  ['a path that leads nowhere', 'no-route', 'CONFIG_INVALID'],
  ['an operation that is not there', '405', 'CONFIG_INVALID'],
  ['KV version 1', 'unversioned', 'CONFIG_INVALID'],
  ['a node that lags behind', '412', 'UPSTREAM_UNAVAILABLE'],
  ['a rate limit', '429', 'RATE_LIMITED'],
  ['a disaster recovery secondary', '472', 'UPSTREAM_UNAVAILABLE'],
  ['a performance standby', '473', 'UPSTREAM_UNAVAILABLE'],
  ['an internal error', '500', 'UPSTREAM_UNAVAILABLE'],
  ['a server that is not initialised', '501', 'UPSTREAM_UNAVAILABLE'],
  ['HTML with 502', '502', 'UPSTREAM_UNAVAILABLE'],
  ['a sealed server', '503', 'UPSTREAM_UNAVAILABLE'],
  ['HTML with 200', 'html', 'UNEXPECTED_RESPONSE'],
  ['an empty answer', 'empty', 'UNEXPECTED_RESPONSE'],
  ['JSON that is cut off', 'malformed', 'UNEXPECTED_RESPONSE'],
  ['a connection that is cut', 'reset', 'UPSTREAM_UNAVAILABLE'],
  ['no answer', 'hang', 'TIMEOUT'],
];

describe('hashicorp-vault: only the documented "not found" means absent', () => {
  it.each(FAULTS)('%s rejects every call, and nothing is changed', async (_, mode, code) => {
    const actions = ['', '.keyturn'].flatMap((suffix) => [
      `GET secret/data/${name}${suffix}`,
      `POST secret/data/${name}${suffix}`,
    ]);
    await store.read(name, 'current', NEVER);
    await vault.control.setFault({ mode, actions });
    await everyCall(code);
    await expectUntouched();
  });

  it.each(FAULTS)('%s on the write alone is reported, and current stays', async (_, mode, code) => {
    await vault.control.setFault({ mode, actions: [`POST secret/data/${name}.keyturn`] });
    await refusal(stage(), code, SECRETS);
    await expectUntouched();
    const id = await stage();
    await vault.control.setFault({ mode, actions: [`POST secret/data/${name}`] });
    await refusal(store.promote(name, id, { expectedCurrent: current }, NEVER), code, SECRETS);
    await vault.control.setFault({ mode: 'none' });
    expect((await store.read(name, 'current', NEVER))?.versionId).toBe(current);
    expect((await store.read(name, 'pending', NEVER))?.versionId).toBe(id);
    await store.promote(name, id, { expectedCurrent: current }, NEVER);
    expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
  });

  it('a sealed server says so, and how to open it', async () => {
    await vault.control.setSealed({ sealed: true });
    const error = await everyCall('UPSTREAM_UNAVAILABLE');
    expect(error.safeMessage).toContain('sealed');
    expect(error.fix).toContain('unseal');
    expect(error.disposition).toBe('retry');
  });

  it('tells how long to wait when Vault says so', async () => {
    await vault.control.setFault({ mode: '429', retryAfter: 7, actions: [`GET secret/data/${name}`] });
    expect((await refusal(store.read(name, 'current', NEVER), 'RATE_LIMITED')).retryAfterMs).toBe(7000);
  });

  it('rejects when nobody listens', async () => {
    const gone = await startVault({ rootToken: ROOT });
    await gone.stop();
    const lost = storeAt({ address: gone.url, token: ROOT });
    await refusal(lost.read(name, 'current', NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
    await lost.close();
  });

  it('ends at once when it is cut off in the middle', async () => {
    await store.read(name, 'current', NEVER);
    await vault.control.setFault({ mode: 'hang' });
    const controller = new AbortController();
    const patient = storeAt({ address: vault.url, token: ROOT }, { requestTimeoutMs: 60_000 });
    const read = patient.read(name, 'current', controller.signal);
    await vi.waitFor(async () => expect(await vault.control.requests()).not.toEqual([]));
    controller.abort();
    await refusal(read, 'ABORTED', SECRETS);
    await patient.close();
  });
});

describe('hashicorp-vault: what came of a write decides, not what it answered', () => {
  const LOST = ['hang-after-write', 'reset-after-write', '500-after-write'] as const;

  it.each(LOST)(
    'stages, promotes and discards although the answer was lost (%s), and writes nothing twice',
    async (mode) => {
      const writes = [`POST secret/data/${name}.keyturn`, `POST secret/data/${name}`];
      await vault.control.setFault({ mode, actions: writes });
      const dropped = await stage();
      await store.discard(name, dropped, NEVER);
      const id = await stage();
      await store.promote(name, id, { expectedCurrent: current }, NEVER);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
      const seen = await vault.control.requests();
      expect(seen.filter(({ method, path }) => method === 'POST' && path === `secret/data/${name}`)).toHaveLength(1);
    },
  );

  it('notices a store that says yes and did not write', async () => {
    const writes = [`POST secret/data/${name}.keyturn`, `POST secret/data/${name}`];
    await vault.control.setFault({ mode: 'success-without-write', actions: writes });
    await refusal(stage(), 'UNEXPECTED_RESPONSE', SECRETS);
    await expectUntouched();
    const id = await stage();
    await vault.control.setFault({ mode: 'success-without-write', actions: writes });
    await refusal(store.promote(name, id, { expectedCurrent: current }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
    await refusal(store.discard(name, id, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
  });

  it('finishes a promotion that was stopped after the secret had been written', async () => {
    const id = await stage();
    await admin.put(name, JSON.parse(VALUE.reveal()) as object);
    await vault.control.setFault({ mode: 'reset', actions: [`POST secret/data/${name}.keyturn`] });
    await refusal(store.promote(name, id, { expectedCurrent: current }, NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
    await vault.control.setFault({ mode: 'none' });
    expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
    await store.promote(name, id, { expectedCurrent: current }, NEVER);
    expect(await store.read(name, 'pending', NEVER)).toBeUndefined();
    expect(JSON.stringify(await admin.get(`${name}.keyturn`)).includes(API_KEY)).toBe(false);
  });
});

describe('hashicorp-vault: a standby sends the call on', () => {
  it.each([301, 302, 307, 308])('%i is followed, once, with the token, to the same path', async (status) => {
    const standby = await startVault({ rootToken: ROOT });
    await standby.control.setStandby({ location: vault.url, status });
    const behind = storeAt({ address: standby.url, token: ROOT });
    expect((await behind.read(name, 'current', NEVER))?.versionId).toBe(current);
    await behind.stage(name, VALUE, { token: randomUUID() }, NEVER);
    await standby.control.setStandby({ location: standby.url, status });
    await refusal(behind.read(name, 'current', NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
    await behind.close();
    await standby.stop();
  });

  it.each([
    ['http://vault.example.com:8200', 'CONFIG_INVALID'],
    ['https://sso.example.com/login?to=', 'UNEXPECTED_RESPONSE'],
    ['', 'UNEXPECTED_RESPONSE'],
  ] as const)('sends no token to %s', async (location, code) => {
    await vault.control.setStandby({ location });
    await refusal(store.read(name, 'current', NEVER), code, SECRETS);
  });
});

describe('hashicorp-vault: nothing of node-vault and its errors gets out', () => {
  it('node-vault by itself shows the token and the secret when it is given no answer', async () => {
    const { createServer } = await import('node:http');
    const { default: nodeVault } = await import('node-vault');
    const { everythingOf } = await import('../support/refusal.ts');
    const server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const thrown: unknown = await nodeVault({ endpoint, token: ROOT })
      .write('secret/data/x', { data: { apiKey: API_KEY } })
      .catch((error: unknown) => error);
    server.close();
    for (const secret of SECRETS) expect(everythingOf(thrown).includes(secret)).toBe(true);
  });

  it('prints nothing, whatever DEBUG asks for', async () => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const module = new URL('../support/vault-debug-worker.ts', import.meta.url);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [module.pathname], {
      env: {
        DEBUG: '*',
        NODE_DEBUG: 'http,net',
        VAULT_ADDR: vault.url,
        VAULT_TOKEN: ROOT,
        KEYTURN_TEST_VALUE: VALUE.reveal(),
        KEYTURN_TEST_NAME: name,
      },
      maxBuffer: 50_000_000,
    });
    expect(stdout).toContain('staged');
    for (const secret of SECRETS) expect(`${stdout}${stderr}`.includes(secret)).toBe(false);
  });
});
