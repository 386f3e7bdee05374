import { DelayedError, type Job } from 'bullmq';
import { advanceRotation } from '../src/app/advance-rotation.ts';
import type { AppDeps } from '../src/app/deps.ts';
import { createExpectations } from '../src/app/expected-state.ts';
import { finalizeRotation } from '../src/app/finalize-rotation.ts';
import { retryBinding } from '../src/app/retry-binding.ts';
import { sweepChunk } from '../src/app/sweep-chunk.ts';
import { workChunk } from '../src/app/work-chunk.ts';
import type { RotationId } from '../src/core/model.ts';
import type { ContextCache } from './context-cache.ts';
import { toJobError } from './errors.ts';
import type { QueueName } from './names.ts';
import { chunkPayload, retryPayload, rotationPayload, sweepPayload } from './payloads.ts';

/** Three plain parameters: BullMQ hands over the signal only to a processor whose length is three. */
export type Processor = (job: Job, token: string | undefined, signal: AbortSignal | undefined) => Promise<void>;

/** Each parses its payload, calls one use case, and lets nothing but a safe error out. No rules of their own. */
export function createProcessors(
  deps: AppDeps,
  contexts: ContextCache,
  stopping: AbortSignal,
): Readonly<Record<QueueName, Processor>> {
  const until = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([signal, stopping]) : stopping;
  const guard = (queue: QueueName, work: (job: Job, signal: AbortSignal) => Promise<unknown>): Processor =>
    async function process(job, token, signal) {
      try {
        await work(job, until(signal));
      } catch (thrown) {
        await giveBack(job, token, stopping);
        const error = toJobError(thrown, queue === 'retries');
        deps.log.warn({ queue, job: job.id, attempt: job.attemptsMade + 1, err: thrown }, 'a job did not end well');
        throw error;
      }
    };
  return {
    rotations: guard('rotations', async (job, signal) => {
      const { rotationId } = rotationPayload.parse(job.data);
      const context = await contexts.load(rotationId);
      await (job.name === 'finalize' ? finalizeRotation : advanceRotation)(deps, context, signal);
    }),
    chunks: guard('chunks', async (job, signal) => {
      const { rotationId, chunk } = chunkPayload.parse(job.data);
      const context = await tellIfImpossible(deps, rotationId, () => contexts.load(rotationId));
      await workChunk(deps, { rotationId, bindings: await deps.ledger.chunk(rotationId, chunk), context, signal });
    }),
    retries: guard('retries', async (job, signal) => {
      const { rotationId, bindingId } = retryPayload.parse(job.data);
      await retryBinding(deps, await contexts.load(rotationId), bindingId, signal);
    }),
    sweeps: guard('sweeps', async (job, signal) => {
      const { runId, bindings, lookup } = sweepPayload.parse(job.data);
      await sweepChunk(deps, { runId, bindings, options: { lookup } }, createExpectations(deps, signal), signal);
    }),
  };
}

/** A job cut off by this worker's own stopping goes straight back to the queue and costs no attempt. */
async function giveBack(job: Job, token: string | undefined, stopping: AbortSignal): Promise<void> {
  if (!stopping.aborted) return;
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

/** A chunk that cannot even begin (the store denies access, say) ends; the reason then stands in the rotation's story. */
async function tellIfImpossible<Result>(deps: AppDeps, id: RotationId, load: () => Promise<Result>): Promise<Result> {
  try {
    return await load();
  } catch (thrown) {
    const error = toJobError(thrown);
    if (error.name === 'UnrecoverableError')
      await deps.ledger.tell(id, `A chunk could not be worked: ${error.message}`);
    throw thrown;
  }
}
