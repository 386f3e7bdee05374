import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { parseCredential } from '../../src/core/credential-payload.ts';
import type { Stage } from '../../src/core/model.ts';
import { type CrashWorld, NEVER, type Turn } from './crash-world.ts';
import { dumpRedis, keepRedisFiles } from './redis-dump.ts';
import { scanFolder } from './secret-scan.ts';

/** The rotation is proven, and the panels, the store and the ledger all say the same of it. `story`: see `expectStory`. */
export async function expectProven(world: CrashWorld, turn: Turn): Promise<void> {
  const { estate, keyturn, account } = world;
  const totals = await estate.totals(turn.key);
  const { panels } = totals;
  expect(totals).toEqual({ panels, holding: panels, pushes: panels, mostPerPanel: 1, applied: panels });
  await expectProvenInTheEnd(world, turn);
  expect(await keyturn.deps.ledger.active(account.accountId, 'live')).toBeUndefined();
}

/** The same where a push may have been repeated, as the test says why. */
export async function expectProvenInTheEnd(world: CrashWorld, turn: Turn): Promise<void> {
  const { estate, keyturn } = world;
  const { panels, applied } = await estate.totals(turn.key);
  expect(applied).toBeGreaterThanOrEqual(panels);
  expect(await estate.countRight(turn.key)).toBe(panels);
  expect(await world.provenCount(turn)).toBe(panels);
  const rotation = await keyturn.deps.ledger.rotation(turn.rotationId);
  expect(rotation).toMatchObject({ state: 'proven', bindings: panels, previousKey: 'dead' });
  expect(await keysInStore(world)).toEqual({ current: turn.key, previous: turn.previous, pending: undefined });
}

/** Each step stands in the rotation's story once, in order, whatever was killed meanwhile. */
export async function expectStory({ keyturn }: CrashWorld, turn: Turn): Promise<void> {
  const story = (await keyturn.deps.ledger.story(turn.rotationId)).map(({ what }) => what);
  // What a submission left behind that was killed before it could open its rotation.
  const told = story.filter((what) => !what.startsWith('Another version was pending.'));
  expect(told).toEqual([
    expect.stringContaining('asked for a rotation'),
    expect.stringContaining('The vendor accepts the key'),
    expect.stringContaining('is now current'),
    expect.stringContaining('Fan-out to'),
    expect.stringMatching(/^(\d+) of \1 bindings proven; previous key: dead\.$/),
  ]);
}

async function keysInStore({ keyturn, account }: CrashWorld): Promise<Record<Stage, string | undefined>> {
  const store = await keyturn.deps.store(account.secret.store);
  async function keyOf(stage: Stage): Promise<string | undefined> {
    const version = await store.read(account.secret.name, stage, NEVER);
    return version && parseCredential(version.value).apiKey.reveal();
  }
  return { current: await keyOf('current'), previous: await keyOf('previous'), pending: await keyOf('pending') };
}

/** No key ever used lies in Redis, in its files, or in what any process printed. Call it before the world closes. */
export async function expectNoLeak(world: CrashWorld): Promise<void> {
  const folder = join(world.directory, 'scan');
  await mkdir(folder);
  const redis = new Redis(world.redis.url);
  const keys = await dumpRedis(redis, join(folder, 'redis.dump'));
  if (world.redis.kind === 'real') {
    const [, dataDir = ''] = await redis.config('GET', 'dir');
    expect(await keepRedisFiles(dataDir, join(folder, 'redis.aof'))).toBeGreaterThan(0);
  }
  redis.disconnect();
  const left = await scanFolder(folder, world.secrets);
  const printed = await scanFolder(world.logs, world.secrets);
  expect([...left.leaks, ...printed.leaks]).toEqual([]);
  expect(left.secrets).toBe(world.secrets.length);
  expect(Math.min(keys, left.bytes, printed.bytes)).toBeGreaterThan(0);
}
