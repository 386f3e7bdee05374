import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import { bindingIdOf, type Credential, type Environment } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { startWhmcsWorld, type WhmcsWorld } from './whmcs-world.ts';

const never = new AbortController().signal;
const ALL = {
  whmcsVersion: '8.13.1',
  libraryVersion: '3.0.16',
  active: true,
  update: 'merge',
  showsModuleFile: true,
  registrarError: 'message',
  canaryRegistrar: 'domainnameapi',
  parameterList: 'nested',
  apiAddresses: null,
  credentials: [{ identifier: 'sim-identifier', secret: 'sim-secret' }],
};

describe('whmcs: the traps of the reference', () => {
  let world: WhmcsWorld;
  let http: HttpClient;
  let deps: ProviderDeps;
  let live: Credential;

  beforeAll(async () => {
    world = await startWhmcsWorld('127.0.0.63');
    http = createHttpClient();
    deps = { ...createTestDeps(http), resolveSecret: world.resolveSecret };
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    await world.fail('none');
    await world.whmcs.control.reconfigure({ change: ALL });
    await world.vendor.control.setFault({ mode: 'none' });
    await world.vendor.control.setRefusal({ style: '401' });
    const { resellerId, apiKey } = await world.vendor.control.currentKey();
    live = { resellerId, apiKey: new SecretValue(apiKey) };
    await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
  });

  function binding(options: unknown = world.bindingOptions, environment: Environment = 'live') {
    return { bindingId: bindingIdOf('p', 'main', environment), environment, options };
  }
  function apply(credential: Credential, options?: unknown) {
    return world.create(deps).apply(binding(options), credential, { token: 't' }, never);
  }
  function check(options?: unknown) {
    return world.create(deps).check(binding(options), { resellerId: live.resellerId, environment: 'live' }, never);
  }
  async function findings(options?: unknown) {
    return world.create(deps).preflight(binding(options), never);
  }
  async function roleWithout(...missing: string[]) {
    const actions = [
      'WhmcsDetails',
      'GetRegistrars',
      'GetModuleConfigurationParameters',
      'UpdateModuleConfiguration',
      'GetClientsDomains',
      'DomainGetNameservers',
    ].filter((action) => !missing.includes(action));
    const credentials = [{ identifier: 'sim-identifier', secret: 'sim-secret', actions }];
    await world.whmcs.control.reconfigure({ change: { credentials } });
  }

  it('keeps the other settings where WHMCS merges, and sends them where it replaces', async () => {
    const others = { basecurrency: 'USD', TrTaxNumber: '1234567890' };
    for (const update of ['merge', 'replace']) {
      await world.whmcs.control.reconfigure({ change: { update } });
      await world.store({ username: 'old', password: 'old', testMode: true, others });
      await apply(live, { settings: others });
      expect(await world.stored()).toMatchObject({ username: live.resellerId, testMode: false, others });
    }
  });

  it.each(['a&b', 'a<b', 'a>b', 'a"b', "a'b"])(
    'refuses the key %s, which WHMCS would store as something else',
    async (part) => {
      await world.whmcs.control.forget();
      const apiKey = new SecretValue(`key-${part}-0123456789`);
      const error = await apply({ ...live, apiKey }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'MALFORMED_CREDENTIAL',
        untouched: expect.stringMatching(/Nothing/) as string,
      });
      expect(JSON.stringify([error, String(error)])).not.toContain(part);
      expect((await world.whmcs.control.counters()).actions).toEqual({});
    },
  );

  it('takes every other printable character of a key as it is', async () => {
    const apiKey = '!#$%()*+,-./:;=?@[]^_`{|}~aZ09+/==';
    await apply({ ...live, apiKey: new SecretValue(apiKey) });
    expect((await world.stored()).password).toBe(apiKey);
  });

  it('is not taken in by a success without effect: the canary decides', async () => {
    const { apiKey } = await world.vendor.control.regenerate();
    await world.whmcs.control.setFault({ mode: 'success-without-write' });
    expect(await apply({ ...live, apiKey: new SecretValue(apiKey) })).toEqual({ result: 'changed' });
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
  });

  it.each(['401', '401-text', '401-empty', '302'] as const)(
    'knows a dead key by the refusal %s, wherever the text stands',
    async (style) => {
      await world.vendor.control.setRefusal({ style });
      await world.vendor.control.regenerate();
      for (const registrarError of ['message', 'error-field']) {
        await world.whmcs.control.reconfigure({ change: { registrarError } });
        expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
      }
    },
  );

  it('knows the legacy system by its answer', async () => {
    await world.store({ username: 'owner@example.com', password: 'x', testMode: false, others: {} });
    expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
  });

  it('proves nothing by a canary of another registrar', async () => {
    await world.whmcs.control.reconfigure({ change: { canaryRegistrar: 'enom' } });
    await expect(check()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      fix: expect.stringMatching(/canaryDomainId/) as string,
    });
    expect((await findings()).filter((one) => one.level === 'blocker')).toHaveLength(1);
  });

  it('says that the canary does not exist', async () => {
    await expect(check({ canaryDomainId: 77 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('cannot prove anything without a canary, and warns of it beforehand', async () => {
    expect(await check({})).toMatchObject({ verdict: 'not-observable' });
    expect(await findings({})).toContainEqual(
      expect.objectContaining({ level: 'warning', what: expect.stringMatching(/Without a canary domain/) as string }),
    );
  });

  it('checks without GetClientsDomains, but says what is missing', async () => {
    await roleWithout('GetClientsDomains');
    expect(await check()).toMatchObject({
      verdict: 'valid',
      detail: expect.stringMatching(/GetClientsDomains/) as string,
    });
  });

  it.each(['WhmcsDetails', 'GetRegistrars'])('gets by without %s and says so', async (action) => {
    await roleWithout(action);
    const found = await findings();
    expect(found.filter((one) => one.level === 'blocker')).toEqual([]);
    expect(found).toContainEqual(
      expect.objectContaining({ level: 'warning', what: expect.stringContaining(action) as string }),
    );
  });

  it.each(['GetModuleConfigurationParameters', 'DomainGetNameservers'])(
    'needs %s and names the role',
    async (action) => {
      await roleWithout(action);
      const blockers = (await findings()).filter((one) => one.level === 'blocker');
      expect(blockers).toHaveLength(1);
      expect(blockers[0]?.what).toContain(action);
      expect(blockers[0]?.fix).toContain('API Roles');
    },
  );

  it('names the role when the write itself is not allowed', async () => {
    await roleWithout('UpdateModuleConfiguration');
    const before = await world.stored();
    await expect(apply(live)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      fix: expect.stringMatching(/API Roles/) as string,
    });
    expect(await world.stored()).toEqual(before);
  });

  it("names the worker's address when WHMCS does not let it in", async () => {
    await world.whmcs.control.reconfigure({ change: { apiAddresses: ['192.0.2.1'] } });
    await expect(apply(live)).rejects.toMatchObject({
      code: 'ADDRESS_NOT_ALLOWED',
      safeMessage: expect.stringMatching(/127\.0\.0\.1/) as string,
      fix: expect.stringMatching(/API IP Access Restriction/) as string,
    });
  });

  it.each([
    [{ active: false }, /not active/],
    [{ libraryVersion: '2.2.15' }, /version 2\.2\.15, which cannot use/],
    [{ libraryVersion: '3.0.1' }, /version 3\.0\.1, which cannot reach/],
  ])('blocks on %j', async (change, what) => {
    await world.whmcs.control.reconfigure({ change });
    const blockers = (await findings()).filter((one) => one.level === 'blocker');
    expect(blockers.map((one) => one.what).join('\n')).toMatch(what);
  });

  it('reads the list of fields in both shapes, and warns of a setting that the module does not have', async () => {
    await world.whmcs.control.reconfigure({ change: { parameterList: 'flat' } });
    const found = await findings({ canaryDomainId: 1, settings: { basecurrency: 'USD', baseCurency: 'USD' } });
    expect(found.filter((one) => one.level === 'blocker')).toEqual([]);
    expect(found.filter((one) => one.what.includes('has no setting')).map((one) => one.what)).toEqual([
      'The module has no setting baseCurency.',
    ]);
  });

  it('tells no version that it could not see', async () => {
    await world.whmcs.control.reconfigure({ change: { showsModuleFile: false } });
    const seen = await world.create(deps).observe(binding(), never);
    expect(Object.keys(seen).sort()).toEqual(['reason', 'state']);
  });
});
