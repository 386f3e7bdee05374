import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../providers/shared/http.ts';
import { credentialFacts } from '../../src/core/field-facts.ts';
import { bindingIdOf, type Credential } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { Stored } from '../contract/panel.contract.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { type ClientexecWorld, startClientexecWorld } from './clientexec-world.ts';

const never = new AbortController().signal;
const target = { bindingId: bindingIdOf('ce', 'main', 'live'), environment: 'live', options: {} } as const;

const FRONT = 'library/front.php';
const PARTS = 'library/Zend/Loader/Autoloader.php';
const PLUGIN = 'plugins/registrars/domainnameapi/PluginDomainnameapi.php';

let world: ClientexecWorld;
const http = createHttpClient();
const originals = new Map<string, string>();
let live: Credential;

beforeAll(async () => {
  world = await startClientexecWorld();
  for (const file of [FRONT, PARTS, PLUGIN]) originals.set(file, await readFile(join(world.host.home, file), 'utf8'));
});
afterAll(async () => {
  await world.close();
  await http.close();
});

beforeEach(async () => {
  const { resellerId } = await world.vendor.control.currentKey();
  const { apiKey } = await world.vendor.control.regenerate({ apiKey: newKey() });
  live = { resellerId, apiKey: new SecretValue(apiKey) };
  await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
});
afterEach(async () => {
  await world.host.control('configure', { boot: null, language: null, version: null, writeFault: null });
  await world.host.control('store', { Offline: '0', plugin_keyturn_Enabled: '1' });
  await world.host.control('module', { version: '2.0.16', library: '3.0.16' });
  for (const [file, text] of originals) await writeFile(join(world.host.home, file), text);
});

function newKey(): string {
  const key = `ce-${randomBytes(20).toString('hex')}`;
  recordSecret(key);
  return key;
}

function panel() {
  return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret });
}

async function nextCredential(): Promise<Credential> {
  const { apiKey } = await world.vendor.control.regenerate({ apiKey: newKey() });
  return { resellerId: live.resellerId, apiKey: new SecretValue(apiKey) };
}

function apply(credential: Credential) {
  return panel().apply(target, credential, { token: 'one' }, never);
}

function check() {
  return panel().check(target, { resellerId: live.resellerId, environment: 'live' }, never);
}

async function storeTested(change: Partial<Stored>): Promise<void> {
  await world.store({ ...(await world.stored()), ...change });
}

describe('the test switch that the plugin never reads', () => {
  it('changes nothing for the check, which asks the live system as the plugin does', async () => {
    await storeTested({ testMode: true });
    expect(await check()).toMatchObject({ verdict: 'valid', method: 'balance' });
    expect(await world.askVendor()).toBe(200);
  });

  it('is no test mode: a test key is refused wherever the switch stands', async () => {
    const { apiKey } = await world.vendor.control.currentKey({ environment: 'test' });
    await storeTested({ password: apiKey, testMode: true });
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    expect(await world.askVendor()).toBe(401);
  });

  it('is not reported as a test mode, and stays as it is when a key is saved', async () => {
    await storeTested({ testMode: true });
    expect(await panel().observe(target, never)).not.toHaveProperty('testMode');
    await apply(await nextCredential());
    expect(await world.stored()).toMatchObject({ testMode: true });
  });
});

describe('the settings table', () => {
  it('keeps every other setting through a rotation', async () => {
    const before = await world.settings();
    const next = await nextCredential();
    await apply(next);
    expect(await world.settings()).toEqual({ ...before, Password: next.apiKey.reveal() });
    expect(await world.askVendor()).toBe(200);
  });

  it("holds the credential by the names that the plugin reads, whatever the installation's language", async () => {
    await world.host.control('configure', { language: 'tr' });
    await world.host.control('store', { 'plugin_Domainnameapi_Ad Sunucusu 1': 'ns1.example.test' });
    const observed = await panel().observe(target, never);
    expect(observed).toMatchObject(credentialFacts(await panel().fingerprint(never), live));
    const next = await nextCredential();
    await apply(next);
    expect(await world.settings()).toMatchObject({
      Password: next.apiKey.reveal(),
      'Ad Sunucusu 1': 'ns1.example.test',
    });
  });

  it('gets a neighbour back that was lost on the way', async () => {
    await world.host.control('configure', { writeFault: 'resetOthers' });
    const next = await nextCredential();
    await apply(next);
    expect(await world.settings()).toMatchObject({
      Password: next.apiKey.reveal(),
      'NameServer 1': 'ns1.example.test',
    });
  });

  it('that cuts a value off is told, and is no success', async () => {
    await world.host.control('configure', { writeFault: 'truncate' });
    const next = await nextCredential();
    const error = await refusal(apply(next), 'PANEL_REFUSED', [next.apiKey.reveal()]);
    expect(error.safeMessage).toMatch(/did not keep/);
  });

  it('that has no row for the key yet is told, with what to do', async () => {
    await world.host.control('store', { plugin_Domainnameapi_Password: null });
    const next = await nextCredential();
    const error = await refusal(apply(next), 'PANEL_REFUSED', [next.apiKey.reveal()]);
    expect(error.fix).toMatch(/by hand/);
  });

  it('that fails shows nothing of what was to be saved', async () => {
    await world.host.control('configure', { writeFault: 'throw' });
    const next = await nextCredential();
    await refusal(apply(next), 'UPSTREAM_UNAVAILABLE', [next.apiKey.reveal()]);
    expect(await world.host.logs()).not.toContain(next.apiKey.reveal());
  });

  it('is compared with what was seen last, inside the panel', async () => {
    const next = await nextCredential();
    const lastSeen = (await panel().fingerprint(never))('something else');
    const write = panel().apply(target, next, { token: 'one', lastSeen }, never);
    await refusal(write, 'SUPERSEDED', [next.apiKey.reveal()]);
    expect(await world.stored()).toMatchObject({ password: live.apiKey.reveal() });
  });
});

