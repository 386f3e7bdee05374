import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { toKeyturnError } from '../../../src/core/errors.ts';
import type { Lease, RotationRecord } from '../../../src/core/ledger.ts';
import type { AccountId, BindingId, RotationId } from '../../../src/core/model.ts';
import type { BindingOutcome } from '../../../src/core/rotation/outcome.ts';
import type { RotationEvent } from '../../../src/core/rotation/state.ts';
import { type Engine, freshPrefix, never, openEngine, rotationRecord } from '../../support/engine.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { refusal } from '../../support/refusal.ts';

const at = '2026-01-01T00:00:00.000Z';
const OUTCOMES: readonly BindingOutcome[] = [
  { outcome: 'writing', at },
  { outcome: 'written', at },
  { outcome: 'applied', detail: 'Written.', at },
  { outcome: 'proven', method: 'balance', detail: 'Balance 12.00 USD.', at },
  { outcome: 'proven', method: 'operator', detail: 'Confirmed by alice.', at },
  { outcome: 'by-hand', detail: 'Setup > Registrars', at },
  { outcome: 'restored', detail: 'Put back.', at },
  { outcome: 'failed', code: 'TIMEOUT', detail: 'late', fix: 'wait', retrying: true, wrote: 'maybe', at },
  { outcome: 'failed', code: 'PANEL_REFUSED', detail: 'no', retrying: false, wrote: 'no', at },
];

let server: TestRedis;
let engine: Engine;
const open: Engine[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => {
  for (const each of open.splice(0)) each.die();
});
afterAll(() => server.stop());

function begin(): Engine {
  engine = openEngine(server, freshPrefix());
  open.push(engine);
  return engine;
}

/** Another worker of the same installation. */
function another(): Engine {
  const other = openEngine(server, engine.keys.prefix);
  open.push(other);
  return other;
}

async function opened(changes: Partial<RotationRecord> = {}): Promise<{ record: RotationRecord; lease: Lease }> {
  const record = await engine.ledger.open(rotationRecord(changes));
  return { record, lease: await engine.leases.acquire([`rotation:${record.rotationId}`], never) };
}

async function walk(id: RotationId, lease: Lease, ...events: RotationEvent[]): Promise<void> {
  for (const event of events) await engine.ledger.advance(id, event, { story: event }, lease);
}

function bindingId(index: number): BindingId {
  return `p${String(index)}/acme/live` as BindingId;
}

const PROMOTED: RotationEvent[] = ['key-verified', 'key-promoted'];
const PARTIAL: RotationEvent[] = [...PROMOTED, 'fan-out-started', 'some-reached'];

test('a record is read back as it was written, with and without what may be absent', async () => {
  const { ledger } = begin();
  const { versionId } = rotationRecord();
  const full = rotationRecord({ previousVersionId: versionId, finishedAt: at, previousKey: 'dead', bindings: 7 });
  expect(await ledger.open(full)).toEqual(full);
  const bare = rotationRecord({ accountId: 'other' as AccountId });
  expect(await ledger.open(bare)).toEqual(bare);
  expect(await ledger.rotation(bare.rotationId)).toEqual(bare);
  expect(await ledger.rotation('nobody' as RotationId)).toBeUndefined();
});

test('an account has one running rotation, even when two workers open one at the same moment', async () => {
  begin();
  const records = Array.from({ length: 20 }, () => rotationRecord());
  const [one, two] = [engine.ledger, another().ledger];
  const given = await Promise.all(records.map((record, index) => (index % 2 === 0 ? one : two).open(record)));
  expect(new Set(given.map((record) => record.rotationId)).size).toBe(1);
  expect(await engine.ledger.rotations(100)).toHaveLength(1);
  const test = await engine.ledger.open(rotationRecord({ environment: 'test' }));
  expect(test.environment).toBe('test');
});

test('opening the same rotation twice gives the first record and one line of story', async () => {
  begin();
  const record = rotationRecord();
  await engine.ledger.open(record);
  expect(await engine.ledger.open({ ...record, actor: 'somebody else' })).toEqual(record);
  expect(await engine.ledger.story(record.rotationId)).toHaveLength(1);
});

test('a settled rotation makes room for the next one', async () => {
  begin();
  const { record, lease } = await opened();
  expect((await engine.ledger.active(record.accountId, 'live'))?.rotationId).toBe(record.rotationId);
  await walk(record.rotationId, lease, ...PARTIAL);
  expect(await engine.ledger.active(record.accountId, 'live')).toBeUndefined();
  const next = rotationRecord();
  expect((await engine.ledger.open(next)).rotationId).toBe(next.rotationId);
});

test('a straggler that settles late does not free the slot of a later rotation', async () => {
  begin();
  const { record, lease } = await opened();
  await walk(record.rotationId, lease, ...PARTIAL);
  const next = await engine.ledger.open(rotationRecord());
  await walk(record.rotationId, lease, 'all-proven');
  expect((await engine.ledger.active(record.accountId, 'live'))?.rotationId).toBe(next.rotationId);
});

