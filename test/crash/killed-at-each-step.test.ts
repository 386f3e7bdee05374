import { stderr } from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KeyturnProcess } from '../support/crash-process.ts';
import { expectNoLeak, expectProven, expectStory } from '../support/crash-verdict.ts';
import { type CrashWorld, startCrashWorld, type Turn } from '../support/crash-world.ts';
import { describeRecoveries, measureUndisturbed, type Recovery, recovery } from '../support/recovery.ts';
import { type Snare, startTripwire, type Tripwire } from '../support/tripwire.ts';

/** A command that moves the rotation's record to this state, as it goes over the wire. */
function recording(state: string): RegExp {
  return new RegExp(`\\r\\nstate\\r\\n\\$\\d+\\r\\n${state}\\r\\n`);
}

const PROVEN = /"outcome":"proven"/;
type Step = Pick<Snare, 'on' | 'when'> & { readonly what: string; readonly share?: number };

const STEPS: readonly Step[] = [
  { what: 'asked the vendor, not recorded', on: recording('verified'), when: 'before' },
  { what: 'verified', on: recording('verified'), when: 'after' },
  { what: 'promoted in the store, not recorded', on: recording('promoted'), when: 'before' },
  { what: 'promoted', on: recording('promoted'), when: 'after' },
  { what: 'fan-out planned, not recorded', on: recording('applying'), when: 'before' },
  { what: 'fan-out recorded, not queued', on: recording('applying'), when: 'after' },
  { what: 'fan-out queued', on: /chunk_[0-9a-f-]+_0/, when: 'after' },
  { what: 'first write announced', on: /"outcome":"writing"/, when: 'after' },
  { what: 'first write done, not recorded', on: /"outcome":"written"/, when: 'before' },
  { what: '10 % proven', on: PROVEN, when: 'after', share: 0.1 },
  { what: '50 % proven', on: PROVEN, when: 'after', share: 0.5 },
  { what: '90 % proven', on: PROVEN, when: 'after', share: 0.9 },
  { what: 'all proven, the last not recorded', on: PROVEN, when: 'before', share: 1 },
  { what: 'finalizing', on: recording('proven'), when: 'before' },
  { what: 'proven, the job not ended', on: recording('proven'), when: 'after' },
];

describe('the worker killed at each step', () => {
  const recoveries: Recovery[] = [];
  let world: CrashWorld;
  let wire: Tripwire;
  let worker: KeyturnProcess;
  let panels: number;
  let undisturbed: number;

  beforeAll(async () => {
    world = await startCrashWorld({ panels: 10, latencyMs: 20 });
    wire = await startTripwire(world.redis.port);
    ({ panels } = await world.estate.totals(''));
    worker = world.worker(wire.url);
    await worker.says('worker is ready');
    undisturbed = await measureUndisturbed(world, 2);
  });
  afterEach(async () => {
    await worker.says('worker is ready');
  });
  afterAll(async () => {
    stderr.write(`undisturbed ${Math.round(undisturbed)} ms\n${describeRecoveries(recoveries)}\n`);
    await world.close();
    await wire.close();
  });

  /** Kills the worker at the step, from outside, and starts the next one behind a wire that passes everything. */
  async function killAt({ what, on, when, share }: Step): Promise<Turn> {
    const nth = share === undefined ? 1 : Math.ceil(panels * share);
    const sprung = new Promise<number>((resolve) => {
      function spring(): void {
        worker.signal('SIGKILL');
        resolve(performance.now());
      }
      wire.arm({ on, when, nth, spring });
    });
    const turn = await world.turn();
    const killedAt = await sprung;
    expect(await worker.ended).toBe('SIGKILL');
    wire.disarm();
    worker = world.worker(wire.url);
    recoveries.push(await recovery(world, turn, { what, killedAt, undisturbed }));
    return turn;
  }

  it('right after the submission: the next one begins', async () => {
    const turn = await world.turn();
    const killedAt = performance.now();
    worker.signal('SIGKILL');
    worker = world.worker(wire.url);
    recoveries.push(await recovery(world, turn, { what: 'submitted', killedAt, undisturbed }));
    await expectProven(world, turn);
    await expectStory(world, turn);
  });

  for (const step of STEPS) {
    it(`${step.what}: the next one goes on from there, nothing is written twice`, async () => {
      const turn = await killAt(step);
      await expectProven(world, turn);
      await expectStory(world, turn);
    });
  }

  it('leaves no key in Redis, its files, or the output of any of the workers', () => expectNoLeak(world));
});
