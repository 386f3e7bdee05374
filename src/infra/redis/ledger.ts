import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import type { Ledger, RotationPatch, RotationRecord } from '../../core/ledger.ts';
import type { BindingId, RotationId } from '../../core/model.ts';
import type { Clock } from '../../core/ports.ts';
import type { BindingOutcome } from '../../core/rotation/outcome.ts';
import { isSettled, nextState } from '../../core/rotation/state.ts';
import { createCheckpoints } from './checkpoints.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { decodeChunk, decodeOutcome, decodeRecord, decodeStoryLine, encodeFields } from './ledger-record.ts';
import { ADVANCE, OPEN_ROTATION } from './scripts.ts';

const REPORTS_KEPT_SECONDS = 86_400;

/** The ledger on Redis: a hash, a list and two hashes per rotation; every change of state is one fenced script. */
export function createLedger(redis: Redis, keys: RedisKeys, clock: Clock): Ledger {
  const checkpoint = createCheckpoints(redis, keys);
  const line = (what: string): string => JSON.stringify({ at: new Date(clock.now()).toISOString(), what });
  const slot = (record: Pick<RotationRecord, 'accountId' | 'environment'>): string =>
    `${record.accountId}/${record.environment}`;

  async function read(id: RotationId): Promise<RotationRecord | undefined> {
    return decodeRecord(await onRedis('read a rotation', () => redis.hgetall(keys.rotation(id))));
  }

  async function existing(id: RotationId): Promise<RotationRecord> {
    const record = await read(id);
    if (record) return record;
    throw new KeyturnError('SUPERSEDED', `The ledger knows no rotation ${id}.`, {
      fix: 'Was Redis emptied? Start the rotation again; the store still holds the key.',
    });
  }

  return {
    rotation: read,
    async active(accountId, environment) {
      const id = await onRedis('find a rotation', () => redis.hget(keys.active, slot({ accountId, environment })));
      return id === null ? undefined : read(id as RotationId);
    },
    async open(record) {
      const story = line(`${record.actor} asked for a rotation of ${slot(record)} (${record.reason}).`);
      const openKeys = [keys.active, keys.rotation(record.rotationId), keys.rotations, keys.story(record.rotationId)];
      const values = [slot(record), record.rotationId, clock.now(), story, ...encodeFields(record)];
      const id = await onRedis('open a rotation', () => redis.eval(OPEN_ROTATION, 4, ...openKeys, ...values));
      return existing(String(id) as RotationId);
    },
    async isSuperseded(record) {
      const latest = await onRedis('read a rotation', () => redis.hget(keys.active, `latest:${slot(record)}`));
      return latest !== null && latest !== record.rotationId;
    },
    async rotations(limit) {
      const ids = await onRedis('list rotations', () => redis.zrevrange(keys.rotations, 0, limit - 1));
      const records = await Promise.all(ids.map((id) => read(id as RotationId)));
      return records.filter((record) => record !== undefined);
    },
    async advance(id, event, change, lease) {
      const before = await existing(id);
      const state = nextState(before.state, event);
      if (!state) throw superseded(id);
      const after = { ...before, ...change.patch, state };
      const patch: RotationPatch & { state: string } = { ...change.patch, state };
      const advanceKeys = [keys.rotation(id), keys.alive, keys.active, keys.story(id)];
      const flags = [isSettled(state) ? '1' : '', state === 'promoted' ? '1' : ''];
      const values = [
        lease.token,
        before.state,
        line(change.story),
        slot(before),
        id,
        ...flags,
        ...encodeFields(patch),
      ];
      const done = await onRedis('record a step', () => redis.eval(ADVANCE, 4, ...advanceKeys, ...values));
      if (done === 0) throw new KeyturnError('LEASE_LOST', 'Another worker has taken this rotation over.');
      if (done !== 1) throw superseded(id);
      return after;
    },
    async story(id) {
      const lines = await onRedis('read a story', () => redis.lrange(keys.story(id), 0, -1));
      return lines.map(decodeStoryLine);
    },
    async tell(id, what) {
      await onRedis('write a story line', () => redis.rpush(keys.story(id), line(what)));
    },
    async saveChunks(id, chunks) {
      const fields = chunks.flatMap((chunk, index) => [String(index), JSON.stringify(chunk)]);
      if (fields.length > 0) await onRedis('save the plan', () => redis.hset(keys.chunks(id), ...fields));
    },
    async chunk(id, index) {
      const text = await onRedis('read the plan', () => redis.hget(keys.chunks(id), String(index)));
      return text === null ? [] : decodeChunk(text).map((binding) => binding as BindingId);
    },
    chunkCount: (id) => onRedis('read the plan', () => redis.hlen(keys.chunks(id))),
    async bindings(id) {
      const chunks = await onRedis('read the plan', () => redis.hvals(keys.chunks(id)));
      return chunks.flatMap((text) => decodeChunk(text).map((binding) => binding as BindingId));
    },
    checkpoint: (id, bindingId, outcome, lease) =>
      checkpoint(keys.outcomes(id), bindingId, JSON.stringify(outcome), lease),
    async outcomes(id, bindings) {
      return bindings ? someOutcomes(redis, keys.outcomes(id), bindings) : allOutcomes(redis, keys.outcomes(id));
    },
    async saveReports(runId, reports) {
      const fields = [...reports].flat();
      if (fields.length === 0) return;
      await onRedis('save a report', () =>
        redis
          .multi()
          .hset(keys.reports(runId), ...fields)
          .expire(keys.reports(runId), REPORTS_KEPT_SECONDS)
          .exec(),
      );
    },
    reportCount: (runId) => onRedis('read reports', () => redis.hlen(keys.reports(runId))),
    async reports(runId) {
      const fields = await onRedis('read reports', () => redis.hgetall(keys.reports(runId)));
      return new Map(Object.entries(fields).map(([binding, report]) => [binding as BindingId, report]));
    },
  };
}

function superseded(id: RotationId): KeyturnError {
  return new KeyturnError('SUPERSEDED', `Rotation ${id} has moved on meanwhile.`);
}

type Outcomes = ReadonlyMap<BindingId, BindingOutcome>;

async function someOutcomes(redis: Redis, hash: string, bindings: readonly BindingId[]): Promise<Outcomes> {
  if (bindings.length === 0) return new Map();
  const texts = await onRedis('read checkpoints', () => redis.hmget(hash, ...bindings));
  const outcomes = new Map<BindingId, BindingOutcome>();
  bindings.forEach((binding, index) => {
    const text = texts[index];
    if (typeof text === 'string') outcomes.set(binding, decodeOutcome(text));
  });
  return outcomes;
}

async function allOutcomes(redis: Redis, hash: string): Promise<Outcomes> {
  const fields = await onRedis('read checkpoints', () => redis.hgetall(hash));
  return new Map(Object.entries(fields).map(([binding, text]) => [binding as BindingId, decodeOutcome(text)]));
}
