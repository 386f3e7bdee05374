import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyturnProcess } from '../support/crash-process.ts';
import { expectNoLeak, expectProven, expectProvenInTheEnd, expectStory } from '../support/crash-verdict.ts';
import { CONCURRENCY, type CrashWorld, STOP, startCrashWorld, type Turn, until } from '../support/crash-world.ts';
import { RECOVERED_WITHIN_MS, replace } from '../support/recovery.ts';

const PAUSE_MS = 3_000;
/** Half of the slots: a write is one of four calls to a panel. */
const IN_FLIGHT = CONCURRENCY / 2;
const STOPPED_WITHIN_MS = (STOP.drainSeconds + STOP.abortSeconds + 3) * 1_000;

let world: CrashWorld;
let panels: number;
beforeAll(async () => {
  world = await startCrashWorld();
  ({ panels } = await world.estate.totals(''));
});
afterAll(() => world.close());

async function ready(worker: KeyturnProcess): Promise<KeyturnProcess> {
  await worker.says('worker is ready');
  return worker;
}

/** The moment when this share of the panels has taken the new key, and not all have proven it. */
async function written(turn: Turn, share: number): Promise<void> {
  const wanted = Math.ceil(panels * share);
  await until(async () => (await world.estate.totals(turn.key)).holding >= wanted, `${wanted} written`, 10_000);
  expect(await world.state(turn)).toBe('applying');
}

async function stop(...workers: KeyturnProcess[]): Promise<void> {
  for (const worker of workers) worker.signal('SIGTERM');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(workers.map(() => 0));
}

async function expectAllRight(turn: Turn): Promise<void> {
  await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
  await expectProven(world, turn);
  await expectStory(world, turn);
}

describe('several workers, several crashes', () => {
  it('survives two crashes in one rotation', async () => {
    const first = await ready(world.worker());
    const turn = await world.turn();
    await written(turn, 0.2);
    const second = await ready(await replace(world, first));
    await until(async () => (await world.provenCount(turn)) > panels / 10, 'the second worker at work', 10_000);
    const third = await replace(world, second);
    await expectAllRight(turn);
    await stop(await ready(third));
  });

  it('finishes with the worker that is left when one of two is killed', async () => {
    const [first, second] = await Promise.all([ready(world.worker()), ready(world.worker())]);
    const turn = await world.turn();
    await written(turn, 0.4);
    first.signal('SIGKILL');
    await expectAllRight(turn);
    await stop(second);
  });

  it('stops in time on SIGTERM in mid-rotation, ends with 0, and the next worker finishes', async () => {
    const first = await ready(world.worker());
    await world.estate.whmcs.control.setLatency({ ms: 1_000 });
    const turn = await world.turn();
    await until(async () => (await world.state(turn)) === 'applying', 'the fan-out', 10_000);
    const toldAt = performance.now();
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(STOPPED_WITHIN_MS);
    expect(first.output()).toContain('worker has stopped');
    expect(await world.state(turn)).toBe('applying');
    await world.estate.whmcs.control.setLatency({ ms: 40 });
    const second = await ready(world.worker());
    await expectAllRight(turn);
    await stop(second);
  });

  for (const share of [0.05, 0.5]) {
    it(`lets no worker write that slept through its lease (at ${share * 100} % written)`, async () => {
      const sleeper = await ready(world.worker());
      const turn = await world.turn();
      await written(turn, share);
      sleeper.signal('SIGSTOP');
      const other = await ready(world.worker());
      await setTimeout(PAUSE_MS);
      sleeper.signal('SIGCONT');
      await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
      await expectProvenInTheEnd(world, turn);
      await expectStory(world, turn);
      const { pushes, mostPerPanel } = await world.estate.totals(turn.key);
      // Stopped between its confirmation and the socket, a request goes out on waking up: no panel can fence it off. No more than those.
      expect(pushes - panels).toBeLessThan(IN_FLIGHT);
      expect(mostPerPanel).toBeLessThanOrEqual(2);
      await stop(sleeper, other);
      expect((await world.estate.totals(turn.key)).pushes).toBe(pushes);
    });
  }

  it('leaves no key behind', () => expectNoLeak(world));
});
