import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RotationId } from '../../src/core/model.ts';
import type { KeyturnProcess } from '../support/crash-process.ts';
import { expectNoLeak, expectProven, expectStory } from '../support/crash-verdict.ts';
import { type CrashWorld, startCrashWorld, type Turn, until } from '../support/crash-world.ts';
import { RECOVERED_WITHIN_MS } from '../support/recovery.ts';
import { needlesOf } from '../support/secret-needles.ts';
import { createScanner } from '../support/secret-scan.ts';
import { type Snare, startTripwire, type Tripwire } from '../support/tripwire.ts';

describe('keyturn key submit', () => {
  let world: CrashWorld;
  let wire: Tripwire;
  beforeAll(async () => {
    world = await startCrashWorld({ panels: 5 });
    wire = await startTripwire(world.redis.port);
    await world.worker().says('worker is ready');
  });
  afterAll(async () => {
    await world.close();
    await wire.close();
  });

  /** The command with the key on its standard input, as far as it gets. */
  async function submit(key: string): Promise<KeyturnProcess> {
    const command = world.cli(['key', 'submit', 'main'], { REDIS_URL: wire.url });
    await command.says('Redis: ');
    command.feed(`${key}\n`);
    return command;
  }

  async function killedAt(snare: Pick<Snare, 'on' | 'when'>, key: string): Promise<void> {
    const sprung = new Promise<void>((resolve) => {
      wire.arm({ ...snare, spring: resolve });
    });
    const command = await submit(key);
    await sprung;
    command.signal('SIGKILL');
    expect(await command.ended).toBe('SIGKILL');
    wire.disarm();
  }

  /** The rotation that was opened last, once it is there. */
  async function latest(key: string, previous: string): Promise<Turn> {
    const at = performance.now();
    const rotationId = await until<RotationId>(
      async () => (await world.keyturn.deps.ledger.rotations(1))[0]?.rotationId,
      'a rotation',
      5_000,
    );
    return { rotationId, key, previous, at };
  }

  async function expectAllRight(key: string, previous: string): Promise<void> {
    const turn = await latest(key, previous);
    await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
    await expectProven(world, turn);
    await expectStory(world, turn);
  }

  it('shows the key neither in its arguments nor in its environment, while it waits and while it works', async () => {
    const key = await world.regenerate();
    const command = world.cli(['key', 'submit', 'main', '--follow']);
    const scan = createScanner(needlesOf([key, world.estate.firstKey]));
    async function seen(): Promise<Buffer> {
      const files = [`/proc/${command.pid}/cmdline`, `/proc/${command.pid}/environ`];
      return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
    }
    await command.says('Redis: ');
    const waiting = await seen();
    command.feed(`${key}\n`);
    await command.says('The key is in the store');
    const working = await seen();
    expect([waiting.includes('submit'), working.includes('KEYTURN_CONFIG')]).toEqual([true, true]);
    expect([...scan(waiting), ...scan(working)]).toEqual([]);
    expect(await command.ended).toBe(0);
    await expectAllRight(key, world.estate.firstKey);
  });

  it('killed before the rotation is opened: the same command can be run again', async () => {
    const previous = world.keys.at(-1) ?? '';
    const key = await world.regenerate();
    await killedAt({ on: /\r\nstate\r\n\$\d+\r\nstaged\r\n/, when: 'before' }, key);
    const again = await submit(key);
    expect(await again.ended).toBe(0);
    await expectAllRight(key, previous);
  });

  it('killed when the rotation is open but not queued: the workers find it and see it through', async () => {
    const previous = world.keys.at(-1) ?? '';
    const key = await world.regenerate();
    await killedAt({ on: /\r\nstate\r\n\$\d+\r\nstaged\r\n/, when: 'after' }, key);
    await expectAllRight(key, previous);
  });

  it('leaves no key behind', () => expectNoLeak(world));
});
