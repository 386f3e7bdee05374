import { createHash } from 'node:crypto';
import type { BindingId, RotationId } from '../src/core/model.ts';

/**
 * rotations  carry one rotation on, and draw the line under its fan-out (the flow's parent)
 * chunks     the fan-out: many bindings per job
 * retries    the slow path: one binding per job, with backoff
 * sweeps     drift checks: many bindings per job, read only
 */
export const QUEUES = ['rotations', 'chunks', 'retries', 'sweeps'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Job ids may hold no colon and must not be all digits (BullMQ), so ours are words and hashes joined by `_`. */
export function advanceJobId(id: RotationId): string {
  return `advance_${id}`;
}

export function finalizeJobId(id: RotationId): string {
  return `finalize_${id}`;
}

export function chunkJobId(id: RotationId, chunk: number): string {
  return `chunk_${id}_${chunk}`;
}

export function retryJobId(id: RotationId, binding: BindingId): string {
  return `retry_${id}_${createHash('sha256').update(binding).digest('hex').slice(0, 24)}`;
}

export function sweepJobId(runId: string, chunk: number): string {
  return `sweep_${runId}_${chunk}`;
}
