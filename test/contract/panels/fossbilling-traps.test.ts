import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import { bindingIdOf, type Credential, type Environment } from '../../../src/core/model.ts';
import type { ApplyOptions } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps, testFingerprint } from '../../support/provider-deps.ts';
import { ACCESS, type FossbillingWorld, startFossbillingWorld } from './fossbilling-world.ts';

const never = new AbortController().signal;
const TOKEN = ACCESS['env:FOSSBILLING_TOKEN'];
const WELL = {
  release: 'next',
  staff: [{ token: TOKEN }],
  allowedIps: [],
  requireReferer: false,
  maintenance: false,
  updatePending: false,
  translated: false,
  registrars: [{ id: 3 }],
  tlds: [{ tld: '.com', registrar: 3 }],
};
const UPDATE = 'admin/servicedomain/registrar_update';
const LOOKUP = 'guest/servicedomain/check';
const EMAIL = { id: 7, title: 'Email', adapter: 'Email', config: { email: 'ops@example.com' } };

describe('fossbilling: the traps of the reference', () => {
  let world: FossbillingWorld;
  let http: HttpClient;
  let deps: ProviderDeps;
  let live: Credential;

  beforeAll(async () => {
    world = await startFossbillingWorld('127.0.0.52');
    http = createHttpClient();
    const base = createTestDeps(http);
    const clock = { ...base.clock, sleep: (_ms: number, signal: AbortSignal) => base.clock.sleep(0, signal) };
    deps = { ...base, clock, resolveSecret: world.resolveSecret };
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    await world.fail('none');
    await change(WELL);
    await world.vendor.control.setFault({ mode: 'none' });
    const { resellerId, apiKey } = await world.vendor.control.currentKey();
    live = { resellerId, apiKey: new SecretValue(apiKey) };
    await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
    await world.fossbilling.control.forget();
  });

  function change(how: Record<string, unknown>) {
    return world.fossbilling.control.reconfigure({ change: how });
  }
  function binding(options: unknown = world.bindingOptions, environment: Environment = 'live') {
    return { bindingId: bindingIdOf('p', 'main', environment), environment, options };
  }
  async function newKey(): Promise<Credential> {
    const { apiKey } = await world.vendor.control.regenerate();
    return { resellerId: live.resellerId, apiKey: new SecretValue(apiKey) };
  }
  function apply(credential: Credential, more: Partial<ApplyOptions> = {}, options?: unknown) {
    return world.create(deps).apply(binding(options), credential, { token: 't', ...more }, never);
  }
  function check(options?: unknown, expected: Partial<{ resellerId: string; environment: Environment }> = {}) {
    const identity = { resellerId: live.resellerId, environment: 'live', ...expected } as const;
    return world.create(deps).check(binding(options), identity, never);
  }
  function observe(options?: unknown) {
    return world.create(deps).observe(binding(options), never);
  }
  async function blockers(options?: unknown) {
    const all = await world.create(deps).preflight(binding(options), never);
    return all.filter((finding) => finding.level === 'blocker');
  }
  async function called(name: string): Promise<number> {
    return (await world.fossbilling.control.counters()).actions[name] ?? 0;
  }

  describe('every release', () => {
    it.each(['0.7', '0.8', 'next'])('%s: keeps every other setting as it was, of whatever type', async (release) => {
      await change({ release });
      const others = { logAPI: 1, logFunction: false, extra: { a: ['1', 2] }, 'odd name': null };
      const stored = { ...others, Username: 'old', Password: 'old' };
      for (const environment of ['test', 'live'] as const) {
        await world.fossbilling.control.setRegistrar({ id: 3, config: stored, testMode: environment === 'live' });
        await world.create(deps).apply(binding({}, environment), live, { token: 't' }, never);
        expect(await world.fossbilling.control.registrar({ id: 3 })).toEqual({
          config: { ...others, Username: live.resellerId, Password: live.apiKey.reveal() },
          testMode: environment === 'test',
        });
      }
    });

    it.each(['0.7', '0.8', 'next'])(
      '%s: reads the test mode, and a registrar that nobody has filled in',
      async (release) => {
        await change({ release });
        await world.fossbilling.control.setRegistrar({ id: 3, config: {}, testMode: true });
        expect(await observe()).toMatchObject({
          testMode: true,
          username: { shape: 'empty' },
          password: { shape: 'empty' },
        });
        await world.fossbilling.control.setRegistrar({ id: 3, config: {}, testMode: false });
        expect(await observe()).toMatchObject({ testMode: false });
      },
    );

    it.each(['0.8', 'next'])('%s: is proven, whatever language it answers in', async (release) => {
      await change({ release, translated: true });
      await apply(await newKey());
      expect(await check()).toMatchObject({ verdict: 'valid', method: 'behaviour', resellerId: live.resellerId });
      await newKey();
      expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'unspecified' });
    });

    it('0.7 does not tell whose a TLD is, so nothing counts as proven', async () => {
      await change({ release: '0.7' });
      expect(await check()).toMatchObject({ verdict: 'not-observable' });
      expect(await called(LOOKUP)).toBe(0);
      expect(await blockers()).toEqual([]);
    });
  });

  describe('which registrar', () => {
    it('is found by its title, and the settings of others are never fetched', async () => {
      const config = { logAPI: '0', logFunction: '0' };
      await change({ registrars: [EMAIL, { id: 3, title: 'Domain Name API (live)', config }] });
      await apply(live);
      expect((await world.stored()).password).toBe(live.apiKey.reveal());
      expect(await called('admin/servicedomain/registrar_get_list')).toBe(0);
      expect(await called('admin/servicedomain/registrar_get')).toBe(1);
    });

    it.each([
      ['two of them', [{ id: 3 }, { id: 9, title: 'DomainNameApi (Copy)' }], {}, /several registrars \(3, 9\)/],
      ['none of them', [EMAIL], {}, /no registrar/],
      ['none at all', [], {}, /no registrar/],
      ['the id of another adapter', [EMAIL], { registrarId: 7 }, /Registrar 7 .* is not a DomainNameApi/],
      ['an id that is not there', [{ id: 3 }], { registrarId: 4 }, /cannot show registrar 4/],
    ])('%s: says so and writes nothing', async (_name, registrars, options, what) => {
      await change({ registrars });
      await expect(apply(live, {}, options)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        safeMessage: expect.stringMatching(what) as string,
        fix: expect.stringMatching(/registrarId/) as string,
        untouched: 'Nothing was written.',
      });
      expect((await blockers(options)).map((one) => one.what).join()).toMatch(what);
      expect(await called(UPDATE)).toBe(0);
    });

    it('is the one that registrarId names, whatever its title', async () => {
      await change({ registrars: [{ id: 3 }, { id: 9, title: 'Test system' }], tlds: [{ tld: '.com', registrar: 9 }] });
      await world.fossbilling.control.setRegistrar({
        id: 9,
        config: { logAPI: '0', logFunction: '0' },
        testMode: true,
      });
      const options = { registrarId: 9, canaryTld: '.com' };
      await apply(live, {}, options);
      expect(await world.fossbilling.control.registrar({ id: 9 })).toMatchObject({ testMode: false });
      expect((await world.fossbilling.control.counters()).writes).toEqual({ 9: 1 });
      expect(await check(options)).toMatchObject({ verdict: 'valid' });
    });
  });

  describe('writing', () => {
    it('a required setting that is empty: blocked beforehand, and explained if it comes to it', async () => {
      const config = { Username: 'old', Password: 'old', logAPI: '0' };
      await world.fossbilling.control.setRegistrar({ id: 3, config, testMode: false });
      expect((await blockers({})).map((one) => one.what).join()).toContain('(logFunction)');
      await expect(apply(live)).rejects.toMatchObject({
        code: 'PANEL_REFUSED',
        safeMessage: expect.stringContaining('logFunction') as string,
      });
      expect((await world.fossbilling.control.registrar({ id: 3 })).config).toEqual(config);
    });

    it('refuses when the key is not the one last seen, and knows its own', async () => {
      const before = await world.stored();
      await expect(apply(await newKey(), { lastSeen: testFingerprint('another key') })).rejects.toMatchObject({
        code: 'SUPERSEDED',
      });
      expect(await world.stored()).toEqual(before);
      await apply(await newKey(), { lastSeen: testFingerprint(live.apiKey.reveal()) });
      expect(await called(UPDATE)).toBe(1);
    });

    it('leaves alone what is as it should be, and stops right before a write without its lease', async () => {
      const lost = new KeyturnError('LEASE_LOST', 'Somebody else works on it.');
      const stale = { confirm: () => Promise.reject(lost) };
      expect(await apply(live, stale)).toEqual({ result: 'changed' });
      await expect(apply(await newKey(), stale)).rejects.toBe(lost);
      expect(await called(UPDATE)).toBe(0);
    });

    it('is not taken in by a success without effect', async () => {
      const next = await newKey();
      await world.fossbilling.control.setFault({ mode: 'success-without-write' });
      await apply(next);
      expect(await observe()).toMatchObject({ password: { raw: testFingerprint(live.apiKey.reveal()) } });
      expect(await check()).toMatchObject({ verdict: 'rejected' });
    });
  });

  describe('the check', () => {
    it('needs no lookup to see another account or the wrong test mode', async () => {
      const other = { resellerId: '11111111-2222-4333-8444-555555555555' };
      expect(await check(undefined, other)).toMatchObject({ verdict: 'rejected', reason: 'wrong-account' });
      expect(await check(undefined, { environment: 'test' })).toMatchObject({ reason: 'wrong-environment' });
      expect(await called(LOOKUP)).toBe(0);
    });

    it("outlives one refusal for the vendor's pace", async () => {
      await world.vendor.control.setFault({ mode: '429', times: 1 });
      expect(await check()).toMatchObject({ verdict: 'valid' });
      expect(await called(LOOKUP)).toBe(2);
    });

    it.each([
      ['a TLD of another registrar', { tlds: [{ tld: '.com', registrar: 7 }], registrars: [{ id: 3 }, EMAIL] }],
      ['a TLD that is not there', { tlds: [{ tld: '.net', registrar: 3 }] }],
      ['a TLD that is switched off', { tlds: [{ tld: '.com', registrar: 3, active: false }] }],
      ['a TLD that cannot be registered', { tlds: [{ tld: '.com', registrar: 3, register: false }] }],
    ])('proves nothing by %s', async (_name, how) => {
      await change(how);
      await world.store({ username: live.resellerId, password: live.apiKey.reveal(), testMode: false, others: {} });
      await expect(check()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        fix: expect.stringMatching(/canaryTld/) as string,
      });
      expect(await blockers()).toHaveLength(1);
      expect(await called(LOOKUP)).toBe(0);
    });

    it('cannot prove anything without a canary TLD, and warns of it beforehand', async () => {
      expect(await check({})).toMatchObject({ verdict: 'not-observable' });
      expect(await called('admin/servicedomain/registrar_get')).toBe(0);
      const found = await world.create(deps).preflight(binding({}), never);
      expect(found).toContainEqual(
        expect.objectContaining({ level: 'warning', what: expect.stringMatching(/Without a canary TLD/) as string }),
      );
    });

    it('is not a proof where the password is empty', async () => {
      await world.store({ username: live.resellerId, password: '', testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'unspecified' });
    });
  });

  describe('what keeps Keyturn out', () => {
    it.each([
      ['an unlisted address', { allowedIps: ['192.0.2.1'] }, 'ADDRESS_NOT_ALLOWED', /allowed_ips/],
      ['maintenance', { maintenance: true }, 'UPSTREAM_UNAVAILABLE', /maintenance/],
      ['an update to be finished', { updatePending: true }, 'UPSTREAM_UNAVAILABLE', /update/],
      ['no permission', { staff: [{ token: TOKEN, may: ['manage_tlds'] }] }, 'PERMISSION_DENIED', /Manage registrars/],
    ])('%s', async (_name, how, code, fix) => {
      await change(how);
      const next = await newKey();
      for (const step of [() => observe(), () => apply(next), () => check()]) {
        await expect(step()).rejects.toMatchObject({ code, fix: expect.stringMatching(fix) as string });
      }
      const [found, ...more] = await blockers();
      expect(found?.fix).toMatch(fix);
      expect(more).toEqual([]);
      expect(await called(UPDATE)).toBe(0);
    });

    it('the missing permission for the canary alone is found beforehand', async () => {
      await change({ staff: [{ token: TOKEN, may: ['manage_registrars'] }] });
      const [found, ...more] = await blockers();
      expect(found?.what).toContain('tld_get');
      expect(found?.fix).toContain('Manage TLDs');
      expect(more).toEqual([]);
      expect(await blockers({})).toEqual([]);
    });

    it('not a Referer that it wants; a rate limit, with the time to wait', async () => {
      await change({ requireReferer: true });
      await apply(await newKey());
      expect(await check()).toMatchObject({ verdict: 'valid' });
      await world.fossbilling.control.setFault({ mode: '429', retryAfter: 7 });
      await expect(observe()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7000 });
    });

    it('a database that is away is no refusal', async () => {
      await world.fossbilling.control.setFault({ mode: 'database' });
      const next = await newKey();
      for (const step of [() => observe(), () => apply(next), () => check()]) {
        await expect(step()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      }
    });
  });
});
