import { DelayedError, type Job } from 'bullmq';
import { advanceRotation } from '../src/app/advance-rotation.ts';
import type { AppDeps } from '../src/app/deps.ts';
import { createExpectations } from '../src/app/expected-state.ts';
import { finalizeRotation } from '../src/app/finalize-rotation.ts';
import { retryBinding } from '../src/app/retry-binding.ts';
import { HELD_UP } from '../src/app/rotation-report.ts';
import { stopWithoutKey } from '../src/app/stop-without-key.ts';
import { sweepChunk } from '../src/app/sweep-chunk.ts';
import { workChunk } from '../src/app/work-chunk.ts';
import { type KeyturnError, toKeyturnError } from '../src/core/errors.ts';
import type { PreviousKey } from '../src/core/ledger.ts';
import type { RotationId } from '../src/core/model.ts';
import { isSettled } from '../src/core/rotation/state.ts';
import type { ContextCache } from './context-cache.ts';
import { type Retrying, toJobError } from './errors.ts';
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
        const error = toKeyturnError(thrown);
        await tellStory(deps, queue, job, error);
        throw toJobError(thrown, await retryingOf(deps, queue, job, error));
      }
    };
  }
  return {
    rotations: guard('rotations', async (job, signal) => {
      const { rotationId } = rotationPayload.parse(job.data);
      if (job.name === 'finalize') await finalize(deps, contexts, rotationId, signal);
      else await advance(deps, { contexts, job, rotationId }, signal);
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

/** A version that the store does not show for this many tries (about 15 s) is gone, and not just late. */
const TRIES_UNTIL_LOST = 5;

interface Advance {
  readonly contexts: ContextCache;
  readonly job: Job;
  readonly rotationId: RotationId;
}

/** A rotation that is settled already has its line drawn once more: whoever proved its last straggler may have died before that. */
async function advance(deps: AppDeps, { contexts, job, rotationId }: Advance, signal: AbortSignal): Promise<void> {
  try {
    const context = await contexts.load(rotationId);
    const { state } = await advanceRotation(deps, context, signal);
    if (isSettled(state)) await finalizeRotation(deps, context, signal, 'straggler');
  } catch (thrown) {
    if (!isLost(job, toKeyturnError(thrown))) throw thrown;
    await stopWithoutKey(deps, rotationId, signal);
  }
}

async function finalize(
  deps: AppDeps,
  contexts: ContextCache,
  rotationId: RotationId,
  signal: AbortSignal,
): Promise<void> {
  const context = await contexts.load(rotationId).catch(async (thrown: unknown) => {
    const rotation = await deps.ledger.rotation(rotationId);
    if (!rotation || toKeyturnError(thrown).code !== 'SECRET_NOT_FOUND') throw thrown;
    return { rotation, previousKey: () => Promise.resolve<PreviousKey>('unknown') };
  });
  await finalizeRotation(deps, context, signal);
}

function isLost(job: Job, error: KeyturnError): boolean {
  return error.code === 'SECRET_NOT_FOUND' && job.attemptsMade + 1 >= TRIES_UNTIL_LOST;
}

/** Rotations are seen through, whatever the fault: a person may be mending it. But not one that the ledger or the store has lost. */
async function retryingOf(deps: AppDeps, queue: QueueName, job: Job, error: KeyturnError): Promise<Retrying> {
  if (queue === 'sweeps') return 'by-disposition';
  if (isLost(job, error)) return 'never';
  const payload = rotationPayload.safeParse(job.data);
  if (error.code !== 'SUPERSEDED' || !payload.success) return 'always';
  const rotation = await deps.ledger.rotation(payload.data.rotationId).catch(() => 'unreadable');
  return rotation === undefined ? 'never' : 'always';
}

/** A job cut off by this worker's own stopping goes straight back to the queue and costs no attempt. */
async function giveBack(job: Job, token: string | undefined, stopping: AbortSignal): Promise<void> {
  if (!stopping.aborted) return;
  // Without its lock the job is on its way to another worker already, and BullMQ's words about that are not ours to keep.
  const given = await job.moveToDelayed(Date.now(), token).then(
    () => true,
    () => false,
  );
  if (given) throw new DelayedError();
}

const TELLING: readonly QueueName[] = ['rotations', 'chunks'];

/** What holds a rotation up stands in its story, once per job: the store denies access, say, or the vendor does not answer. */
async function tellStory(deps: AppDeps, queue: QueueName, job: Job, error: KeyturnError): Promise<void> {
  const payload = rotationPayload.safeParse(job.data);
  // Work that was cut off goes on elsewhere: nothing is held up.
  if (error.code === 'ABORTED' || error.disposition === 're-plan') return;
  if (!TELLING.includes(queue) || job.attemptsMade > 0 || !payload.success) return;
  const what = [error.safeMessage, error.untouched, error.fix].filter((part) => part !== undefined).join(' ');
  await deps.ledger.tell(payload.data.rotationId, `${HELD_UP}${what}`).catch(() => undefined);
}
