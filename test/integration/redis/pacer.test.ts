import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Fingerprint } from '../../../src/core/model.ts';
import type { Pacer } from '../../../src/core/ports.ts';
import { type Engine, freshPrefix, never, openEngine } from '../../support/engine.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { refusal } from '../../support/refusal.ts';

const KEY = 'fingerprint-one' as Fingerprint;
const OTHER = 'fingerprint-two' as Fingerprint;
/** What a busy machine may add to a wait. A turn may come late, never early: that is what the lower bounds hold. */
const SLACK_MS = 1_500;
/** Rounding of Redis' clock and of timers. */
const EARLY_MS = 8;

let server: TestRedis;
const open: Engine[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => {
  for (const engine of open.splice(0)) engine.die();
});
afterAll(() => server.stop());

function workers(count: number, prefix = freshPrefix()): Engine[] {
  const engines = Array.from({ length: count }, () => openEngine(server, prefix));
  open.push(...engines);
  return engines;
}

/** When each of these turns came, in ms from now, in the order in which they came. */
async function turns(pacers: readonly Pacer[], each: number, key = KEY): Promise<number[]> {
  const begin = performance.now();
  const came: number[] = [];
  const waiting = pacers.flatMap((pacer) =>
    Array.from({ length: each }, async () => {
      await pacer.turn(key, never);
      came.push(performance.now() - begin);
    }),
  );
  await Promise.all(waiting);
  return came;
}

test('two workers keep one pace between them', async () => {
  const pacers = workers(2).map((engine) => engine.pacer(10));
  const came = await turns(pacers, 5);
  expect(came).toHaveLength(10);
  came.forEach((ms, index) => expect(ms).toBeGreaterThanOrEqual(index * 100 - EARLY_MS - 100));
  expect(came.at(-1)).toBeGreaterThanOrEqual(900 - EARLY_MS);
  expect(came.at(-1)).toBeLessThan(900 + SLACK_MS);
});

test('the pace holds in any window: no more turns than it allows, and one', async () => {
  const pacers = workers(3).map((engine) => engine.pacer(20));
  const came = await turns(pacers, 5);
  came.forEach((from, index) => {
    const within = came.slice(index).filter((ms) => ms < from + 250 - EARLY_MS).length;
    expect(within).toBeLessThanOrEqual(6);
  });
});

test('keys do not wait for each other, and the first turn comes at once', async () => {
  const [engine] = workers(1);
  const pacer = engine?.pacer(1);
  if (!pacer) return expect.fail('no pacer');
  await pacer.turn(KEY, never);
  const [first] = await turns([pacer], 1, OTHER);
  expect(first).toBeLessThan(900);
});

test('a fast pace reserves many turns in one command and still keeps it', async () => {
  const [engine] = workers(1);
  if (!engine) return expect.fail('no engine');
  const commands = vi.spyOn(engine.redis, 'eval');
  const came = await turns([engine.pacer(1_000)], 500);
  expect(came.at(-1)).toBeGreaterThanOrEqual(499 - EARLY_MS);
  expect(came.at(-1)).toBeLessThan(499 + SLACK_MS);
  expect(commands.mock.calls.length).toBeLessThanOrEqual(12);
});

test('no pace is no wait and no command', async () => {
  const [engine] = workers(1);
  if (!engine) return expect.fail('no engine');
  const commands = vi.spyOn(engine.redis, 'eval');
  await turns([engine.pacer(0)], 100);
  expect(commands).not.toHaveBeenCalled();
});

test('who gives up is let go at once, however long the line, and the others keep their turns', async () => {
  const [engine] = workers(1);
  const pacer = engine?.pacer(2);
  if (!pacer) return expect.fail('no pacer');
  await pacer.turn(KEY, never);
  const stop = new AbortController();
  const begin = performance.now();
  const first = pacer.turn(KEY, never);
  const given = Array.from({ length: 20 }, () => pacer.turn(KEY, stop.signal));
  const last = pacer.turn(KEY, never);
  stop.abort();
  for (const each of given) await refusal(each, 'ABORTED');
  expect(performance.now() - begin).toBeLessThan(400);
  await first;
  await last;
  const total = performance.now() - begin;
  expect(total).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
  expect(total).toBeLessThan(1_000 + SLACK_MS);
});

test('who comes already told to stop gets no turn and takes none', async () => {
  const [engine] = workers(1);
  const pacer = engine?.pacer(2);
  if (!pacer) return expect.fail('no pacer');
  for (let index = 0; index < 5; index += 1) await refusal(pacer.turn(KEY, AbortSignal.abort()), 'ABORTED');
  const [first] = await turns([pacer], 1);
  expect(first).toBeLessThan(400);
});

test('after a 429 nobody gets a turn before the time the vendor asked for, on any worker', async () => {
  const [one, two] = workers(2).map((engine) => engine.pacer(1_000));
  if (!one || !two) return expect.fail('no pacers');
  await one.turn(KEY, never);
  await one.backOff(KEY, 600);
  const came = await turns([one, two], 2);
  expect(Math.min(...came)).toBeGreaterThanOrEqual(600 - EARLY_MS - 50);
  expect(Math.max(...came)).toBeLessThan(600 + SLACK_MS);
});

test('a pause too long to be waited for is refused at once, on any worker and to everybody in line', async () => {
  const [one, two] = workers(2).map((engine) => engine.pacer(10));
  if (!one || !two) return expect.fail('no pacers');
  await one.backOff(KEY, 600_000);
  for (const turn of [one.turn(KEY, never), one.turn(KEY, never), two.turn(KEY, never)]) {
    const { retryAfterMs, safeMessage } = await refusal(turn, 'RATE_LIMITED');
    expect(retryAfterMs).toBeGreaterThan(590_000);
    expect(safeMessage).toContain('pause');
  }
  await one.turn(OTHER, never);
});

test('a pace kept in Redis does not outlive its use by much', async () => {
  const [engine] = workers(1);
  if (!engine) return expect.fail('no engine');
  await engine.pacer(1).turn(KEY, never);
  expect(await engine.redis.pttl(engine.keys.pace(KEY))).toBeLessThanOrEqual(61_500);
});
