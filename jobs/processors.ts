import { DelayedError, type Job } from 'bullmq';
import { advanceRotation } from '../src/app/advance-rotation.ts';
import type { AppDeps } from '../src/app/deps.ts';
import { createExpectations } from '../src/app/expected-state.ts';
import { finalizeRotation } from '../src/app/finalize-rotation.ts';
import { retryBinding } from '../src/app/retry-binding.ts';
import { sweepChunk } from '../src/app/sweep-chunk.ts';
import { workChunk } from '../src/app/work-chunk.ts';
import { type KeyturnError, toKeyturnError } from '../src/core/errors.ts';
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
  function until(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, stopping]) : stopping;
  }
  function guard(queue: QueueName, work: (job: Job, signal: AbortSignal) => Promise<unknown>): Processor {
    return async function process(job, token, signal) {
      try {
        await work(job, until(signal));
      } catch (thrown) {
        await giveBack(job, token, stopping);
        deps.log.warn({ queue, job: job.id, attempt: job.attemptsMade + 1, err: thrown }, 'a job did not end well');
        await tellStory(deps, queue, job, toKeyturnError(thrown));
        throw toJobError(thrown, queue !== 'sweeps');
      }
    };
  }
  return {
    rotations: guard('rotations', async (job, signal) => {
      const { rotationId } = rotationPayload.parse(job.data);
      const context = await contexts.load(rotationId);
      await (job.name === 'finalize' ? finalizeRotation : advanceRotation)(deps, context, signal);
    }),
    chunks: guard('chunks', async (job, signal) => {
      const { rotationId, chunk } = chunkPayload.parse(job.data);
      const context = await contexts.load(rotationId);
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

const TELLING: readonly QueueName[] = ['rotations', 'chunks'];

/** What holds a rotation up stands in its story, once per job: the store denies access, say, or the vendor does not answer. */
async function tellStory(deps: AppDeps, queue: QueueName, job: Job, error: KeyturnError): Promise<void> {
  const payload = rotationPayload.safeParse(job.data);
  if (!TELLING.includes(queue) || job.attemptsMade > 0 || !payload.success || error.disposition === 're-plan') return;
  const what = [error.safeMessage, error.untouched, error.fix].filter((part) => part !== undefined).join(' ');
  await deps.ledger.tell(payload.data.rotationId, `Held up: ${what}`).catch(() => undefined);
}
