import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BlestaBench, startBlestaBench } from './blesta-bench.ts';

describe.each(['api', 'plugin'] as const)('blesta with the connector (%s): rows and companies', (way) => {
  let bench: BlestaBench;

  beforeAll(async () => {
    bench = await startBlestaBench(way);
  });
  afterAll(async () => {
    await bench.close();
  });
  beforeEach(async () => {
    for (const row of ['4', '7']) await bench.world.host.control('removeRow', { row });
  });
  afterEach(async () => {
    await bench.expectNoSecrets();
  });

  it('names the rows there are when several could be meant, and touches none', async () => {
    const live = await bench.newKey();
    await bench.world.host.control('setRow', { row: '4', meta: { user: 'u', key: 'k', sandbox: 'false' } });
    const before = await bench.world.host.control('stored');
    const [blocker, ...more] = await bench.blockers();
    expect(more).toEqual([]);
    expect(blocker?.what).toContain('companyId 1 rowId 3, companyId 1 rowId 4');
    expect(blocker?.fix).toBeTruthy();
    await expect(bench.apply(live)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(bench.observe()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(bench.check(live.resellerId)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await bench.world.host.control('stored')).toEqual(before);
  });

  it('writes the row that is named and no other', async () => {
    const live = await bench.newKey();
    const others = { user: 'u', key: 'k', sandbox: 'false' };
    await bench.world.host.control('setRow', { row: '4', meta: others });
    await bench.hold(bench.deadKey(live.resellerId));
    const third = await bench.world.row('3');
    await bench.apply(live, { options: { rowId: 4 } });
    expect(await bench.world.row('4')).toMatchObject({ user: live.resellerId, key: live.apiKey.reveal() });
    expect(await bench.world.row('3')).toEqual(third);
    await expect(bench.apply(live, { options: { rowId: 9 } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('takes the only row also by its id', async () => {
    const live = await bench.newKey();
    await bench.hold(live);
    expect(await bench.blockers({ options: { rowId: 3 } })).toEqual([]);
    expect(await bench.check(live.resellerId, { options: { rowId: 3 } })).toMatchObject({ verdict: 'valid' });
  });

  it('does not reach the row of another company', async () => {
    const live = await bench.newKey();
    await bench.world.host.control('setRow', {
      row: '7',
      module: 22,
      meta: { user: 'two', key: 'two-key', sandbox: 'false' },
    });
    for (const options of [{ companyId: 2 }, { companyId: 2, rowId: 7 }, { rowId: 7 }]) {
      await expect(bench.apply(live, { options })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      expect((await bench.blockers({ options })).length).toBe(1);
    }
    expect(await bench.world.row('7')).toEqual({ user: 'two', key: 'two-key', sandbox: 'false' });
  });

  it('takes a missing row for an empty credential, and asks for an account to be added', async () => {
    const live = await bench.newKey();
    await bench.world.host.control('removeRow', { row: '3' });
    expect(await bench.observe()).toMatchObject({ state: 'observed', username: { shape: 'empty' } });
    expect(await bench.check(live.resellerId)).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    await expect(bench.apply(live)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      fix: expect.stringMatching(/Add/) as unknown,
    });
    expect(await bench.world.host.control('stored')).toEqual([]);
  });
});

describe('blesta with the connector through the API of another company', () => {
  it("works on that company's row", async () => {
    const bench = await startBlestaBench('api');
    const meta = { user: 'two', key: 'two-key', sandbox: 'false' };
    await bench.world.host.control('setRow', { row: '7', module: 22, meta });
    const live = await bench.newKey();
    const given = { options: { companyId: 2 }, change: { company: 2 } } as const;
    expect(await bench.blockers(given)).toEqual([]);
    await bench.apply(live, given);
    expect(await bench.world.row('7')).toMatchObject({ user: live.resellerId, key: live.apiKey.reveal() });
    expect(await bench.world.row('3')).toMatchObject({ user: '' });
    await bench.expectNoSecrets();
    await bench.close();
  });
});
