import type { Redis } from 'ioredis';
import type { Ledger } from '../../core/ledger.ts';
import type { BindingId } from '../../core/model.ts';
import type { BindingOutcome } from '../../core/rotation/outcome.ts';
import { createCheckpoints } from './checkpoints.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { decodeChunk, decodeOutcome } from './ledger-record.ts';

type FanOutRecords = Pick<Ledger, 'saveChunks' | 'chunk' | 'chunkCount' | 'bindings' | 'checkpoint' | 'outcomes'>;

/** A write to a panel waits for these marks; the other outcomes end a binding's work. */
const WAITED_FOR: readonly string[] = ['writing', 'written'] satisfies BindingOutcome['outcome'][];

/** A fan-out's plan (one hash field per chunk) and how far each binding came (one hash field per binding). */
export function createFanOutRecords(redis: Redis, keys: RedisKeys): FanOutRecords {
  const checkpoint = createCheckpoints(redis, keys);
  return {
    async saveChunks(id, chunks) {
      const fields = chunks.flatMap((chunk, index) => [String(index), JSON.stringify(chunk)]);
      const plan = redis.multi().del(keys.chunks(id));
      if (fields.length > 0) plan.hset(keys.chunks(id), ...fields);
      await onRedis('save the plan', () => plan.exec());
    },
    async chunk(id, index) {
      const text = await onRedis('read the plan', () => redis.hget(keys.chunks(id), String(index)));
      return text === null ? [] : bindingsIn(text);
    },
    chunkCount: (id) => onRedis('read the plan', () => redis.hlen(keys.chunks(id))),
    async bindings(id) {
      const chunks = await onRedis('read the plan', () => redis.hgetall(keys.chunks(id)));
      const inOrder = Object.entries(chunks).sort(([a], [b]) => Number(a) - Number(b));
      return inOrder.flatMap(([, text]) => bindingsIn(text));
    },
    checkpoint(id, bindingId, outcome, lease) {
      const flush = WAITED_FOR.includes(outcome.outcome) ? 'soon' : 'later';
      return checkpoint({ hash: keys.outcomes(id), field: bindingId, value: JSON.stringify(outcome), lease, flush });
    },
    outcomes: (id, bindings) =>
      bindings ? someOutcomes(redis, keys.outcomes(id), bindings) : allOutcomes(redis, keys.outcomes(id)),
  };
}

function bindingsIn(text: string): readonly BindingId[] {
  return decodeChunk(text).map((binding) => binding as BindingId);
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
