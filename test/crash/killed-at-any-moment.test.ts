import { randomInt } from 'node:crypto';
import { env, stderr } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyturnProcess } from '../support/crash-process.ts';
import { expectNoLeak, expectProven, expectStory } from '../support/crash-verdict.ts';
import { type CrashWorld, startCrashWorld } from '../support/crash-world.ts';
import { describeRecoveries, measureUndisturbed, type Recovery, recovery, replace } from '../support/recovery.ts';

/** KEYTURN_CRASH_SEED repeats a run; KEYTURN_CRASH_ROUNDS makes a longer one, KEYTURN_CRASH_PANELS (of each kind) a larger one. */
const SEED = Number(env['KEYTURN_CRASH_SEED'] ?? randomInt(2 ** 31));
const ROUNDS = Number(env['KEYTURN_CRASH_ROUNDS'] ?? 12);
const PANELS = Number(env['KEYTURN_CRASH_PANELS'] ?? 30);
const ROUND_MS = 20_000;

/** A small seeded generator (mulberry32), 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the worker killed at random moments', () => {
  const recoveries: Recovery[] = [];
  let world: CrashWorld;
  let worker: KeyturnProcess;
  let undisturbed: number;

  beforeAll(async () => {
    world = await startCrashWorld({ panels: PANELS });
    worker = world.worker();
    await worker.says('worker is ready');
    undisturbed = await measureUndisturbed(world, 2);
  });
  afterAll(async () => {
    stderr.write(`seed ${SEED}, undisturbed ${Math.round(undisturbed)} ms\n${describeRecoveries(recoveries)}\n`);
    await world.close();
  });

  it(
    `is followed by one that finishes: every panel proven, none written twice (seed ${SEED})`,
    async () => {
      const random = seeded(SEED);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const turn = await world.turn();
        // Not waiting for anything: the point is to strike at a moment that nothing in the program knows of.
        await setTimeout(random() * undisturbed);
        const killedAt = performance.now();
        const what = `round ${round}, ${await world.state(turn)}, ${await world.provenCount(turn)} proven`;
        worker = await replace(world, worker);
        recoveries.push(await recovery(world, turn, { what, killedAt, undisturbed }));
        await expectProven(world, turn);
        await expectStory(world, turn);
        await worker.says('worker is ready');
      }
    },
    ROUNDS * ROUND_MS,
  );

  it('leaves no key in Redis, its files, or the output of any of the workers', async () => {
    expect(world.secrets.length).toBeGreaterThan(ROUNDS);
    await expectNoLeak(world);
  });
});
