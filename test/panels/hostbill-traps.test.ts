import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { credentialFacts } from '../../src/core/field-facts.ts';
import { menuPaths } from '../../src/core/menu-paths.ts';
import { type BindingTarget, bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { containing } from './hostbill-bench.ts';
import { type HostbillWorld, startHostbillWorld } from './hostbill-world.ts';

const never = new AbortController().signal;
let world: HostbillWorld;
let http: HttpClient;
let live: Credential;

beforeAll(async () => {
  world = await startHostbillWorld();
  http = createHttpClient();
});
afterAll(async () => {
  await http.close();
  await world.close();
});
beforeEach(async () => {
  await world.host.control('configure', { saver: null, keepsInstances: null });
  await world.host.control('removeApps');
  const { resellerId } = await world.vendor.control.currentKey();
  await world.store({ username: 'old-name', password: 'old-password', testMode: false, others: { spare: 'kept' } });
  live = { resellerId, apiKey: new SecretValue(await newKey()) };
});

async function newKey(): Promise<string> {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  await world.vendor.control.regenerate({ apiKey });
  return apiKey;
}

function panel() {
  return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret });
}

function target(options: unknown = {}, environment: Environment = 'live'): BindingTarget {
  return { bindingId: bindingIdOf('hostbill', 'main', environment), environment, options };
}

function apply(options: unknown = {}, environment: Environment = 'live') {
  return panel().apply(target(options, environment), live, { token: randomUUID() }, never);
}

async function check(options: unknown = {}) {
  return panel().check(target(options), { resellerId: live.resellerId, environment: 'live' }, never);
}

async function enterByHand(app?: number) {
  const values = { username: live.resellerId, password: live.apiKey.reveal(), testMode: false, others: {} };
  await world.host.control('store', app === undefined ? values : { ...values, app });
}

describe('functions that save', () => {
  it.each(['none', 'memory', 'namesake'])(
    'asks for a person where the function is "%s", and changes nothing',
    async (saver) => {
      await world.host.control('configure', { saver });
      const before = await world.stored();
      const applied = await apply();
      expect(applied).toEqual({ result: 'by-hand', instructions: containing(menuPaths.hostbill.path) });
      expect(await world.stored()).toEqual(before);
      await enterByHand();
      const facts = credentialFacts(await panel().fingerprint(never), live);
      expect(await panel().observe(target(), never)).toMatchObject({ state: 'observed', ...facts, testMode: false });
      expect(await check()).toMatchObject({ verdict: 'valid', method: 'balance' });
      // What was entered by hand is there already, so there is nothing left to do by hand.
      expect(await apply()).toEqual({ result: 'changed' });
    },
  );

  it('says in preflight that a person will be needed', async () => {
    await world.host.control('configure', { saver: 'none' });
    const findings = await panel().preflight(target(), never);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'warning', what: containing('no function that saves') }),
    );
    expect(findings.filter(({ level }) => level === 'blocker')).toEqual([]);
  });

  it.each(['factory', 'module'])('keeps all other settings where it is on the %s', async (saver) => {
    await world.host.control('configure', { saver });
    expect(await apply()).toEqual({ result: 'changed' });
    expect(await world.stored()).toEqual({
      username: live.resellerId,
      password: live.apiKey.reveal(),
      testMode: false,
      others: { spare: 'kept' },
    });
  });

  it('names the settings that the function lost', async () => {
    await world.host.control('configure', { saver: 'forgetful' });
    await expect(apply()).rejects.toMatchObject({
      code: 'PANEL_REFUSED',
      safeMessage: containing('spare'),
    });
  });
});

it('asks for a person for an App that cannot be saved', async () => {
  await world.host.control('configure', { saver: 'none' });
  const app = Number(await world.host.control('addApp', { name: 'Registrar A' }));
  expect(await apply({ app })).toMatchObject({ result: 'by-hand' });
  expect(await world.storedAt(app)).toMatchObject({ username: '', password: '' });
  await enterByHand(app);
  expect(await check({ app })).toMatchObject({ verdict: 'valid' });
});

it('never takes the copy from before for a proof: a HostBill that hands it out is asked twice', async () => {
  await world.host.control('configure', { keepsInstances: true });
  await expect(apply()).rejects.toMatchObject({ code: 'PANEL_REFUSED' });
  expect(await apply()).toEqual({ result: 'changed' });
  expect(await world.stored()).toMatchObject({ username: live.resellerId, password: live.apiKey.reveal() });
});

