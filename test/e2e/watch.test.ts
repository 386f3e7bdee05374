import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { viewStore } from '../support/cli-store.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { until } from '../support/engine.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

interface Listed {
  readonly rotations: readonly { readonly actor: string; readonly reason: string; readonly outcome: string }[];
}

async function listed(): Promise<Listed['rotations']> {
  return (JSON.parse((await world.run(['status', '--json'])).stdout) as Listed).rotations;
}

function watching(watchSeconds: number) {
  return world.configure((config) => ({ ...config, worker: { watchSeconds } }));
}

/** Another program regenerates the key and writes it into the store, and tells nobody. */
async function changedElsewhere(): Promise<string> {
  const apiKey = await world.regenerate();
  await viewStore(world.directory).put('main', { ...world.live, apiKey });
  return apiKey;
}

describe('keyturn worker watches the stores', () => {
  test('a key that another program wrote is rolled out to every panel', async () => {
    await watching(1);
    const worker = world.start(['worker']);
    await worker.printed('worker is ready');
    // The first look only remembers; one look and its settling later a change counts.
    await world.run(['status']);
    await changedElsewhere();
    await worker.printed('somebody else wrote a new version: it is rolled out');
    const rotations = await until(
      'proven',
      async () => {
        const found = await listed();
        return found[0]?.outcome === 'PROVEN' && found;
      },
      60_000,
    );
    expect(rotations).toMatchObject([{ actor: 'watch:local', reason: 'from-store', outcome: 'PROVEN' }]);
    expect((await world.run(['check', '--account', 'main', '--environment', 'live'])).code).toBe(0);
    worker.kill('SIGTERM');
    expect((await worker.result).code).toBe(0);
    expect(await listed()).toHaveLength(1);
  });

  test('what was written while no worker ran is rolled out by the next one; a command in between rolls out nothing', async () => {
    await watching(1);
    const first = world.start(['worker']);
    await first.printed('worker is ready');
    await world.run(['status']);
    first.kill('SIGKILL');
    await first.result;
    await changedElsewhere();
    // The killed worker may still count as alive, so this command might wait for it in vain.
    await world.run(['check', '--no-lookup', '--wait', '1']);
    expect(await listed()).toEqual([]);
    const second = world.start(['worker']);
    await second.printed('somebody else wrote a new version: it is rolled out');
    await until('proven', async () => (await listed())[0]?.outcome === 'PROVEN', 60_000);
    expect(await listed()).toHaveLength(1);
    second.kill('SIGTERM');
    expect((await second.result).code).toBe(0);
  });

  test('switched off and on again it rolls out nothing of what changed meanwhile', async () => {
    await watching(1);
    const first = world.start(['worker']);
    await first.printed('worker is ready');
    await world.run(['status']);
    first.kill('SIGTERM');
    await first.result;
    await watching(0);
    const second = world.start(['worker']);
    await second.printed('worker is ready');
    second.kill('SIGTERM');
    await second.result;
    await changedElsewhere();
    await watching(1);
    const third = world.start(['worker']);
    await third.printed('worker is ready');
    await world.run(['status']);
    await world.run(['status']);
    expect(await listed()).toEqual([]);
    third.kill('SIGTERM');
    expect((await third.result).code).toBe(0);
  });
});
