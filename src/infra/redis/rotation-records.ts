import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import type { Ledger, RotationRecord } from '../../core/ledger.ts';
import type { RotationId } from '../../core/model.ts';
import type { Clock } from '../../core/ports.ts';
import { isSettled, isTerminal, nextState } from '../../core/rotation/state.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { decodeRecord, encodeFields } from './ledger-record.ts';
import { ADVANCE, OPEN_ROTATION } from './scripts.ts';
import { storyLine } from './story.ts';

type RotationRecords = Pick<
  Ledger,
  'rotation' | 'active' | 'open' | 'isSuperseded' | 'promoted' | 'unfinished' | 'rotations' | 'advance'
>;

/** One hash per rotation; every change of its state is one fenced script that also writes the story. */
export function createRotationRecords(redis: Redis, keys: RedisKeys, clock: Clock): RotationRecords {
  async function read(id: RotationId): Promise<RotationRecord | undefined> {
    return decodeRecord(await onRedis('read a rotation', () => redis.hgetall(keys.rotation(id))));
  }
  return {
    rotation: read,
    async active(accountId, environment) {
      const id = await onRedis('find a rotation', () => redis.hget(keys.active, slotOf({ accountId, environment })));
      return id === null ? undefined : read(id as RotationId);
    },
    async open(record) {
      const story = `${record.actor} asked for a rotation of ${slotOf(record)} (${record.reason}).`;
      const openKeys = [keys.active, keys.rotation(record.rotationId), keys.rotations, keys.story(record.rotationId)];
      const head = [slotOf(record), record.rotationId, clock.now(), storyLine(clock, story)];
      const id = await onRedis('open a rotation', () =>
        redis.eval(OPEN_ROTATION, 4, ...openKeys, ...head, ...encodeFields(record)),
      );
      return existing(read, String(id) as RotationId);
    },
    async isSuperseded(record) {
      const latest = await onRedis('read a rotation', () => redis.hget(keys.active, `latest:${slotOf(record)}`));
      return latest !== null && latest !== record.rotationId;
    },
    async promoted(accountId, environment) {
      const latest = `latest:${slotOf({ accountId, environment })}`;
      const id = await onRedis('find a rotation', () => redis.hget(keys.active, latest));
      return id === null ? undefined : read(id as RotationId);
    },
    async unfinished() {
      const ids = new Set(await onRedis('find rotations', () => redis.hvals(keys.active)));
      const records = await Promise.all([...ids].map((id) => read(id as RotationId)));
      return records.filter((record) => record !== undefined).filter(({ state }) => !isTerminal(state));
    },
    async rotations(limit) {
      const ids = await onRedis('list rotations', () => redis.zrevrange(keys.rotations, 0, limit - 1));
      const records = await Promise.all(ids.map((id) => read(id as RotationId)));
      return records.filter((record) => record !== undefined);
    },
    advance: async (id, event, change, lease) =>
      advance(redis, keys, clock, { before: await existing(read, id), event, change, lease }),
  };
}

function slotOf({ accountId, environment }: Pick<RotationRecord, 'accountId' | 'environment'>): string {
  return `${accountId}/${environment}`;
}

async function existing(read: Ledger['rotation'], id: RotationId): Promise<RotationRecord> {
  const record = await read(id);
  if (record) return record;
  throw new KeyturnError('SUPERSEDED', `The ledger knows no rotation ${id}.`, {
    fix: 'Was Redis emptied? Start the rotation again; the store still holds the key.',
  });
}

interface Advance {
  readonly before: RotationRecord;
  readonly event: Parameters<Ledger['advance']>[1];
  readonly change: Parameters<Ledger['advance']>[2];
  readonly lease: Parameters<Ledger['advance']>[3];
}

async function advance(redis: Redis, keys: RedisKeys, clock: Clock, step: Advance): Promise<RotationRecord> {
  const { before, event, change, lease } = step;
  const id = before.rotationId;
  const state = nextState(before.state, event);
  if (!state) throw superseded(id);
  const flags = [isSettled(state) ? '1' : '', state === 'promoted' ? '1' : ''];
  const head = [before.state, storyLine(clock, change.story), slotOf(before), id, ...flags];
  const fields = encodeFields({ ...change.patch, state });
  const advanceKeys = [keys.rotation(id), keys.session(lease.session), keys.active, keys.story(id)];
  const done = await onRedis('record a step', () => redis.eval(ADVANCE, 4, ...advanceKeys, ...head, ...fields));
  if (done === 0) throw new KeyturnError('LEASE_LOST', 'Another worker has taken this rotation over.');
  if (done !== 1) throw superseded(id);
  return { ...before, ...change.patch, state };
}

function superseded(id: RotationId): KeyturnError {
  return new KeyturnError('SUPERSEDED', `Rotation ${id} has moved on meanwhile.`);
}
