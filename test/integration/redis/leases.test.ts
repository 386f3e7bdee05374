import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Lease } from '../../../src/core/ledger.ts';
import type { BindingId } from '../../../src/core/model.ts';
import { type Engine, freshPrefix, never, openEngine, rotationRecord } from '../../support/engine.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { refusal } from '../../support/refusal.ts';

const SHORT = { leaseMs: 300, retryMs: 10 };
const [A, B, C] = ['panel-a', 'panel-b', 'panel-c'] as const;

let server: TestRedis;
const open: Engine[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => {
  for (const engine of open.splice(0)) engine.die();
});
afterAll(() => server.stop());

function twoWorkers(options = SHORT): [Engine, Engine] {
  const prefix = freshPrefix();
  const workers: [Engine, Engine] = [openEngine(server, prefix, options), openEngine(server, prefix, options)];
  open.push(...workers);
  return workers;
}

/** Whether another worker could have all these names right now. */
async function isFree({ leases }: Engine, ...names: string[]): Promise<boolean> {
  const given = await leases.acquire(names, AbortSignal.timeout(60)).catch(() => undefined);
  await given?.release();
  return given !== undefined;
}

/** The holder's process dies and the other worker takes its names over. */
async function takeOver(holder: Engine, heir: Engine, names: string[]): Promise<{ old: Lease; fresh: Lease }> {
  const old = await holder.leases.acquire(names, never);
  holder.leases.close();
  const fresh = await heir.leases.acquire(names, never);
  return { old, fresh };
}

test('a claim takes all names or none', async () => {
  const [one, two] = twoWorkers();
  const lease = await one.leases.acquire([A, B], never);
  expect(await isFree(two, B, C)).toBe(false);
  expect(await isFree(two, C)).toBe(true);
  await lease.release();
  expect(await isFree(two, B, C)).toBe(true);
});

test('names that overlap are held by one worker at a time, whatever the contention', async () => {
  const workers = twoWorkers({ leaseMs: 5_000, retryMs: 2 });
  const holders = { [A]: 0, [B]: 0, [C]: 0 };
  let most = 0;
  const claims: (readonly (keyof typeof holders)[])[] = [[A, B], [B, C], [A, C], [B], [A, B, C]];
  const runs = Array.from({ length: 40 }, async (_, index) => {
    const names = claims[index % claims.length] ?? [];
    const lease = await workers[index % 2 === 0 ? 0 : 1].leases.acquire(names, never);
    for (const name of names) holders[name] += 1;
    most = Math.max(most, ...Object.values(holders));
    await lease.confirm();
    for (const name of names) holders[name] -= 1;
    await lease.release();
  });
  await Promise.all(runs);
  expect(most).toBe(1);
});

test('a living holder keeps its lease far beyond the lease time', async () => {
  const [one, two] = twoWorkers();
  const lease = await one.leases.acquire([A], never);
  const waiting = two.leases.acquire([A], AbortSignal.timeout(SHORT.leaseMs * 4));
  await refusal(waiting, 'ABORTED');
  await lease.confirm();
  expect(lease.signal.aborted).toBe(false);
});

test('a dead holder is succeeded after the lease time, under a higher token', async () => {
  const [one, two] = twoWorkers();
  const begin = Date.now();
  const { old, fresh } = await takeOver(one, two, [A, B]);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(SHORT.leaseMs - 50);
  expect(Date.now() - begin).toBeLessThan(SHORT.leaseMs + 2_000);
  expect(fresh.token).toBeGreaterThan(old.token);
});

test('who was succeeded may write nothing more and is told so', async () => {
  const [one, two] = twoWorkers();
  const record = rotationRecord();
  await two.ledger.open(record);
  const { old, fresh } = await takeOver(one, two, [A]);
  const outcome = { outcome: 'written', at: 'now' } as const;
  await refusal(one.ledger.checkpoint(record.rotationId, A as BindingId, outcome, old), 'LEASE_LOST');
  await refusal(one.ledger.advance(record.rotationId, 'key-verified', { story: 'no' }, old), 'LEASE_LOST');
  await refusal(old.confirm(), 'LEASE_LOST');
  expect(old.signal.aborted).toBe(true);
  await refusal(old.confirm(), 'LEASE_LOST');
  expect((await two.ledger.outcomes(record.rotationId)).size).toBe(0);
  expect((await two.ledger.rotation(record.rotationId))?.state).toBe('staged');
  await two.ledger.checkpoint(record.rotationId, A as BindingId, outcome, fresh);
  expect((await two.ledger.outcomes(record.rotationId)).size).toBe(1);
});

