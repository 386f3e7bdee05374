import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintsItself } from '../../src/core/panel-powers.ts';
import { realClock } from '../support/provider-deps.ts';
import { type BlestaBench, startBlestaBench } from './blesta-bench.ts';

const never = new AbortController().signal;
const SHOW_ARGUMENTS = { 'zend.exception_ignore_args': '0', display_errors: '1' };

describe.each(['api', 'plugin'] as const)('blesta with the connector (%s)', (way) => {
  let bench: BlestaBench;

  beforeAll(async () => {
    bench = await startBlestaBench(way, { ini: SHOW_ARGUMENTS });
  });
  afterAll(async () => {
    await bench.close();
  });
  beforeEach(async () => {
    const { vendor, host } = bench.world;
    await host.control('configure', { validationBug: true, saveWithoutEffect: null, otherCipher: null });
    await vendor.control.setFault({ mode: 'none' });
    await vendor.control.setAllowList({});
    await vendor.control.setPacing({ on: false });
  });
  afterEach(async () => {
    await bench.expectNoSecrets();
  });

  /** Requests to the vendor since the last `forget`, per environment. */
  async function asked(environment: 'live' | 'test'): Promise<number> {
    return (await bench.world.vendor.control.requests()).filter((one) => one.environment === environment).length;
  }

  describe('the module that validates a live key against the test system', () => {
    it("stores the key past the module once the vendor has said yes to the connector, encrypted by Blesta's own cipher", async () => {
      const { world } = bench;
      await bench.hold(await bench.newKey());
      const next = await bench.newKey();
      await world.vendor.control.forget();

      expect(await bench.apply(next)).toEqual({ result: 'changed' });

      expect(await world.row('3')).toEqual({ user: next.resellerId, key: next.apiKey.reveal(), sandbox: 'false' });
      expect(await world.host.control('stored')).toContainEqual(
        expect.objectContaining({ key: 'key', encrypted: 1, serialized: 0 }),
      );
      expect(JSON.stringify(await world.host.control('stored'))).not.toContain(next.apiKey.reveal());
      expect([await asked('test'), await asked('live')]).toEqual([1, 1]);
    });

    it('proves the key with its balance although the manage page of the module shows none', async () => {
      const { world } = bench;
      const live = await bench.newKey();
      await bench.hold(live);
      await world.vendor.control.setBalance({ usd: 12.5 });
      expect(await world.host.control('managePage', { row: 3 })).toBe('-');
      expect(await bench.check(live.resellerId)).toMatchObject({
        verdict: 'valid',
        method: 'balance',
        balances: expect.arrayContaining([expect.objectContaining({ currency: 'USD' })]) as unknown,
      });
    });

    it('is not asked about a row that holds the key already', async () => {
      const live = await bench.newKey();
      await bench.hold(live);
      await bench.world.vendor.control.forget();
      expect(await bench.apply(live)).toEqual({ result: 'changed' });
      expect(await bench.world.vendor.control.requests()).toEqual([]);
    });

    it('does not get a key stored that the vendor refuses', async () => {
      const live = await bench.newKey();
      await bench.hold(live);
      const before = await bench.world.host.control('stored');
      await expect(bench.apply(bench.deadKey(live.resellerId))).rejects.toMatchObject({
        code: 'PANEL_REFUSED',
        context: { refusal: 'refused-by-module' },
        untouched: expect.stringContaining('keeps what it had') as unknown,
      });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it('does not get a key stored that is of another account', async () => {
      const live = await bench.newKey();
      await bench.hold(live);
      const other = { ...live, resellerId: '99999999-2222-4333-8444-555555555555' };
      const before = await bench.world.host.control('stored');
      await expect(bench.apply(other)).rejects.toMatchObject({ code: 'PANEL_REFUSED' });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it("leaves the row alone where the panel's address is not authorised", async () => {
      await bench.hold(await bench.newKey());
      const next = await bench.newKey();
      const before = await bench.world.host.control('stored');
      await bench.world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
      await expect(bench.apply(next)).rejects.toMatchObject({
        code: 'PANEL_REFUSED',
        fix: expect.stringMatching(/IP authorization/) as unknown,
      });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it.each(['503', 'html', 'reset'] as const)('waits while the vendor answers %s', async (mode) => {
      await bench.hold(await bench.newKey());
      const next = await bench.newKey();
      const before = await bench.world.host.control('stored');
      await bench.world.vendor.control.setFault({ mode });
      await expect(bench.apply(next)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', disposition: 'retry' });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it.each(['wrong-id', 'no-id', 'empty'] as const)('does not take a 200 that is %s for a yes', async (mode) => {
      await bench.hold(await bench.newKey());
      const next = await bench.newKey();
      const before = await bench.world.host.control('stored');
      await bench.world.vendor.control.setFault({ mode, environment: 'live' });
      await expect(bench.apply(next)).rejects.toMatchObject({ context: { refusal: 'vendor-unreachable' } });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it("saves in spite of the vendor's pace", async () => {
      const next = await bench.newKey();
      await bench.world.vendor.control.setPacing({ on: true, perSecond: 1, burst: 0 });
      expect(await bench.apply(next, { deps: { clock: realClock } })).toEqual({ result: 'changed' });
    });

    it('puts the old row back if Blesta cannot read what was stored', async () => {
      const live = await bench.newKey();
      await bench.hold(live);
      const next = await bench.newKey();
      const before = await bench.world.host.control('stored');
      await bench.world.host.control('configure', { otherCipher: true });
      await expect(bench.apply(next)).rejects.toMatchObject({
        code: 'PANEL_REFUSED',
        context: { refusal: 'not-saved' },
      });
      expect(await bench.world.host.control('stored')).toEqual(before);
    });

    it('keeps values that the module does not know, encrypted ones as they were', async () => {
      const { host } = bench.world;
      const meta = { user: 'old', key: 'old-key', sandbox: 'true', note: 'ä & "b"', spare: 'hidden' };
      await host.control('setRow', { row: '3', meta, encrypted: ['spare'] });
      const next = await bench.newKey();
      await bench.apply(next);
      const kept = { note: 'ä & "b"', spare: 'hidden', sandbox: 'false', user: next.resellerId };
      expect(await bench.world.row('3')).toMatchObject(kept);
    });
  });

  describe('a module without that fault', () => {
    beforeEach(async () => {
      await bench.world.host.control('configure', { validationBug: false });
    });

    it('saves by itself, asked about the live system alone', async () => {
      const next = await bench.newKey();
      await bench.world.vendor.control.forget();
      expect(await bench.apply(next)).toEqual({ result: 'changed' });
      expect([await asked('test'), await asked('live')]).toEqual([0, 1]);
      expect(await bench.world.row('3')).toMatchObject({ user: next.resellerId, key: next.apiKey.reveal() });
    });

    it('would lose the values it does not know; they are put back as they lay there', async () => {
      const { host } = bench.world;
      const meta = { user: 'old', key: 'old-key', sandbox: 'true', note: 'ä & "b"', spare: 'hidden' };
      await host.control('setRow', { row: '3', meta, encrypted: ['spare'] });
      const before = await storedValue('spare');
      await bench.apply(await bench.newKey());
      expect(await bench.world.row('3')).toMatchObject({ note: 'ä & "b"', spare: 'hidden' });
      expect(await storedValue('spare')).toEqual(before);
    });

    async function storedValue(key: string): Promise<unknown> {
      const rows = await bench.world.host.control('stored');
      return Array.isArray(rows) ? rows.find((row: unknown) => JSON.stringify(row).includes(`"${key}"`)) : undefined;
    }

    it('is not believed when its save has no effect', async () => {
      await bench.hold(await bench.newKey());
      const next = await bench.newKey();
      await bench.world.host.control('configure', { saveWithoutEffect: true });
      await expect(bench.apply(next)).rejects.toMatchObject({ context: { refusal: 'not-saved' } });
    });

    it('saves a test key as one, and proves it', async () => {
      const test = await bench.newKey('test');
      await bench.apply(test, { environment: 'test' });
      expect(await bench.world.row('3')).toMatchObject({ key: test.apiKey.reveal(), sandbox: 'true' });
      expect(await bench.check(test.resellerId, { environment: 'test' })).toMatchObject({ verdict: 'valid' });
    });
  });

  it('refuses to write over a key that changed after it was last seen, but not over its own', async () => {
    const live = await bench.newKey();
    const before = live.apiKey.reveal();
    await bench.hold(bench.deadKey(live.resellerId));
    const held = await bench.world.host.control('stored');
    await expect(bench.apply(live, { lastSeen: before })).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(await bench.world.host.control('stored')).toEqual(held);
    const { key = '' } = await bench.world.row('3');
    expect(await bench.apply(live, { lastSeen: key })).toEqual({ result: 'changed' });
    expect(await bench.apply(live, { lastSeen: key })).toEqual({ result: 'changed' });
  });

  it('asks for a turn of the key before it writes, because Blesta asks the vendor on saving', () => {
    expect(bench.panel().capabilities).toEqual({
      write: 'connector',
      readBack: 'fingerprint',
      check: 'balance',
      asksVendorOnWrite: true,
    });
  });

  it('gives facts under the key of this panel alone, and the versions of module and library', async () => {
    const live = await bench.newKey();
    await bench.hold(live);
    const panel = bench.panel();
    const own = fingerprintsItself(panel) ? await panel.fingerprint(never) : bench.deps.fingerprint;
    const seen = await bench.observe();
    expect(seen).toMatchObject({
      password: { raw: own(live.apiKey.reveal()) },
      moduleVersion: '2.0.10',
      libraryVersion: '3.0.9',
    });
    expect(own('x')).not.toBe(bench.deps.fingerprint('x'));
  });
});
