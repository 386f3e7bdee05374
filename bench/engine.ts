import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { createQueue } from '../jobs/queue.ts';
import { startRuntime } from '../jobs/runtime.ts';
import type { AppDeps } from '../src/app/deps.ts';
import { rollOutCurrent } from '../src/app/submit-key.ts';
import { withCredential } from '../src/core/credential-payload.ts';
import { createFingerprinter } from '../src/core/fingerprint.ts';
import {
  type AccountId,
  type AccountTarget,
  type Binding,
  bindingIdOf,
  type Credential,
  type PanelId,
  type StoreId,
  type VersionId,
} from '../src/core/model.ts';
import type { PanelIntegration, SecretStore } from '../src/core/ports.ts';
import { isSettled } from '../src/core/rotation/state.ts';
import { SecretValue } from '../src/core/secret-value.ts';
import { systemClock } from '../src/infra/clock.ts';
import { createEstate } from '../src/infra/estate.ts';
import { createLogger } from '../src/infra/log/logger.ts';
import { connectRedis } from '../src/infra/redis/client.ts';
import { redisKeys } from '../src/infra/redis/keys.ts';
import { createLeases } from '../src/infra/redis/leases.ts';
import { createLedger } from '../src/infra/redis/ledger.ts';
import { createPacer } from '../src/infra/redis/pacer.ts';

export const FINGERPRINT_KEY = new SecretValue('bench-fingerprint-key');
const fingerprint = createFingerprinter(FINGERPRINT_KEY);

/** One panel of the estate, with the options of its one binding. */
export interface BenchPanel {
  readonly integration: PanelIntegration;
  readonly options: unknown;
}

export interface EngineRun {
  readonly redisUrl: string;
  readonly concurrency: number;
  readonly panels: ReadonlyMap<string, BenchPanel>;
  /** What the store holds as current and the panels do not hold yet. */
  readonly credential: Credential;
}

const account: AccountTarget = {
  accountId: 'main' as AccountId,
  environment: 'live',
  secret: { store: 'bench' as StoreId, name: 'main' },
};

/**
 * A whole rotation over `panels` by the real engine: queue, ledger, leases, use cases. The store and the worker's own lookup are
 * stand-ins. Gives the milliseconds from the submission to the recorded result.
 */
export async function runEngine(run: EngineRun): Promise<number> {
  const url = new SecretValue(run.redisUrl);
  const keys = redisKeys(`{bench-${randomUUID().slice(0, 8)}}`);
  const redis = connectRedis(url);
  await redis.connect();
  const leases = createLeases(redis, keys, systemClock);
  const queue = createQueue(url, keys.prefix);
  const engine = {
    pacer: createPacer(redis, keys, systemClock, { requestsPerSecond: 0 }),
    ledger: createLedger(redis, keys, systemClock),
    leases,
    queue,
  };
  const deps = { ...standIns(run), ...engine };
  const runtime = await startRuntime(deps, { url, prefix: keys.prefix, drainMs: 1_000, abortMs: 1_000 });
  const wallMs = await timeRotation(deps);
  await runtime.stop();
  leases.close();
  await queue.close();
  redis.disconnect();
  return wallMs;
}

async function timeRotation(deps: AppDeps): Promise<number> {
  const start = performance.now();
  const { rotationId } = await rollOutCurrent(deps, { account, actor: 'bench' }, new AbortController().signal);
  let rotation = await deps.ledger.rotation(rotationId);
  while (!isSettled(rotation?.state ?? 'staged')) {
    await new Promise((next) => setTimeout(next, 50));
    rotation = await deps.ledger.rotation(rotationId);
  }
  if (rotation?.state !== 'proven') throw new Error(`ended as ${rotation?.state}`);
  return performance.now() - start;
}

function standIns({
  panels,
  concurrency,
  credential,
}: EngineRun): Omit<AppDeps, 'pacer' | 'ledger' | 'leases' | 'queue'> {
  const store = fakeStore(credential);
  const slots = pLimit(concurrency);
  return {
    estate: createEstate({ accounts: [account], bindings: [...panels].map(bindingOf) }),
    store: () => Promise.resolve(store),
    panel: async (id) => panels.get(id)?.integration ?? Promise.reject(new Error(`no panel ${id}`)),
    verifier: {
      verify: async () => ({ verdict: 'valid', balances: [], detail: 'bench' }),
      close: async () => undefined,
    },
    clock: systemClock,
    newId: randomUUID,
    fingerprint,
    notifier: { id: 'none', notify: async () => undefined },
    log: createLogger({ level: 'warn' }),
    gate: (work) => slots(work),
    settings: { concurrency, requestsPerSecond: 0 },
  };
}

function bindingOf([panel, { integration, options }]: readonly [string, BenchPanel]): Binding {
  const { accountId, environment } = account;
  return {
    bindingId: bindingIdOf(panel, accountId, environment),
    panelId: panel as PanelId,
    panelKind: integration.kind,
    accountId,
    environment,
    policy: 'alert',
    options,
  };
}

function fakeStore(credential: Credential): SecretStore {
  const versionId = 'v2' as VersionId;
  const current = { versionId, stages: ['current'] as const, value: withCredential(undefined, credential) };
  return {
    id: 'bench' as StoreId,
    capabilities: { writable: true, stages: 'native', maxBytes: 1_000_000 },
    read: async (_name, which) => (which === 'previous' || which === 'pending' ? undefined : current),
    stage: async () => versionId,
    promote: async () => undefined,
    discard: async () => undefined,
    close: async () => undefined,
  };
}
