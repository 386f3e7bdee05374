import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { credentialFacts } from '../../src/core/field-facts.ts';
import { type BindingTarget, bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import { fingerprintsItself } from '../../src/core/panel-powers.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { startWhmcsWorld, type WhmcsWorld } from './whmcs-world.ts';

const never = new AbortController().signal;
const OTHERS = { basecurrency: 'USD', TrTaxOffice: 'A &amp; B', AI_OpenAI_Key: 'a"b', TrTaxNumber: '' };
let world: WhmcsWorld;
let http: HttpClient;
let live: Credential;

beforeAll(async () => {
  world = await startWhmcsWorld();
  http = createHttpClient();
});
afterAll(async () => {
  await http.close();
  await world.close();
});
beforeEach(async () => {
  await world.host.control('configure', { update: null, saves: null });
  await world.host.control('installModule', { version: '3.0.16' });
  const { resellerId } = await world.vendor.control.currentKey();
  const { apiKey } = await world.vendor.control.regenerate({ apiKey: randomKey() });
  live = { resellerId, apiKey: new SecretValue(apiKey) };
  await world.store({ username: resellerId, password: apiKey, testMode: false, others: OTHERS });
});

function randomKey(): string {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  return apiKey;
}

function panel() {
  return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret });
}

function target(environment: Environment = 'live'): BindingTarget {
  return { bindingId: bindingIdOf('whmcs', 'main', environment), environment, options: {} };
}

function apply(apiKey: string, environment: Environment = 'live') {
  const credential = { ...live, apiKey: new SecretValue(apiKey) };
  return panel().apply(target(environment), credential, { token: randomUUID() }, never);
}

function check(environment: Environment = 'live') {
  return panel().check(target(environment), { resellerId: live.resellerId, environment }, never);
}

/** The facts of a credential, made on this side under the pairing's own key. */
async function factsOf(username: string, password: string) {
  const one = panel();
  if (!fingerprintsItself(one)) throw new Error('no connector');
  return credentialFacts(await one.fingerprint(never), { resellerId: username, apiKey: new SecretValue(password) });
}

describe('saving', () => {
  it.each(['merge', 'replace'])('keeps all other settings where WHMCS does "%s"', async (update) => {
    await world.host.control('configure', { update });
    const key = randomKey();
    expect(await apply(key, 'test')).toEqual({ result: 'changed' });
    expect(await world.stored()).toEqual({ username: live.resellerId, password: key, testMode: true, others: OTHERS });
  });

  it('keeps other settings byte for byte where WHMCS turns special characters into entities as it saves', async () => {
    await world.host.control('configure', { update: 'replace', saves: 'entities' });
    await world.store({
      username: 'x',
      password: 'y',
      testMode: true,
      others: { TrTaxOffice: 'A &amp; B &quot;C&quot;' },
    });
    const key = randomKey();
    await apply(key);
    expect(await world.stored()).toEqual({
      username: live.resellerId,
      password: key,
      testMode: false,
      others: { TrTaxOffice: 'A &amp; B &quot;C&quot;' },
    });
  });

  it.each(["a&b<c>'d'", 'naïve-ключ-🔑'])('stores the key %s exactly where WHMCS can', async (part) => {
    const key = `${randomKey()}${part}`;
    await apply(key);
    expect((await world.stored()).password).toBe(key);
    expect(await panel().observe(target(), never)).toMatchObject({
      state: 'observed',
      ...(await factsOf(live.resellerId, key)),
    });
  });

  it('says so, and proves nothing, where a key with special characters can only be stored as entities', async () => {
    await world.host.control('configure', { saves: 'entities' });
    await expect(apply(`${randomKey()}a&b`)).rejects.toMatchObject({ code: 'PANEL_REFUSED' });
  });

  it('is not taken in by a success without effect', async () => {
    await world.host.control('configure', { saves: 'nothing' });
    const before = await world.rows();
    await expect(apply(randomKey())).rejects.toMatchObject({ code: 'PANEL_REFUSED' });
    expect(await world.rows()).toEqual(before);
  });

  it('writes nothing when all is as wanted, although every encryption looks different', async () => {
    const before = await world.rows();
    await apply(live.apiKey.reveal());
    expect(await world.rows()).toEqual(before);
    await apply(randomKey());
    await apply(live.apiKey.reveal());
    expect((await world.rows())['API_Password']).not.toBe(before['API_Password']);
  });

  it('refuses to write over a key that somebody changed meanwhile', async () => {
    const { password } = await factsOf(live.resellerId, live.apiKey.reveal());
    await world.store({ username: live.resellerId, password: 'by-somebody-else', testMode: false, others: {} });
    const change = { token: randomUUID(), lastSeen: password.raw };
    const credential = { ...live, apiKey: new SecretValue(randomKey()) };
    await expect(panel().apply(target(), credential, change, never)).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(await world.stored()).toMatchObject({ password: 'by-somebody-else' });
  });
});

