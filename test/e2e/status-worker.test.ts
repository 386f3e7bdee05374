import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { storyDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const submitted = z.strictObject({ rotation: z.uuid(), state: z.literal('staged'), workers: z.number() });

describe('keyturn key submit', () => {
  test('without a worker: stores the key as pending, and says that nothing happens yet and what to start', async () => {
    const key = await world.regenerate();
    const { code, stdout } = await world.run(['key', 'submit', 'main'], { stdin: key });
    expect(code).toBe(0);
    expect(stdout).toContain('The key is in the store as pending');
    expect(stdout).toContain('No worker is running, so nothing happens yet. Start one with: keyturn worker');
    expect(await world.store.keyIn('pending')).toBe(key);
    expect(await world.store.keyIn('current')).toBe(world.live.apiKey);
    expect(await world.writes()).toBe(0);
  });

  test('with a worker: the worker does the rest', async () => {
    const worker = world.start(['worker']);
    await worker.printed('worker is ready');
    const key = await world.regenerate();
    const { stdout } = await world.run(['key', 'submit', 'main', '--json'], { stdin: key });
    const { rotation, workers } = submitted.parse(JSON.parse(stdout));
    expect(workers).toBe(1);
    const followed = await world.run(['status', rotation, '--follow']);
    expect(followed.stdout).toContain('PROVEN  2 of 2');
    expect(followed.code).toBe(0);
    worker.kill('SIGTERM');
    expect((await worker.result).code).toBe(0);
  });

  test('the first key of an account needs its Reseller ID once', async () => {
    await world.configure((config) => ({
      ...config,
      accounts: { fresh: { live: { secret: { store: 'local', name: 'fresh' } } } },
      panels: {},
    }));
    const { apiKey, resellerId } = world.other;
    const unknown = await world.run(['key', 'submit', 'fresh'], { stdin: apiKey });
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toContain(
      'The Reseller ID of fresh (live) is not known yet. Nothing was stored. Give it once with --reseller-id',
    );
    const first = await world.run(['key', 'submit', 'fresh', '--follow', '--reseller-id', resellerId], {
      stdin: apiKey,
    });
    expect(first.stdout).toContain('PROVEN  0 of 0 bindings');
    expect(first.code).toBe(0);
    const plan = await world.run(['plan', 'fresh']);
    expect(plan.stdout).toContain('The vendor accepts the present key');
  });
});

describe('keyturn status', () => {
  test('before the first rotation says what to begin with', async () => {
    const { code, stdout } = await world.run(['status']);
    expect(stdout).toContain('No worker is alive; start one with: keyturn worker');
    expect(stdout).toContain('No rotation yet. Begin with: keyturn plan');
    expect(code).toBe(0);
  });

  test('lists rotations, newest first, and tells the story of one', async () => {
    const key = await world.regenerate();
    await world.run(['rotate', 'main'], { stdin: key });
    await world.run(['rotate', 'main', '--from-store']);
    const listed = JSON.parse((await world.run(['status', '--json'])).stdout) as {
      workers: number;
      rotations: { rotationId: string; reason: string; outcome: string; actor: string }[];
    };
    expect(listed.workers).toBe(0);
    expect(listed.rotations).toMatchObject([
      { reason: 'from-store', outcome: 'PROVEN', actor: 'cli:tester' },
      { reason: 'requested', outcome: 'PROVEN', actor: 'cli:tester' },
    ]);
    const id = listed.rotations[1]?.rotationId ?? '';
    const told = await world.run(['status', id, '--json']);
    const { story, outcome } = storyDocument.parse(JSON.parse(told.stdout));
    expect(outcome).toBe('PROVEN');
    expect(story.map(({ what }) => what)).toContainEqual(
      expect.stringContaining('The vendor accepts the key from the worker'),
    );
    expect(told.code).toBe(0);
  });

  test('of a rotation that is not there: exit 3 and how to list them', async () => {
    const id = randomUUID();
    const { code, stderr } = await world.run(['status', id]);
    expect(stderr).toContain(`The ledger knows no rotation ${id}. List those there are with: keyturn status`);
    expect(code).toBe(3);
  });
});

describe('keyturn worker', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('says which Redis it uses and ends with 0 on %s', async (signal) => {
    const worker = world.start(['worker']);
    await worker.printed('worker is ready');
    worker.kill(signal);
    const { code, stdout, stderr } = await worker.result;
    expect(stderr).toContain(`Redis: 127.0.0.1:${world.redis.port}, from REDIS_URL`);
    expect(stderr).toContain('worker has stopped');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  test('refuses to work without a real Redis, and says what to do', async () => {
    const { code, stderr } = await world.run(['worker'], { env: { REDIS_URL: '', PATH: '/nowhere' } });
    expect(stderr).toContain(
      'keyturn: There is no Redis: REDIS_URL is not set and no redis-server is on PATH. Nothing was started. Set REDIS_URL',
    );
    expect(code).toBe(3);
  });

  test('refuses within 5 seconds if Redis does not answer, without showing the password in its address', async () => {
    const start = performance.now();
    const { code, stderr } = await world.run(['worker'], {
      env: { REDIS_URL: `redis://:${world.hide('redis-password-1')}@127.0.0.1:1` },
    });
    expect(performance.now() - start).toBeLessThan(7_000);
    expect(stderr).toContain('Redis at 127.0.0.1:1 does not answer. Nothing was started.');
    expect(code).toBe(75);
  });
});