test('only the promotion of a later key supersedes a rotation', async () => {
  begin();
  const { record, lease } = await opened();
  await walk(record.rotationId, lease, ...PARTIAL);
  expect(await engine.ledger.isSuperseded(record)).toBe(false);
  const later = await opened();
  expect(await engine.ledger.isSuperseded(record)).toBe(false);
  await walk(later.record.rotationId, later.lease, ...PROMOTED);
  expect(await engine.ledger.isSuperseded(record)).toBe(true);
  expect(await engine.ledger.isSuperseded(later.record)).toBe(false);
});

test('what workers have to see through: running ones, and settled ones that nobody superseded', async () => {
  begin();
  async function unfinished(): Promise<RotationId[]> {
    return (await engine.ledger.unfinished()).map(({ rotationId }) => rotationId);
  }
  expect(await unfinished()).toEqual([]);
  const first = await opened();
  expect(await unfinished()).toEqual([first.record.rotationId]);
  await walk(first.record.rotationId, first.lease, ...PARTIAL);
  expect(await unfinished()).toEqual([first.record.rotationId]);
  const second = await opened();
  expect((await unfinished()).sort()).toEqual([first.record.rotationId, second.record.rotationId].sort());
  await walk(second.record.rotationId, second.lease, ...PROMOTED);
  expect(await unfinished()).toEqual([second.record.rotationId]);
  await walk(second.record.rotationId, second.lease, 'fan-out-started', 'all-proven');
  expect(await unfinished()).toEqual([]);
});

test('a state moves once: of many workers at the same event one moves it, the others are told', async () => {
  begin();
  const { record, lease } = await opened();
  const [one, two] = [engine.ledger, another().ledger];
  const tries = Array.from({ length: 10 }, (_, index) =>
    (index % 2 === 0 ? one : two).advance(record.rotationId, 'key-verified', { story: 'verified' }, lease),
  );
  const ended = await Promise.allSettled(tries);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refused = ended.flatMap((each) => (each.status === 'rejected' ? [toKeyturnError(each.reason).code] : []));
  expect(refused).toEqual(Array.from({ length: 9 }, () => 'SUPERSEDED'));
  expect((await engine.ledger.story(record.rotationId)).map(({ what }) => what)).toEqual([
    'test asked for a rotation of acme/live (requested).',
    'verified',
  ]);
});

test('an event that does not fit the state changes nothing', async () => {
  begin();
  const { record, lease } = await opened();
  await refusal(engine.ledger.advance(record.rotationId, 'all-proven', { story: 'no' }, lease), 'SUPERSEDED');
  await refusal(engine.ledger.advance('gone' as RotationId, 'key-verified', { story: 'no' }, lease), 'SUPERSEDED');
  expect((await engine.ledger.rotation(record.rotationId))?.state).toBe('staged');
  expect(await engine.ledger.story(record.rotationId)).toHaveLength(1);
});

test('a patch is kept with the state', async () => {
  begin();
  const { record, lease } = await opened();
  const patch = { finishedAt: at, previousKey: 'alive', bindings: 3 } as const;
  const after = await engine.ledger.advance(record.rotationId, 'key-rejected', { story: 'no', patch }, lease);
  expect(after).toEqual({ ...record, ...patch, state: 'discarded' });
  expect(await engine.ledger.rotation(record.rotationId)).toEqual(after);
});

