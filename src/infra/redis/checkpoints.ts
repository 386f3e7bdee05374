import type { Redis } from 'ioredis';
import type { Lease } from '../../core/ledger.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { CHECKPOINT } from './scripts.ts';
import { lostLease } from './session.ts';

/** How long a checkpoint may wait for company: one write then carries all that ended meanwhile. */
const FLUSH_MS = { soon: 5, later: 50 } as const;

export type FlushTime = keyof typeof FLUSH_MS;

interface Batch {
  readonly fields: string[];
  readonly written: Promise<void>;
}

export interface CheckpointWrite {
  readonly hash: string;
  readonly field: string;
  readonly value: string;
  readonly lease: Lease;
  /** `soon` when work waits for the acknowledgement, `later` when nobody does. */
  readonly flush: FlushTime;
}

export type Checkpoint = (write: CheckpointWrite) => Promise<void>;

/**
 * Gathers the checkpoints of one moment into one fenced HSET per hash and session, over all chunks of the process. The promise given
 * back resolves when Redis has acknowledged the write; LEASE_LOST means that nothing of the batch was written.
 */
export function createCheckpoints(redis: Redis, keys: RedisKeys): Checkpoint {
  const batches = new Map<string, Batch>();

  async function flush(
    id: string,
    { hash, lease, flush: time }: CheckpointWrite,
    fields: readonly string[],
  ): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS[time]));
    batches.delete(id);
    const written = await onRedis('save a checkpoint', () =>
      redis.eval(CHECKPOINT, 2, hash, keys.session(lease.session), ...fields),
    );
    if (written !== 1) throw lostLease();
  }

  return function checkpoint(write) {
    const { hash, field, value, lease } = write;
    const id = `${hash} ${lease.session} ${write.flush}`;
    const open = batches.get(id);
    if (open) {
      open.fields.push(field, value);
      return open.written;
    }
    const fields = [field, value];
    const written = flush(id, write, fields);
    batches.set(id, { fields, written });
    return written;
  };
}