describe('the test switch', () => {
  it.each([
    ['1', true],
    ['0', false],
    ['', false],
    ['on', false],
    ['true', false],
  ])('"%s" is %s, as the module reads it', async (testSwitch, testMode) => {
    await enterByHand();
    const values = { username: live.resellerId, password: live.apiKey.reveal(), testMode, others: {}, testSwitch };
    await world.host.control('store', values);
    expect(await panel().observe(target(), never)).toMatchObject({ testMode });
    expect(await check()).toMatchObject({ verdict: testMode ? 'rejected' : 'valid' });
  });
});

describe('several places', () => {
  it('blocks a binding that names none, and says which there are', async () => {
    const app = Number(await world.host.control('addApp', { name: 'Registrar A' }));
    const before = [await world.stored(), await world.storedAt(app)];
    const [blocker, ...more] = (await panel().preflight(target(), never)).filter(({ level }) => level === 'blocker');
    expect(more).toEqual([]);
    expect(blocker?.what).toContain(`module, app-${app}`);
    expect(blocker?.fix).toBeTruthy();
    await expect(apply()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(panel().observe(target(), never)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect([await world.stored(), await world.storedAt(app)]).toEqual(before);
  });

  it('writes the App that the binding names and no other place', async () => {
    const [first, second] = [
      Number(await world.host.control('addApp', { name: 'Registrar A' })),
      Number(await world.host.control('addApp', { name: 'Registrar B é' })),
    ];
    const before = [await world.stored(), await world.storedAt(first)];
    expect(await apply({ app: second })).toEqual({ result: 'changed' });
    expect(await world.storedAt(second)).toMatchObject({ username: live.resellerId, password: live.apiKey.reveal() });
    expect([await world.stored(), await world.storedAt(first)]).toEqual(before);
    expect(await check({ app: second })).toMatchObject({ verdict: 'valid' });
  });

  it("takes the module's own configuration where the binding says so", async () => {
    await world.host.control('addApp', { name: 'Registrar A' });
    expect(await apply({ app: 'module' })).toEqual({ result: 'changed' });
    expect(await world.stored()).toMatchObject({ username: live.resellerId });
  });

  it('does not know the App of another module', async () => {
    const other = Number(await world.host.control('addApp', { name: 'web server', group: 1 }));
    await expect(apply({ app: other })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await world.storedAt(other)).toMatchObject({ username: '', password: '' });
  });

  it('leaves an App without a test switch out of a test rotation', async () => {
    const app = Number(await world.host.control('addApp', { name: 'plain', switch: false }));
    await expect(apply({ app }, 'test')).rejects.toMatchObject({ name: 'KeyturnError' });
    expect(await world.storedAt(app)).toMatchObject({ username: '', password: '' });
    expect(await apply({ app })).toEqual({ result: 'changed' });
    const seen = await panel().observe(target({ app }), never);
    expect(seen).toMatchObject({ state: 'observed' });
    expect(seen).not.toHaveProperty('testMode');
  });
});

it('proves an empty account, of which the test button shows no balance', async () => {
  await apply();
  expect(await world.host.control('testButton')).toMatchObject({
    works: true,
    infos: [expect.stringMatching(/USD\)$/)],
  });
  await world.vendor.control.setBalance({ usd: 0, try: 0 });
  expect(await world.host.control('testButton')).toMatchObject({
    works: true,
    infos: [expect.stringMatching(/\(\)$/)],
  });
  expect(await check()).toMatchObject({ verdict: 'valid', resellerId: live.resellerId });
});

it('does not overwrite a key that somebody changed meanwhile', async () => {
  const seen = await panel().observe(target(), never);
  const lastSeen = seen.state === 'observed' ? seen.password?.raw : undefined;
  if (lastSeen === undefined) throw new Error('nothing was seen');
  await world.store({ username: live.resellerId, password: 'entered-meanwhile', testMode: false, others: {} });
  const applied = panel().apply(target(), live, { token: randomUUID(), lastSeen }, never);
  await expect(applied).rejects.toMatchObject({ code: 'SUPERSEDED' });
  expect(await world.stored()).toMatchObject({ password: 'entered-meanwhile' });
});

it('leaves no secret in any log of the panel', async () => {
  await apply();
  await check();
  await panel().observe(target(), never);
  const stranger = world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret }, { wrongSecret: true });
  await expect(stranger.observe(target(), never)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  const logs = await world.host.logs();
  expect(logs).toMatch(/ module ok [^]* module failed /);
  expect(logs).not.toMatch(/PHP (Fatal|Warning|Notice|Deprecated)/);
  for (const secret of [...world.accessSecrets, live.apiKey.reveal(), 'old-password'])
    expect(logs).not.toContain(secret);
});
