import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectorPanel } from '../../providers/shared/connector/panel.ts';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { startWisecpWorld, type WisecpWorld } from './wisecp-world.ts';

const never = new AbortController().signal;
const OTHERS = { adp: false, 'whidden-amount': 12, exclude: "o'brien.com,\\x.net", 'dns-record-types': ['A', 'MX'] };

describe.each(['v5', 'v3'] as const)('WISECP %s: the traps of the reference', (generation) => {
  let world: WisecpWorld;
  let http: HttpClient;
  let panel: ConnectorPanel;
  let live: Credential;
  const used: string[] = [];

  beforeAll(async () => {
    world = await startWisecpWorld({ generation });
    http = createHttpClient();
    panel = world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret });
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    await world.host.control('configure', { loses: null, drops: null });
    await world.host.control('module', { version: '2.0.16', library: '3.0.16' });
    await world.vendor.control.setAllowList({});
    live = await newKey();
    await put({ username: live.resellerId, password: live.apiKey.reveal(), testMode: false, others: OTHERS });
  });
  afterEach(async () => {
    const logs = await world.host.logs();
    expect(logs).toMatch(/keyturn/);
    expect(logs).not.toMatch(/PHP (?:Warning|Notice|Deprecated|Fatal|Parse)/);
    for (const secret of [...used, ...world.accessSecrets, ...partsOf(world.host.pairing)]) {
      expect(logs.includes(secret)).toBe(false);
    }
  });

  async function newKey(environment: Environment = 'live'): Promise<Credential> {
    const text = `key-${randomBytes(16).toString('hex')}`;
    recordSecret(text);
    used.push(text);
    await world.vendor.control.regenerate({ environment, apiKey: text });
    const { resellerId } = await world.vendor.control.currentKey({ environment });
    return { resellerId, apiKey: new SecretValue(text) };
  }
  function put(values: Readonly<Record<string, unknown>>) {
    return world.host.control('store', values);
  }
  function target(environment: Environment = 'live') {
    return { bindingId: bindingIdOf('p', 'main', environment), environment, options: {} };
  }
  function apply(credential: Credential, environment: Environment = 'live', more = {}) {
    return panel.apply(target(environment), credential, { token: randomUUID(), ...more }, never);
  }
  function check() {
    return panel.check(target(), { resellerId: live.resellerId, environment: 'live' }, never);
  }
  function observe() {
    return panel.observe(target(), never);
  }
  /** The module's own page, as an administrator has it in front of him. */
  async function page(name: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const url = `${world.host.url}/admin/registrars/DomainNameAPI/${name}`;
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    expect(response.status).toBe(200);
    return await response.text();
  }

  it('leaves every other setting as it is, down to its type, and what stands beside the settings', async () => {
    await apply(await newKey());
    const { others, meta } = await world.file();
    expect(others).toMatchObject(OTHERS);
    expect(meta).toEqual({ name: 'DomainNameAPI', version: '2.0.16', logo: 'logo.png' });
  });

  it('does not write a credential that is there already, although it would be encrypted to another text', async () => {
    const { text } = await world.file();
    await apply(live);
    expect((await world.file()).text).toBe(text);
    const next = await newKey();
    await apply(next);
    expect((await world.file()).text).not.toBe(text);
    expect((await world.file()).text).not.toContain(next.apiKey.reveal());
  });

  it("takes over after an update, so that the module's own rewriting has nothing left to write", async () => {
    await put({
      username: 'x',
      password: 'y',
      testMode: true,
      others: { 'dns-record-types': [] },
      notedVersion: '2.0.9',
    });
    const next = await newKey();
    await apply(next);
    const after = await world.file();
    expect(after).toMatchObject({ username: next.resellerId, password: next.apiKey.reveal(), testMode: false });
    expect(after.meta['version']).toBe('2.0.16');
    expect(after.others['dns-record-types']).toContain('MX');
    await page('userinfo');
    expect(await world.file()).toEqual(after);
  });

  it('makes the file where the module has none yet', async () => {
    await world.host.control('remove-config');
    expect(await observe()).toMatchObject({ username: { shape: 'empty' }, password: { shape: 'empty' } });
    const next = await newKey();
    await apply(next);
    expect(await world.file()).toMatchObject({
      password: next.apiKey.reveal(),
      others: { adp: true, 'sync-count': 5 },
    });
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('sees what the panel works with, not what somebody wrote into the file behind its back', async () => {
    const before = await observe();
    await world.host.control('edit', { settings: { username: 'written-by-sftp', 'test-mode': 1 } });
    expect(await observe()).toEqual(before);
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('is seen by the panel at once after a write, in spite of compiled copies', async () => {
    expect(await page('userinfo')).toContain('true');
    const next = await newKey();
    await apply(next);
    expect(await page('userinfo')).toContain('true');
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it.each([
    ['the stars of a fresh installation', '********', 'mask'],
    ['a key that somebody typed into the file', 'typed-key-0123456789abcdef', 'empty'],
  ])('takes %s for what the module makes of it', async (_what, password, shape) => {
    await put({ username: live.resellerId, password, testMode: false, plain: true });
    expect(await observe()).toMatchObject({ password: { shape } });
    expect(await check()).not.toMatchObject({ verdict: 'valid' });
    await apply(live);
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('asks the environment that the module uses, unlike the test button, which always asks the live one', async () => {
    const test = await newKey('test');
    await put({ username: test.resellerId, password: test.apiKey.reveal(), testMode: true });
    expect(await page('test_connection')).toContain('error');
    const expected = { resellerId: test.resellerId, environment: 'test' } as const;
    expect(await panel.check(target('test'), expected, never)).toMatchObject({ verdict: 'valid' });
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'wrong-environment' });
  });

  it('asks the vendor anew where the settings page shows what it kept, good or bad', async () => {
    expect(await page('userinfo')).toContain('true');
    await newKey();
    expect(await page('userinfo')).toContain('true');
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    await apply(await newKey());
    await world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
    expect(await page('userinfo')).toContain('false');
    await world.vendor.control.setAllowList({});
    expect(await page('userinfo')).toContain('false');
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('sees and repairs the test mode that a partial save of the form switched off', async () => {
    const test = await newKey('test');
    await put({ username: test.resellerId, password: test.apiKey.reveal(), testMode: true, others: { adp: true } });
    await page('settings', { username: test.resellerId, password: '*****' });
    expect(await world.file()).toMatchObject({
      password: test.apiKey.reveal(),
      testMode: false,
      others: { adp: false },
    });
    expect(await observe()).toMatchObject({ testMode: false });
    await apply(test, 'test');
    expect(await world.file()).toMatchObject({
      password: test.apiKey.reveal(),
      testMode: true,
      others: { adp: false },
    });
  });

  it('writes over nothing that somebody changed after Keyturn looked', async () => {
    const seen = await observe();
    const lastSeen = seen.state === 'observed' ? seen.password?.raw : undefined;
    await page('settings', { username: 'somebody', password: 'else', adp: '1' });
    await expect(apply(await newKey(), 'live', { lastSeen })).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(await world.file()).toMatchObject({ username: 'somebody', password: 'else', others: { adp: true } });
  });

  it('keeps a key of any printable characters', async () => {
    const apiKey = new SecretValue(`k'"\\$x{y}<b>&amp;?>-%s\\'${randomBytes(6).toString('hex')}`);
    await apply({ ...live, apiKey });
    expect(await world.file()).toMatchObject({ password: apiKey.reveal() });
    const seen = await observe();
    const own = await panel.fingerprint(never);
    expect(seen.state === 'observed' && seen.password?.raw).toBe(own(apiKey.reveal()));
  });

  it.each(["x'.exit.'", 'x\\', '${x}', '<?php', 'x\ny', 'a b'])(
    'lets no code into its settings file by way of the username %j',
    async (resellerId) => {
      const before = await observe();
      const refused = apply({ resellerId, apiKey: (await newKey()).apiKey });
      await expect(refused).rejects.toMatchObject({ code: 'PANEL_REFUSED', context: { refusal: 'not-saved' } });
      expect(await observe()).toEqual(before);
    },
  );

  it('does not call a write done that the panel lost, and names a setting that it dropped', async () => {
    await world.host.control('configure', { loses: true });
    const lost = apply(await newKey());
    await expect(lost).rejects.toMatchObject({ code: 'PANEL_REFUSED', context: { refusal: 'not-saved' } });
    expect(await world.file()).toMatchObject({ password: live.apiKey.reveal() });
    await world.host.control('configure', { loses: null, drops: 'adp' });
    await expect(apply(await newKey())).rejects.toThrow(/other settings changed: adp/i);
  });

  it('puts a setting back that the panel dropped on the way', async () => {
    await world.host.control('configure', { drops: 'whidden-amount', dropsOnce: true });
    const next = await newKey();
    await apply(next);
    expect(await world.file()).toMatchObject({ password: next.apiKey.reveal(), others: OTHERS });
  });

  it.each([
    ['2.0.16', '3.0.16'],
    ['1.18.12', '2.1.22'],
  ])('tells module %s and library %s from their texts', async (moduleVersion, libraryVersion) => {
    await world.host.control('module', { version: moduleVersion, library: libraryVersion });
    expect(await observe()).toMatchObject({ moduleVersion, libraryVersion });
  });
});

function partsOf(pairing: string): string[] {
  return pairing.split('.').slice(2, 3);
}