describe('starting ClientExec from inside', () => {
  it.each([
    ['the snapin is not active, so that ClientExec sends callers to its login', { plugin_keyturn_Enabled: '0' }],
    ['ClientExec shows nothing but its maintenance page', { Offline: '1' }],
  ])('works although %s', async (_, rows) => {
    await world.host.control('store', rows);
    const next = await nextCredential();
    await apply(next);
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('works although ClientExec ends all output buffers and prints its page', async () => {
    await world.host.control('configure', { boot: 'flush' });
    await world.host.control('store', { Offline: '1' });
    await apply(await nextCredential());
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('works without the front controller, by the parts that it is made of', async () => {
    await world.host.control('remove', { file: FRONT });
    await apply(await nextCredential());
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('says what it tried where nothing of that is there', async () => {
    await world.host.control('remove', { file: FRONT });
    await world.host.control('remove', { file: PARTS });
    const before = await world.settings();
    const next = await nextCredential();
    const error = await refusal(apply(next), 'UPSTREAM_UNAVAILABLE', [next.apiKey.reveal()]);
    expect(error.safeMessage).toMatch(/could not be started from inside; tried: front, parts\.$/);
    expect(await world.settings()).toEqual(before);
    expect(await panel().preflight(target, never)).toContainEqual(
      expect.objectContaining({ level: 'blocker', what: error.safeMessage }),
    );
  });

  it('does without the version of ClientExec, if it is not told', async () => {
    await world.host.control('configure', { version: 'untold' });
    const findings = await panel().preflight(target, never);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(await check()).toMatchObject({ verdict: 'valid' });
  });

  it('keeps to itself what ClientExec says when it cannot start', async () => {
    await world.host.control('configure', { boot: 'broken' });
    const error = await refusal(check(), 'UPSTREAM_UNAVAILABLE');
    expect(error.safeMessage).toMatch(/tried: front\.$/);
    expect(await world.host.logs()).not.toMatch(/Access denied/);
  });
});

describe("the plugin's version, read without running it", () => {
  it.each([
    ['1.0.15', '2.1.22', 'blocker', /cannot use a Reseller ID/],
    ['2.0.1', '3.0.1', 'blocker', /cannot reach the live system/],
    ['2.0.4', '3.0.4', 'warning', /stray space/],
    ['2.0.16', '3.0.16', 'ok', /version 2\.0\.16/],
  ])('%s with library %s', async (version, library, level, what) => {
    await world.host.control('module', { version, library });
    const findings = await panel().preflight(target, never);
    const told = findings.filter((finding) => finding.level === level && what.test(finding.what));
    expect(told).toHaveLength(1);
  });

  it('is not needed: broken code of the plugin stops nothing but the plugin', async () => {
    await writeFile(join(world.host.home, PLUGIN), `${originals.get(PLUGIN) ?? ''}\n}}} not PHP at all`);
    await apply(await nextCredential());
    expect(await check()).toMatchObject({ verdict: 'valid' });
    expect(await panel().observe(target, never)).toMatchObject({ moduleVersion: '2.0.16', libraryVersion: '3.0.16' });
  });
});

it("leaves no key and no pairing in ClientExec's log at its most talkative, PHP's or the web server's", async () => {
  const next = await nextCredential();
  await panel().preflight(target, never);
  await panel().observe(target, never);
  await apply(next);
  await check();
  const logs = await world.host.logs();
  // It is at level 4, and it saw the requests: a search in an empty log would prove nothing.
  expect(logs).toContain('plugin_Domainnameapi_Password');
  expect(logs).toContain('[plugin] => keyturn');
  for (const secret of [next.apiKey.reveal(), live.apiKey.reveal(), ...world.accessSecrets]) {
    expect(logs.includes(secret), 'a log shows a secret').toBe(false);
  }
});
