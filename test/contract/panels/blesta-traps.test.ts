import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../providers/shared/http.ts';
import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import { bindingIdOf, type Credential, type Environment } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps, testFingerprint } from '../../support/provider-deps.ts';
import { type BlestaWorld, startBlestaWorld } from './blesta-world.ts';

const never = new AbortController().signal;
const WELL = {
  validationBug: false,
  errorsAs200: false,
  readBack: 'plain',
  strictDefaults: true,
  installed: true,
  moduleVersion: '2.0.10',
  companyId: '1',
};

describe('blesta: the traps of the reference', () => {
  let world: BlestaWorld;
  let http: HttpClient;
  let deps: ProviderDeps;
  let live: Credential;

  beforeAll(async () => {
    world = await startBlestaWorld('127.0.0.64');
    http = createHttpClient();
    const base = createTestDeps(http);
    const clock = {
      now: () => base.clock.now(),
      sleep: (_ms: number, signal: AbortSignal) => base.clock.sleep(0, signal),
    };
    deps = { ...base, clock, resolveSecret: world.resolveSecret };
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    await world.fail('none');
    await world.blesta.control.reconfigure({ change: WELL });
    for (const row of ['4', '5']) await world.blesta.control.removeRow({ row });
    await world.vendor.control.setFault({ mode: 'none' });
    await world.vendor.control.setPacing({ on: false });
    await world.vendor.control.setAllowList({});
    const { resellerId, apiKey } = await world.vendor.control.currentKey();
    live = { resellerId, apiKey: new SecretValue(apiKey) };
    await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
  });

  function binding(options: unknown = {}, environment: Environment = 'live') {
    return { bindingId: bindingIdOf('p', 'main', environment), environment, options };
  }
  async function newKey(): Promise<Credential> {
    const { apiKey } = await world.vendor.control.regenerate();
    return { resellerId: live.resellerId, apiKey: new SecretValue(apiKey) };
  }
  function apply(credential: Credential, more: { options?: unknown; deps?: ProviderDeps; lastSeen?: string } = {}) {
    const lastSeen = more.lastSeen === undefined ? {} : { lastSeen: testFingerprint(more.lastSeen) };
    return world.create(more.deps ?? deps).apply(binding(more.options), credential, { token: 't', ...lastSeen }, never);
  }
  function check(expected: Partial<{ resellerId: string; environment: Environment }> = {}, own = deps) {
    const identity = { resellerId: live.resellerId, environment: 'live', ...expected } as const;
    return world.create(own).check(binding(), identity, never);
  }
  function findings(options?: unknown, environment?: Environment) {
    return world.create(deps).preflight(binding(options, environment), never);
  }

  describe('the module that validates a live key against the test system', () => {
    beforeEach(async () => {
      await world.blesta.control.reconfigure({ change: { validationBug: true } });
    });

    it.each([false, true])(
      'explains the refusal and leaves the row alone (errors in a 200: %s)',
      async (errorsAs200) => {
        await world.blesta.control.reconfigure({ change: { errorsAs200 } });
        const before = await world.stored();
        const error = await apply(await newKey()).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'PANEL_REFUSED', context: { reason: 'wrong-environment-validation' } });
        expect(error).toMatchObject({
          safeMessage: expect.stringMatching(/test system/) as string,
          fix: expect.stringMatching(/keyturn connector build/) as string,
        });
        expect(await world.stored()).toEqual(before);
      },
    );

    it('is found beforehand, with three questions to the vendor', async () => {
      await world.vendor.control.forget();
      const blockers = (await findings()).filter((one) => one.level === 'blocker');
      expect(blockers.map((one) => one.what).join()).toMatch(/test system/);
      expect(await world.vendor.control.requests()).toHaveLength(3);
    });

    it('is found beforehand on a row that holds the test key so far', async () => {
      const { resellerId, apiKey } = await world.vendor.control.currentKey({ environment: 'test' });
      await world.store({ username: resellerId, password: apiKey, testMode: true, others: {} });
      expect((await findings()).some((one) => one.level === 'blocker')).toBe(true);
    });

    it('is not seen in a module without it, even if the vendor asks for a pause in between', async () => {
      await world.blesta.control.reconfigure({ change: { validationBug: false } });
      await world.vendor.control.setFault({ mode: '429', times: 1 });
      const found = await findings();
      expect(found.filter((one) => one.level !== 'ok')).toEqual([]);
    });

    it('does not matter to a test row', async () => {
      const { resellerId, apiKey } = await world.vendor.control.currentKey({ environment: 'test' });
      const target = binding({}, 'test');
      await world.create(deps).apply(target, { resellerId, apiKey: new SecretValue(apiKey) }, { token: 't' }, never);
      expect(await world.stored()).toMatchObject({ username: resellerId, password: apiKey, testMode: true });
      expect((await findings({}, 'test')).filter((one) => one.level === 'blocker')).toEqual([]);
    });

    it('cannot be told from a dead key or a vendor that is down, and is no blocker then', async () => {
      await world.vendor.control.setFault({ mode: '503' });
      const found = await findings();
      expect(found.filter((one) => one.level === 'blocker')).toEqual([]);
      expect(found.map((one) => one.what).join()).toMatch(/could not be told/);
    });
  });

  it('names the address and the outage when the panel gets no yes for a key that it should save', async () => {
    const next = await newKey();
    await world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
    await expect(apply(next)).rejects.toMatchObject({
      code: 'PANEL_REFUSED',
      context: { reason: 'not-usable-from-panel' },
      fix: expect.stringMatching(/IP authorization/) as string,
    });
  });

  it("saves and proves in spite of the vendor's pace", async () => {
    const next = await newKey();
    await world.vendor.control.setPacing({ perSecond: 1, burst: 0 });
    const paced = { ...deps, clock: createTestDeps(http).clock };
    await apply(next, { deps: paced });
    expect(await check({}, paced)).toMatchObject({ verdict: 'valid' });
  });

  it('refuses to write over a key that changed after it was last seen, but not over its own', async () => {
    const before = live.apiKey.reveal();
    const next = await newKey();
    await world.store({ username: live.resellerId, password: 'by-somebody-else', testMode: false, others: {} });
    await expect(apply(next, { lastSeen: before })).rejects.toMatchObject({
      code: 'SUPERSEDED',
      disposition: 're-plan',
    });
    expect((await world.stored()).password).toBe('by-somebody-else');
    await apply(next, { lastSeen: 'by-somebody-else' });
    await apply(next, { lastSeen: 'by-somebody-else' });
    expect((await world.stored()).password).toBe(next.apiKey.reveal());
  });

  it('does not save again what the row already holds', async () => {
    await world.blesta.control.forget();
    await apply(live);
    expect((await world.blesta.control.counters()).writes).toEqual({});
  });

  it('sends everything the row had, because Blesta builds the row from what is sent', async () => {
    await world.store({
      username: 'old',
      password: 'old-key-0123',
      testMode: true,
      others: { note: 'a & b', tier: '2' },
    });
    const sent: HttpRequest[] = [];
    const recording: HttpClient = {
      send(message, signal) {
        sent.push(message);
        return http.send(message, signal);
      },
      close: () => http.close(),
    };
    await apply(live, { deps: { ...deps, http: recording } });
    const save = sent.find((message) => message.url.pathname.endsWith('/editRow.json'));
    const fields = Object.fromEntries(new URLSearchParams(save?.body));
    expect(fields).toMatchObject({
      'vars[user]': live.resellerId,
      'vars[key]': live.apiKey.reveal(),
      'vars[sandbox]': 'false',
      'vars[note]': 'a & b',
      'vars[tier]': '2',
    });
    for (const message of sent) expect(message.url.href).not.toContain(live.apiKey.reveal());
  });

  it('is not taken in by a save without effect', async () => {
    const next = await newKey();
    await world.blesta.control.setFault({ mode: 'success-without-write' });
    await apply(next);
    const seen = await world.create(deps).observe(binding(), never);
    expect(seen).toMatchObject({ state: 'observed', password: { raw: testFingerprint(live.apiKey.reveal()) } });
    expect(await check()).toMatchObject({ verdict: 'rejected' });
  });

  it('says nothing about a key that comes back encrypted', async () => {
    const password = 'k'.repeat(24);
    await world.store({ username: live.resellerId, password, testMode: false, others: {} });
    await world.blesta.control.reconfigure({ change: { readBack: 'cipher' } });
    const seen = await world.create(deps).observe(binding(), never);
    expect(seen).toHaveProperty('username');
    expect(seen).not.toHaveProperty('password');
    expect(await check()).toMatchObject({ verdict: 'inconclusive' });
  });

  it.each([
    [{ resellerId: '99999999-2222-4333-8444-555555555555' }, 'wrong-account'],
    [{ environment: 'test' as const }, 'wrong-environment'],
  ])('tells %j from the row alone, without asking the vendor', async (expected, reason) => {
    await world.vendor.control.forget();
    expect(await check(expected)).toMatchObject({ verdict: 'rejected', reason });
    expect(await world.vendor.control.requests()).toEqual([]);
  });

  it('compares the Reseller ID without regard to case', async () => {
    await world.store({
      username: live.resellerId.toUpperCase(),
      password: live.apiKey.reveal(),
      testMode: false,
      others: {},
    });
    expect(await check()).toMatchObject({ verdict: 'valid', resellerId: live.resellerId });
  });

  it('asks which row is meant when there are several, and works with the one that is named', async () => {
    await world.blesta.control.setRow({ row: '4', meta: { user: 'other', key: 'other-key', sandbox: 'false' } });
    await expect(apply(live)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      fix: expect.stringMatching(/3, 4/) as string,
    });
    await apply(live, { options: { rowId: 4 } });
    expect((await world.blesta.control.rows())['4']).toMatchObject({ user: live.resellerId });
    await expect(apply(live, { options: { rowId: 9 } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('takes a missing row for an empty credential, and asks for an account to be added', async () => {
    await world.blesta.control.removeRow({ row: '3' });
    const seen = await world.create(deps).observe(binding(), never);
    expect(seen).toMatchObject({ state: 'observed', username: { shape: 'empty' }, password: { shape: 'empty' } });
    expect(await check()).toMatchObject({ verdict: 'not-observable' });
    await expect(apply(live)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      fix: expect.stringMatching(/Add/) as string,
    });
    expect((await findings()).filter((one) => one.level === 'blocker')).toHaveLength(1);
  });

  it.each([
    [{ installed: false }, {}, /no Domain Name API module/],
    [{}, { companyId: 2 }, /no Domain Name API module in company 2/],
    [{ moduleVersion: '1.0.26' }, {}, /version 1\.0\.26, which cannot use/],
  ])('blocks on %j with the options %j', async (change, options, what) => {
    await world.blesta.control.reconfigure({ change });
    const blockers = (await findings(options)).filter((one) => one.level === 'blocker');
    expect(blockers.map((one) => one.what).join()).toMatch(what);
  });
});
