import type { JobsOptions } from 'bullmq';
import type { QueueName } from './names.ts';

/** Finished jobs are traffic, not record (the ledger is): kept for a week to look at, failed ones for a month. */
const RETENTION = {
  removeOnComplete: { age: 604_800, count: 1_000 },
  removeOnFail: { age: 2_592_000, count: 5_000 },
} as const;

/**
 * No payload comes near this; a larger one is a mistake, and add() throws. No stack is kept: it would quote messages.
 * Attempts are plenty because a job ends by its disposition, not by its count (see errors.ts).
 */
const COMMON = {
  ...RETENTION,
  sizeLimit: 2_048,
  stackTraceLimit: 0,
  keepLogs: 10,
  backoff: { type: 'keyturn' },
} as const;

export const JOB_OPTIONS: Readonly<Record<QueueName, JobsOptions>> = {
  rotations: { ...COMMON, attempts: 10_000 },
  chunks: { ...COMMON, attempts: 10_000, ignoreDependencyOnFailure: true },
  retries: { ...COMMON, attempts: 500 },
  sweeps: { ...COMMON, attempts: 5, sizeLimit: 65_536, removeOnComplete: true },
};

/**
 * Locks are short so that a killed worker's jobs come back within a second or two (BullMQ's defaults: a minute and more). A pause
 * above 0.8 s may then run a job twice; observe-before-write, checkpoints and fenced leases make that harmless. The stall count
 * is no limit: every step can be repeated, and a limit would leave a rotation hanging for ever.
 */
const URGENT = { lockDuration: 800, stalledInterval: 200, maxStalledCount: 1_000_000 } as const;

/** Nobody is without domains because a drift check is a few seconds late, and each look for stalled jobs costs Redis something. */
const PATIENT = { ...URGENT, lockDuration: 5_000, stalledInterval: 1_000 } as const;

export const LOCKS: Readonly<Record<QueueName, typeof URGENT | typeof PATIENT>> = {
  rotations: URGENT,
  chunks: URGENT,
  retries: URGENT,
  sweeps: PATIENT,
};

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS: Readonly<Record<QueueName, number>> = {
  rotations: 30_000,
  chunks: 10_000,
  retries: 300_000,
  sweeps: 5_000,
};

/** Doubling waits with up to half of jitter, or what the vendor asked for if that is longer. */
export function backoffMs(queue: QueueName, attemptsMade: number, random: number, retryAfterMs = 0): number {
  const doubled = FIRST_BACKOFF_MS * 2 ** Math.min(attemptsMade - 1, 20);
  const capped = Math.min(doubled, LONGEST_BACKOFF_MS[queue]);
  return Math.round(Math.max(retryAfterMs, capped * (1 - random / 2)));
}
