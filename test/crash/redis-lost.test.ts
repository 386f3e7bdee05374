import { env } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import getPort from 'get-port';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeyturnProcess } from '../support/crash-process.ts';
import { expectNoLeak, expectProven } from '../support/crash-verdict.ts';
import { type CrashWorld, startCrashWorld, type Turn, until } from '../support/crash-world.ts';
import { RECOVERED_WITHIN_MS } from '../support/recovery.ts';
import { hasRedisServer, type RealRedis, startRealRedis } from '../support/redis.ts';

/** What a command may take to say that there is no Redis, its own start on a busy machine included. */
const REFUSED_WITHIN_MS = 5_000;
const DOWN_MS = 5_000;

async function refusal(
  process: KeyturnProcess,
): Promise<{ readonly code: unknown; readonly lines: readonly string[] }> {
  const startedAt = performance.now();
  const code = await process.ended;
  expect(performance.now() - startedAt).toBeLessThan(REFUSED_WITHIN_MS);
  return { code, lines: process.output().trim().split('\n') };
}

describe('no Redis to work with', () => {
  let world: CrashWorld;
  beforeAll(async () => {
    world = await startCrashWorld({ panels: 1 });
  });
  afterAll(() => world.close());

  it('the worker and the commands refuse one that cannot be reached, with one line and the fix', async () => {
    const nobody = { REDIS_URL: `redis://127.0.0.1:${await getPort()}` };
    const commands = [['worker'], ['status'], ['key', 'submit', 'main']];
    for (const { code, lines } of await Promise.all(commands.map((args) => refusal(world.cli(args, nobody))))) {
      expect(code).toBe(75);
      expect(lines).toEqual([
        expect.stringMatching(/^keyturn: Redis at 127\.0\.0\.1:\d+ does not answer\..* REDIS_URL/),
      ]);
    }
  });

  it('the worker refuses the embedded one, which forgets everything', async () => {
    const { code, lines } = await refusal(world.cli(['worker'], { REDIS_URL: '', PATH: '/nonexistent' }));
    expect(code).toBe(3);
    expect(lines).toEqual([expect.stringMatching(/^keyturn: There is no Redis: .*install Redis/)]);
  });
});

/** These need a server that can be killed and started again. Without one there is nothing to lose: the embedded one is refused. */
if (env['KEYTURN_TEST_REDIS'] !== 'embedded' && (await hasRedisServer())) {
  describe('Redis lost in mid-rotation', () => {
    let redis: RealRedis;
    let world: CrashWorld;
    let worker: KeyturnProcess;
    beforeAll(async () => {
      redis = await startRealRedis();
      world = await startCrashWorld({ redis });
    });
    afterAll(() => world.close());
    beforeEach(async () => {
      worker = world.worker();
      await worker.says('worker is ready');
    });
    afterEach(async () => {
      worker.signal('SIGTERM');
      expect(await worker.ended).toBe(0);
    });

    async function written(turn: Turn, share: number): Promise<void> {
      const { panels } = await world.estate.totals('');
      await until(
        async () => (await world.estate.totals(turn.key)).holding >= panels * share,
        `${share * 100} % written`,
        10_000,
      );
    }

    for (const share of [0.1, 0.6]) {
      it(`goes on after a kill -9 of Redis at ${share * 100} % written, from its append-only file`, async () => {
        const turn = await world.turn();
        await written(turn, share);
        await redis.kill();
        await redis.restart();
        await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
        await expectProven(world, turn);
      });
    }

    it(`survives ${DOWN_MS / 1000} s without Redis; a command meanwhile fails with one line`, async () => {
      const turn = await world.turn();
      await written(turn, 0.3);
      await redis.kill();
      const downAt = performance.now();
      const { code, lines } = await refusal(world.cli(['status']));
      expect(code).toBe(75);
      expect(lines).toHaveLength(1);
      await setTimeout(DOWN_MS - (performance.now() - downAt));
      await redis.restart();
      await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
      await expectProven(world, turn);
    });

    it('the worker refuses a Redis that may drop keys', async () => {
      const evicting = await startRealRedis(['maxmemory-policy allkeys-lru']);
      try {
        const { code, lines } = await refusal(world.cli(['worker'], { REDIS_URL: evicting.url }));
        expect(code).toBe(3);
        expect(lines).toEqual([expect.stringMatching(/^keyturn: .*allkeys-lru.*maxmemory-policy noeviction/)]);
      } finally {
        await evicting.stop();
      }
    });

    it('leaves no key behind', () => expectNoLeak(world));
  });
}