describe('looking', () => {
  it('tells a value that is stored as entities from the one it was meant to be', async () => {
    const [meant, stored] = [`${live.apiKey.reveal()}&`, `${live.apiKey.reveal()}&amp;`];
    await world.store({ username: live.resellerId, password: stored, testMode: false, others: {} });
    expect(await panel().observe(target(), never)).toMatchObject(await factsOf(live.resellerId, stored));
    expect(await factsOf(live.resellerId, meant)).not.toMatchObject(await factsOf(live.resellerId, stored));
  });

  it.each([
    ['', false],
    ['0', false],
    ['on', true],
    ['yes', true],
  ])('reads the test switch "%s" as the module does', async (text, testMode) => {
    await world.host.control('store', { API_UserName: 'u', API_Password: 'p', API_TestMode: text });
    expect(await panel().observe(target(), never)).toMatchObject({ testMode });
  });

  it('does not believe the balance line of the registrar page, which is minutes old', async () => {
    expect(await check()).toMatchObject({ verdict: 'valid', balances: expect.any(Array) as unknown[] });
    expect(await world.host.control('registrarPage')).toMatch(/Balance: [\d.]+/);
    await world.vendor.control.regenerate({ apiKey: randomKey() });
    expect(await world.host.control('registrarPage')).toMatch(/Balance: [\d.]+/);
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
  });

  it('sends nothing for a username that is no Reseller ID: the module would use the old system', async () => {
    await world.store({ username: 'owner@example.com', password: 'x', testMode: false, others: {} });
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    expect(await panel().observe(target(), never)).toMatchObject({ username: { shape: 'email' } });
  });

  it('tells the versions of the module and its library, and WHMCS its own', async () => {
    await world.host.control('installModule', { version: '3.0.14' });
    const seen = await panel().observe(target(), never);
    expect(seen).toMatchObject({ moduleVersion: '3.0.14', libraryVersion: '3.0.14' });
  });

  it.each([
    ['3.0.1', 'blocker', /version 3\.0\.1, which cannot reach/],
    ['2.2.15', 'blocker', /version 2\.2\.15, which cannot use/],
    ['3.0.5', 'warning', /version 3\.0\.5/],
  ])('names the module version %s as a %s', async (version, level, what) => {
    await world.host.control('installModule', { version });
    const findings = await panel().preflight(target(), never);
    expect(findings).toContainEqual(expect.objectContaining({ level, what: expect.stringMatching(what) as string }));
  });

  it('finds no proof in a module that is too old, whatever the key', async () => {
    await world.host.control('installModule', { version: '3.0.1' });
    expect(await check()).toMatchObject({ verdict: 'rejected' });
  });

  it('names options that the connector makes useless', async () => {
    const options = { canaryDomainId: 1, settings: { basecurrency: 'USD' } };
    const findings = await panel().preflight({ ...target(), options }, never);
    expect(findings.filter(({ level }) => level === 'warning').map(({ what }) => what.split('`')[1])).toEqual([
      'settings',
      'canaryDomainId',
    ]);
  });
});