test('the story keeps its order, and rotations are listed newest first', async () => {
  begin();
  const ids: RotationId[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { rotationId } = await engine.ledger.open(rotationRecord({ accountId: name as AccountId }));
    ids.push(rotationId);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const [id] = ids;
  if (!id) return expect.fail('nothing was opened');
  for (let line = 0; line < 20; line += 1) await engine.ledger.tell(id, `line ${String(line)}`);
  const story = await engine.ledger.story(id);
  expect(story.slice(1).map(({ what }) => what)).toEqual(
    Array.from({ length: 20 }, (_, line) => `line ${String(line)}`),
  );
  expect((await engine.ledger.rotations(2)).map(({ rotationId }) => rotationId)).toEqual([ids[2], ids[1]]);
});

test('a plan is read back chunk by chunk, in order; a new plan replaces the old one altogether', async () => {
  const { ledger } = begin();
  const id = rotationRecord().rotationId;
  const ids = Array.from({ length: 300 }, (_, index) => `p${String(index)}/acme/live` as BindingId);
  await ledger.saveChunks(
    id,
    Array.from({ length: 12 }, (_, chunk) => ids.slice(chunk * 25, chunk * 25 + 25)),
  );
  expect(await ledger.chunkCount(id)).toBe(12);
  expect(await ledger.chunk(id, 11)).toEqual(ids.slice(275));
  expect(await ledger.bindings(id)).toEqual(ids);
  await ledger.saveChunks(id, [ids.slice(0, 3)]);
  expect(await ledger.chunkCount(id)).toBe(1);
  expect(await ledger.bindings(id)).toEqual(ids.slice(0, 3));
  expect(await ledger.chunk(id, 7)).toEqual([]);
  await ledger.saveChunks(id, []);
  expect(await ledger.chunkCount(id)).toBe(0);
});

test('every outcome is read back as it was written, all of them or those asked for', async () => {
  begin();
  const { record, lease } = await opened();
  const ids = OUTCOMES.map((_, index) => bindingId(index));
  await Promise.all(
    OUTCOMES.map((outcome, index) => engine.ledger.checkpoint(record.rotationId, bindingId(index), outcome, lease)),
  );
  const all = await engine.ledger.outcomes(record.rotationId);
  expect(ids.map((id) => all.get(id))).toEqual(OUTCOMES);
  const asked = [ids[3], ids[1], 'unknown/acme/live' as BindingId].filter((id) => id !== undefined);
  const some = await engine.ledger.outcomes(record.rotationId, asked);
  expect([...some]).toEqual([
    [ids[3], OUTCOMES[3]],
    [ids[1], OUTCOMES[1]],
  ]);
  expect((await engine.ledger.outcomes(record.rotationId, [])).size).toBe(0);
});

test('checkpoints of one moment are one write; each is acknowledged only when it can be read', async () => {
  begin();
  const { record, lease } = await opened();
  const writes = vi.spyOn(engine.redis, 'eval');
  const done = { outcome: 'written', at } as const;
  const saved = Array.from({ length: 100 }, async (_, index) => {
    const id = `p${String(index)}/acme/live` as BindingId;
    await engine.ledger.checkpoint(record.rotationId, id, done, lease);
    return (await engine.ledger.outcomes(record.rotationId, [id])).get(id);
  });
  expect(new Set((await Promise.all(saved)).map((outcome) => JSON.stringify(outcome)))).toEqual(
    new Set([JSON.stringify(done)]),
  );
  expect(writes).toHaveBeenCalledTimes(1);
});

test('a batch under a session that is over writes nothing, and each of its checkpoints says so', async () => {
  begin();
  const { record, lease } = await opened();
  await engine.redis.del(engine.keys.session(lease.session));
  const outcome = { outcome: 'written', at } as const;
  const batch = ['a', 'b'].map((id) => engine.ledger.checkpoint(record.rotationId, id as BindingId, outcome, lease));
  for (const each of batch) await refusal(each, 'LEASE_LOST');
  expect((await engine.ledger.outcomes(record.rotationId)).size).toBe(0);
});

test('what is damaged is refused by name, without quoting it', async () => {
  begin();
  const { record } = await opened();
  const { redis, keys, ledger } = engine;
  const [id, junk] = [record.rotationId, 'kJunk5Xq8'];
  await redis.hset(keys.outcomes(id), 'p0/acme/live', `{"outcome":"${junk}"}`);
  await refusal(ledger.outcomes(id), 'INVARIANT_BROKEN', [junk]);
  await redis.hset(keys.outcomes(id), 'p0/acme/live', junk);
  await refusal(ledger.outcomes(id, ['p0/acme/live' as BindingId]), 'INVARIANT_BROKEN', [junk]);
  await redis.rpush(keys.story(id), junk);
  await refusal(ledger.story(id), 'INVARIANT_BROKEN', [junk]);
  await redis.hset(keys.chunks(id), '0', `["a", {"${junk}": 1}]`);
  await refusal(ledger.chunk(id, 0), 'INVARIANT_BROKEN', [junk]);
  await refusal(ledger.bindings(id), 'INVARIANT_BROKEN', [junk]);
  await redis.hset(keys.rotation(id), 'state', junk);
  await refusal(ledger.rotation(id), 'INVARIANT_BROKEN', [junk]);
});

test('reports of a drift check are counted and kept for a day', async () => {
  const { ledger, redis, keys } = begin();
  await ledger.saveReports('run', new Map([['a' as BindingId, '{"status":"in-sync"}']]));
  await ledger.saveReports('run', new Map([['b' as BindingId, '{}']]));
  await ledger.saveReports('run', new Map());
  expect(await ledger.reportCount('run')).toBe(2);
  expect([...(await ledger.reports('run'))].sort()).toEqual([
    ['a', '{"status":"in-sync"}'],
    ['b', '{}'],
  ]);
  const seconds = await redis.ttl(keys.reports('run'));
  expect(seconds).toBeGreaterThan(86_000);
  expect(seconds).toBeLessThanOrEqual(86_400);
});

test('a Redis that is gone is said in our words, within seconds', async () => {
  const gone = openEngine({ ...server, url: 'redis://127.0.0.1:1' }, freshPrefix());
  open.push(gone);
  const error = await refusal(gone.ledger.rotation('any' as RotationId), 'UPSTREAM_UNAVAILABLE');
  expect(error.fix).toMatch(/Start Redis/);
});
