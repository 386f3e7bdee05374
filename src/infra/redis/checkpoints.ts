import type { Redis } from 'ioredis';
import { KeyturnError } from '../../core/errors.ts';
import type { Lease } from '../../core/ledger.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { CHECKPOINT } from './scripts.ts';

/** How long a checkpoint may wait for company. One write then carries all that ended meanwhile. */
const FLUSH_MS = 5;

interface Batch {
  readonly fields: string[];
  readonly written: Promise<void>;
}

/**
 * Gathers the checkpoints of one moment into one fenced HSET per hash and lease. The promise given back resolves when Redis has
 * acknowledged the write; LEASE_LOST means that nothing of the batch was written.
 */
export function createCheckpoints(
  redis: Redis,
  keys: RedisKeys,
): (hash: string, field: string, value: string, lease: Lease) => Promise<void> {
  const batches = new Map<string, Batch>();

  async function flush(hash: string, lease: Lease, id: string, fields: readonly string[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    batches.delete(id);
    const written = await onRedis('save a checkpoint', () =>
      redis.eval(CHECKPOINT, 2, hash, keys.alive, lease.token, ...fields),
    );
    if (written !== 1) throw new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.');
  }

  return function checkpoint(hash, field, value, lease) {
    const id = `${hash} ${lease.token}`;
    const open = batches.get(id);
    if (open) {
      open.fields.push(field, value);
      return open.written;
    }
    const fields = [field, value];
    const written = flush(hash, lease, id, fields);
    batches.set(id, { fields, written });
    return written;
  };
}
