import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { createQueue } from '../jobs/queue.ts';
import { type Runtime, startRuntime } from '../jobs/runtime.ts';
import type { WatchingOptions } from '../jobs/watching.ts';
import { createLogNotifier } from '../providers/notifiers/log/index.ts';
import type { AppDeps } from './app/deps.ts';
import { configKinds, openProviders, type Providers } from './compose/providers.ts';
import type { Logger } from './core/ports.ts';
import { SecretValue } from './core/secret-value.ts';
import { systemClock } from './infra/clock.ts';
import type { Config } from './infra/config/config.ts';
import { findConfig, loadConfig } from './infra/config/load.ts';
import { createEstate } from './infra/estate.ts';
import { type ChosenRedis, chooseRedis } from './infra/redis/choose.ts';
import { connectRedis, forgetEverything, type RedisClient } from './infra/redis/client.ts';
import { inspectRedis, type RedisFacts } from './infra/redis/inspect.ts';
import { DEFAULT_PREFIX, type RedisKeys, redisKeys } from './infra/redis/keys.ts';
import { createLeases } from './infra/redis/leases.ts';
import { createLedger } from './infra/redis/ledger.ts';
import { createPacer } from './infra/redis/pacer.ts';
import { announceWorker, countWorkers } from './infra/redis/presence.ts';

/** The one place that knows every part. Nothing else imports providers, jobs and infra together. */
export interface Keyturn {
  readonly config: Config;
  readonly deps: AppDeps;
  readonly redis: { readonly choice: string; readonly kind: ChosenRedis['kind']; readonly facts: RedisFacts };
  /** Workers that are alive on this Redis, this process included. */
  countWorkers(): Promise<number>;
  startWorker(options?: WorkerUse): Promise<Runtime>;
  /** Deletes everything under this installation's prefix in Redis: for the demo, which leaves nothing behind. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkerUse {
  /** Whether it watches the stores, as the configuration says: what stays does, what helps a command for a moment does not. */
  readonly watch?: boolean;
  /** Drift checks alone: nothing is written, and nobody else may count on this worker. */
  readonly readOnly?: boolean;
}

export interface OpenOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** Where notices to operators go; `log` if left out. A command on a terminal shows the result itself. */
  readonly noticeLog?: Logger;
  /** Where it is said that others may read a secret's file; `log` if left out. */
  readonly secretLog?: Logger;
  readonly signal: AbortSignal;
  /** Whether a Redis that forgets everything will do: for the demo and tests alone. */
  readonly allowEmbedded: boolean;
}

/** Finds, reads and checks the configuration. Throws CONFIG_INVALID with every problem in it. */
export async function readConfiguration(flag: string | undefined, env: NodeJS.ProcessEnv): Promise<Config> {
  return loadConfig(await findConfig(flag, env, process.cwd()), configKinds);
}

/** Opens Redis (chosen and inspected first) and the providers. Whatever was opened is closed again if a later part fails. */
export async function openKeyturn(config: Config, options: OpenOptions): Promise<Keyturn> {
  const providers = await openProviders(config, options.env, options.secretLog ?? options.log, options.signal);
  try {
    const chosen = await chooseRedis({
      url: await redisUrl(config, providers, options),
      directory: join(config.directory, '.keyturn'),
      path: options.env['PATH'],
      allowEmbedded: options.allowEmbedded,
    });
    return await openOn(chosen, config, providers, options);
  } catch (error) {
    await providers.close();
    throw error;
  }
}

async function redisUrl(config: Config, providers: Providers, options: OpenOptions): Promise<SecretValue | undefined> {
  if (config.redis) return providers.resolveSecret(config.redis.url, options.signal);
  const fromEnv = options.env['REDIS_URL'];
  return fromEnv ? new SecretValue(fromEnv) : undefined;
}

async function openOn(
  chosen: ChosenRedis,
  config: Config,
  providers: Providers,
  options: OpenOptions,
): Promise<Keyturn> {
  const redis = connectRedis(chosen.url);
  const keys = redisKeys(options.env['KEYTURN_REDIS_PREFIX'] ?? DEFAULT_PREFIX);
  const facts = await inspectRedis(redis, chosen.where).catch(async (error: unknown) => {
    await chosen.stop();
    throw error;
  });
  const leases = createLeases(redis, keys, systemClock);
  const queue = createQueue(chosen.url, keys.prefix);
  const deps = buildDeps(config, providers, { redis, keys, leases, queue }, options);
  return {
    config,
    deps,
    redis: { choice: chosen.choice, kind: chosen.kind, facts },
    countWorkers: () => countWorkers(redis, keys),
    startWorker: (use) => startWorker(deps, config, { chosen, redis, keys, use }),
    forget: () => forgetEverything(redis, keys),
    async close() {
      leases.close();
      await Promise.allSettled([queue.close(), providers.close()]);
      redis.disconnect();
      await chosen.stop();
    },
  };
}

interface Engine {
  readonly redis: RedisClient;
  readonly keys: RedisKeys;
  readonly leases: AppDeps['leases'];
  readonly queue: AppDeps['queue'];
}

function buildDeps(config: Config, providers: Providers, engine: Engine, options: OpenOptions): AppDeps {
  const { log, noticeLog = log } = options;
  const { redis, keys, leases, queue } = engine;
  const { requestsPerSecond, store, panel, verifier, fingerprint } = providers;
  const { concurrency, chunkSize } = config.worker;
  const slots = pLimit(concurrency);
  return {
    estate: createEstate(config),
    store,
    panel,
    verifier,
    fingerprint,
    pacer: createPacer(redis, keys, systemClock, { requestsPerSecond }),
    ledger: createLedger(redis, keys, systemClock),
    leases,
    queue,
    clock: systemClock,
    newId: randomUUID,
    notifier: createLogNotifier({ log: noticeLog }),
    log,
    gate: (work) => slots(work),
    settings: { concurrency, requestsPerSecond, ...(chunkSize !== undefined && { chunkSize }) },
  };
}

interface WorkerPlace {
  readonly chosen: ChosenRedis;
  readonly use: WorkerUse | undefined;
}

/** Somebody who writes a secret by hand may need a second try. Never longer than the time between two looks. */
const SETTLE_MS = 5_000;

/** Undefined if it is switched off: then what was seen is forgotten, so that switching it on again rolls out nothing. */
async function watchingOf({ ledger }: AppDeps, seconds: number): Promise<WatchingOptions | undefined> {
  const everyMs = seconds * 1_000;
  if (everyMs > 0) return { everyMs, settleMs: Math.min(SETTLE_MS, everyMs) };
  await ledger.forgetSightings();
  return undefined;
}

async function startWorker(
  deps: AppDeps,
  { worker }: Config,
  { chosen, redis, keys, use }: Pick<Engine, 'redis' | 'keys'> & WorkerPlace,
): Promise<Runtime> {
  const limits = { drainMs: worker.drainSeconds * 1_000, abortMs: worker.abortSeconds * 1_000 };
  const watch = use?.watch === true ? await watchingOf(deps, worker.watchSeconds) : undefined;
  const readOnly = use?.readOnly === true;
  const runtime = await startRuntime(deps, {
    url: chosen.url,
    prefix: keys.prefix,
    ...limits,
    readOnly,
    ...(watch && { watch }),
  });
  if (readOnly) return runtime;
  const leave = await announceWorker(redis, keys, `${hostname()}:${process.pid}`);
  return {
    async stop() {
      await leave();
      await runtime.stop();
    },
  };
}
