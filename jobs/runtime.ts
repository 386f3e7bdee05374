import { Worker } from 'bullmq';
import type { AppDeps } from '../src/app/deps.ts';
import { chunkSizeFor } from '../src/core/rotation/plan.ts';
import type { SecretValue } from '../src/core/secret-value.ts';
import { workerConnection } from './connection.ts';
import { createContextCache } from './context-cache.ts';
import { JobError } from './errors.ts';
import { QUEUES, type QueueName } from './names.ts';
import { backoffMs, LOCKS } from './options.ts';
import { createProcessors, type Processor } from './processors.ts';
import { type Reconciling, startReconciling } from './reconciling.ts';
import { startWatching, type Watching, type WatchingOptions } from './watching.ts';

export interface RuntimeOptions {
  readonly url: SecretValue;
  readonly prefix: string;
  /** How long `stop` lets running jobs end by themselves, and then how long it gives them to obey the abort. */
  readonly drainMs: number;
  readonly abortMs: number;
  /** How often the queue is compared with the ledger; 5 s if left out. */
  readonly reconcileMs?: number;
  /** Works drift checks and nothing else, so that nothing it does writes to a panel or a store. */
  readonly readOnly?: boolean;
  /** Whether and how this worker watches the stores; not if left out. */
  readonly watch?: WatchingOptions;
}

export interface Runtime {
  /** Drains, then aborts, then closes; done within drainMs + abortMs + 2 s. A second call waits for the first. */
  stop(): Promise<void>;
}

/** While checks wait for the vendor's pace a chunk only sleeps; more of them may be open then, for other keys' sake. */
const CHUNKS_WHEN_PACED = 500;

function concurrencyOf(name: QueueName, { settings }: AppDeps): number {
  if (name === 'rotations') return 50;
  if (name === 'retries') return settings.concurrency;
  if (settings.requestsPerSecond > 0) return CHUNKS_WHEN_PACED;
  return Math.ceil(settings.concurrency / chunkSizeFor(0, settings.chunkSize)) + 2;
}

/** Starts a BullMQ worker on every queue that is asked for; resolves when all of them are connected. */
export async function startRuntime(deps: AppDeps, options: RuntimeOptions): Promise<Runtime> {
  const stopping = new AbortController();
  const processors = createProcessors(deps, createContextCache(deps, stopping.signal), stopping.signal);
  const queues = options.readOnly === true ? (['sweeps'] as const) : QUEUES;
  const workers = queues.map((name) => startWorker(name, processors[name], deps, options));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const reconciling = options.readOnly === true ? undefined : startReconciling(deps, options.reconcileMs);
  const watching = options.watch && startWatching(deps, options.watch);
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      stopped ??= stopAll({ workers, reconciling, watching, stopping }, options);
      return stopped;
    },
  };
}

function startWorker(name: QueueName, processor: Processor, deps: AppDeps, options: RuntimeOptions): Worker {
  const worker = new Worker(name, processor, {
    connection: workerConnection(options.url),
    prefix: options.prefix,
    concurrency: concurrencyOf(name, deps),
    ...LOCKS[name],
    drainDelay: 1,
    settings: {
      backoffStrategy: (attempts, _type, error) =>
        backoffMs(name, attempts, Math.random(), error instanceof JobError ? error.retryAfterMs : undefined),
    },
  });
  worker.on('error', () => deps.log.warn({ queue: name }, 'the queue connection reports an error'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'lock lost');
  });
  return worker;
}

interface Running {
  readonly workers: readonly Worker[];
  readonly reconciling: Reconciling | undefined;
  readonly watching: Watching | undefined;
  readonly stopping: AbortController;
}

async function stopAll({ workers, reconciling, watching, stopping }: Running, options: RuntimeOptions): Promise<void> {
  const closed = Promise.all([reconciling?.stop(), watching?.stop(), ...workers.map((worker) => worker.close())]);
  if (await endsWithin(closed, options.drainMs)) return;
  stopping.abort();
  if (await endsWithin(closed, options.abortMs)) return;
  // Work that obeys no abort; close() would wait for it for ever, and a second close() only waits for the first.
  await endsWithin(Promise.all(workers.map((worker) => worker.disconnect())), 2_000);
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
