import { describe, expect, it } from 'vitest';
import { expectNoLeak, expectProven, expectProvenInTheEnd, expectStory } from '../support/crash-verdict.ts';
import { type CrashWorld, startCrashWorld, until, type WorldOptions } from '../support/crash-world.ts';
import { RECOVERED_WITHIN_MS, replace } from '../support/recovery.ts';

/** In a world of its own: these mostly wait, so they may wait at the same time. */
async function within(
  options: WorldOptions,
  play: (world: CrashWorld, panels: number) => Promise<void>,
): Promise<void> {
  const world = await startCrashWorld(options);
  try {
    const { panels } = await world.estate.totals('');
    await play(world, panels);
    await expectNoLeak(world);
  } finally {
    await world.close();
  }
}

describe.concurrent('others fail in mid-rotation', () => {
  it('the vendor is away: nothing is rolled back, and the rest is proven by itself afterwards', () =>
    within({ panels: 10 }, async (world, panels) => {
      await world.worker().says('worker is ready');
      const { vendor } = world.estate;
      const turn = await world.turn();
      await until(async () => (await world.estate.totals(turn.key)).holding >= panels / 4, 'some written', 10_000);
      await vendor.control.setFault({ environment: 'live', mode: '503' });
      await world.reaches(turn, ['partial', 'failed'], RECOVERED_WITHIN_MS);
      expect((await world.estate.totals(turn.key)).holding).toBeGreaterThanOrEqual(panels / 4);
      await vendor.control.setFault({ environment: 'live', mode: 'none' });
      await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
      await expectProvenInTheEnd(world, turn);
      expect((await world.estate.totals(turn.key)).applied).toBe(panels);
      expect((await world.estate.totals(turn.previous)).pushes).toBe(0);
    }));

  it('one panel of many is dead: the others do not wait for it, and it follows when it is back', () =>
    within({ panels: 10 }, async (world, panels) => {
      await world.worker().says('worker is ready');
      const { whmcs } = world.estate;
      const dead = '/p/3';
      await whmcs.control.setFault({ panel: dead, mode: 'hang' });
      const turn = await world.turn();
      await until(async () => (await world.provenCount(turn)) === panels - 1, 'all others proven', 10_000);
      expect(await world.state(turn)).toBe('applying');
      expect((await whmcs.control.settings({ panel: dead }))['API_Password']).toBe(turn.previous);
      await world.reaches(turn, ['partial'], 60_000);
      await whmcs.control.setFault({ panel: dead, mode: 'none' });
      await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
      await expectProven(world, turn);
    }));

  for (const [panel, action] of [
    ['whmcs', 'UpdateModuleConfiguration'],
    ['blesta', 'module_manager/editRow'],
  ] as const) {
    it(`killed while ${panel} has not answered its write: the next one looks first, and finds the key there`, () =>
      within({ panels: 5 }, async (world, panels) => {
        const worker = world.worker();
        await worker.says('worker is ready');
        const fault = { panel: '/p/2', mode: 'hang-after-write', times: 1, actions: [action] } as const;
        await world.estate[panel].control.setFault(fault);
        const turn = await world.turn();
        await until(async () => (await world.estate.totals(turn.key)).holding === panels, 'all written', 10_000);
        await until(async () => (await world.provenCount(turn)) === panels - 1, 'the others proven', 10_000);
        await replace(world, worker);
        await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
        await expectProven(world, turn);
        await expectStory(world, turn);
      }));
  }

  it('killed while the vendor sets the pace: it is kept over both workers', () =>
    within({ panels: 8, vendorPace: 10 }, async (world) => {
      const worker = world.worker();
      await worker.says('worker is ready');
      const turn = await world.turn();
      await until(async () => (await world.provenCount(turn)) >= 4, 'some proven', 10_000);
      await replace(world, worker);
      await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
      await expectProven(world, turn);
      const requests = await world.estate.vendor.control.counters({ by: 'key' });
      expect(Object.values(requests).flatMap((outcomes) => Object.keys(outcomes))).not.toContain('429');
    }));
});
