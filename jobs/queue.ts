import { type FlowJob, FlowProducer, type Job, type JobsOptions, Queue } from 'bullmq';
import { KeyturnError } from '../src/core/errors.ts';
import type { RotationQueue } from '../src/core/ledger.ts';
import type { RotationId } from '../src/core/model.ts';
import type { SecretValue } from '../src/core/secret-value.ts';
import { producerConnection } from './connection.ts';
import { advanceJobId, chunkJobId, finalizeJobId, type QueueName, retryJobId, sweepJobId } from './names.ts';
import { JOB_OPTIONS } from './options.ts';

/** Chunk children added in one MULTI: a larger one would hold up every other client of Redis (reference performance.md, 3.7). */
const CHILDREN_AT_ONCE = 200;

export interface ClosableQueue extends RotationQueue {
  close(): Promise<void>;
}

/** The producing side of every queue. Opens its connections at the first use. */
export function createQueue(url: SecretValue, prefix: string): ClosableQueue {
  const { queue, flows, close } = lazyProducers(url, prefix);
  return {
    close,
    async advance(rotationId) {
      const jobId = advanceJobId(rotationId);
      await enqueue(() => addOrRevive(queue('rotations'), 'advance', { v: 1, rotationId }, { jobId }));
    },
    async fanOut(rotationId, chunks) {
      await enqueue(async () => {
        const known = await findJob(queue('rotations'), finalizeJobId(rotationId));
        await (known ? revive(known) : flows().add(fanOutFlow(rotationId, chunks)));
      });
    },
    async retryLater(rotationId, bindingId, delay) {
      const data = { v: 1, rotationId, bindingId };
      const jobId = retryJobId(rotationId, bindingId);
      await enqueue(() => addOrRevive(queue('retries'), 'retry', data, { jobId, delay }));
    },
    async sweep(runId, chunks, { lookup }) {
      const jobs = chunks.map((bindings, chunk) => ({
        name: 'sweep',
        data: { v: 1, runId, bindings, lookup },
        opts: { jobId: sweepJobId(runId, chunk) },
      }));
      for (let start = 0; start < jobs.length; start += CHILDREN_AT_ONCE) {
        await enqueue(() => queue('sweeps').addBulk(jobs.slice(start, start + CHILDREN_AT_ONCE)));
      }
    },
  };
}

/** BullMQ silently ignores an id that it still keeps as completed or failed, so such a job is put to work again instead. */
async function addOrRevive(
  queue: Queue,
  name: string,
  data: object,
  opts: JobsOptions & { readonly jobId: string },
): Promise<void> {
  const known = await findJob(queue, opts.jobId);
  if (known) await revive(known);
  else await queue.add(name, data, opts);
}

/** BullMQ's type leaves out that there may be no such job. */
async function findJob(queue: Queue, id: string): Promise<Job | undefined> {
  return queue.getJob(id);
}

async function revive(job: Job): Promise<void> {
  const state = await job.getState();
  if (state !== 'completed' && state !== 'failed') return;
  try {
    await job.retry(state, { resetAttemptsMade: true });
  } catch (error) {
    // Somebody else was first: then it is not in that state any more, and all is well.
    if ((await job.getState()) === state) throw error;
  }
}

function fanOutFlow(rotationId: RotationId, chunks: number): FlowJob {
  const children = Array.from({ length: chunks }, (_, chunk) => ({
    name: 'chunk',
    queueName: 'chunks',
    data: { v: 1, rotationId, chunk },
    opts: { ...JOB_OPTIONS.chunks, jobId: chunkJobId(rotationId, chunk) },
  }));
  const opts = { ...JOB_OPTIONS.rotations, jobId: finalizeJobId(rotationId) };
  return { name: 'finalize', queueName: 'rotations', data: { v: 1, rotationId }, opts, children };
}

interface Producers {
  readonly queue: (name: QueueName) => Queue;
  readonly flows: () => FlowProducer;
  readonly close: () => Promise<void>;
}

function lazyProducers(url: SecretValue, prefix: string): Producers {
  const connection = producerConnection(url);
  const open = new Map<QueueName, Queue>();
  let producer: FlowProducer | undefined;
  return {
    queue(name) {
      const known = open.get(name);
      if (known) return known;
      const fresh = new Queue(name, { connection, prefix, defaultJobOptions: JOB_OPTIONS[name] });
      fresh.on('error', () => undefined);
      open.set(name, fresh);
      return fresh;
    },
    flows() {
      producer ??= new FlowProducer({ connection, prefix }).on('error', () => undefined);
      return producer;
    },
    async close() {
      await Promise.all([...[...open.values()].map((queue) => queue.close()), producer?.close()]);
    },
  };
}

/** While it has never reached Redis, BullMQ waits for it without end. A job that gets there later after all does no harm. */
const TAKEN_WITHIN_MS = 5_000;

async function enqueue(add: () => Promise<unknown>): Promise<void> {
  try {
    await inTime(add());
  } catch {
    throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'Redis did not take the job.', {
      fix: 'Start Redis again; then run the same command again, or keyturn status to see what is waiting.',
    });
  }
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), TAKEN_WITHIN_MS);
  });
  work.catch(() => undefined);
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