test('the heartbeat tells a holder that was cut off too long, without being asked', async () => {
  const [one, two] = twoWorkers();
  const lease = await one.leases.acquire([A], never);
  const told = once(lease.signal, 'abort');
  await two.redis.del(two.keys.session(lease.session));
  await told;
  await refusal(lease.confirm(), 'LEASE_LOST');
});

test('giving back what another has taken over takes nothing from it', async () => {
  const [one, two] = twoWorkers();
  const { old, fresh } = await takeOver(one, two, [A, B]);
  await old.drop(A);
  await old.release();
  await fresh.confirm();
  expect(await two.redis.hmget(two.keys.leases, A, B)).toEqual([A, B].map(() => `${fresh.token}:${fresh.session}`));
});

test('a dropped name is free at once, the others stay', async () => {
  const [one, two] = twoWorkers();
  const lease = await one.leases.acquire([A, B], never);
  await lease.drop(A);
  expect(await isFree(two, A)).toBe(true);
  expect(await isFree(two, B)).toBe(false);
  await lease.confirm();
});

test('many confirmations of one moment are few questions, and none is answered by an older one', async () => {
  const [one, two] = twoWorkers({ leaseMs: 60_000, retryMs: 10 });
  const lease = await one.leases.acquire([A], never);
  const before = lease.confirm();
  await two.redis.del(two.keys.session(lease.session));
  const after = Array.from({ length: 50 }, () => lease.confirm());
  await before.catch(() => undefined);
  for (const answer of after) await refusal(answer, 'LEASE_LOST');
});

test('fifty confirmations of one moment, of several leases, cost two questions', async () => {
  const [one] = twoWorkers({ leaseMs: 60_000, retryMs: 10 });
  const leases = await Promise.all([one.leases.acquire([A], never), one.leases.acquire([B], never)]);
  const questions = vi.spyOn(one.redis, 'exists');
  await Promise.all(leases.flatMap((lease) => Array.from({ length: 25 }, () => lease.confirm())));
  expect(questions).toHaveBeenCalledTimes(2);
});

test('waiting for a name ends when the caller is told to stop', async () => {
  const [one, two] = twoWorkers();
  await one.leases.acquire([A], never);
  const stop = new AbortController();
  const waiting = two.leases.acquire([A], stop.signal);
  stop.abort();
  await refusal(waiting, 'ABORTED');
});

test('after Redis was emptied no token is given twice, and the old holder is told', async () => {
  const [one, two] = twoWorkers();
  const old = await one.leases.acquire([A], never);
  await two.redis.flushall();
  const fresh = await two.leases.acquire([A], never);
  expect(fresh.token).toBeGreaterThan(old.token);
  await refusal(old.confirm(), 'LEASE_LOST');
  await fresh.confirm();
});

test('all leases of a process that was cut off are lost together, and it can begin again', async () => {
  const [one, two] = twoWorkers();
  const [a, b] = [await one.leases.acquire([A], never), await one.leases.acquire([B], never)];
  await two.redis.del(two.keys.session(a.session));
  await refusal(a.confirm(), 'LEASE_LOST');
  await refusal(b.confirm(), 'LEASE_LOST');
  expect([a.signal.aborted, b.signal.aborted]).toEqual([true, true]);
  const again = await one.leases.acquire([A, B], never);
  await again.confirm();
  expect(again.session).not.toBe(a.session);
});

test('what is given back leaves nothing held', async () => {
  const [one] = twoWorkers();
  const lease = await one.leases.acquire([A, B], never);
  await lease.release();
  expect(await one.redis.exists(one.keys.leases)).toBe(0);
});

test('a lease that was given back confirms nothing, though its process lives on', async () => {
  const [one] = twoWorkers();
  const lease = await one.leases.acquire([A], never);
  await lease.confirm();
  await lease.release();
  await refusal(lease.confirm(), 'LEASE_LOST');
});
