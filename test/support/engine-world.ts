import { createQueue } from '../../jobs/queue.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../jobs/runtime.ts';
import type { AppDeps } from '../../src/app/deps.ts';
import { submitKey } from '../../src/app/submit-key.ts';
import type { RotationRecord } from '../../src/core/ledger.ts';
import type { RotationId } from '../../src/core/model.ts';
import { isProven } from '../../src/core/rotation/outcome.ts';
import type { RotationState } from '../../src/core/rotation/state.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { type Engine, freshPrefix, never, openEngine, until } from './engine.ts';
import { createFakeWorld, type FakeWorld } from './fakes/world.ts';
import type { TestRedis } from './redis.ts';

/** The real queue, leases and ledger on a test Redis, with a fake vendor, store and panels around them. */
export interface EngineWorld extends FakeWorld {
  readonly prefix: string;
  readonly engine: Engine;
  readonly all: AppDeps;
  /** A worker with connections of its own, as a process of its own would have. */
  startWorker(options?: Partial<RuntimeOptions>): Promise<Runtime>;
  submit(): Promise<RotationRecord>;
  /** Resolves when the rotation has reached one of the states. */
  reaches(id: RotationId, ...states: RotationState[]): Promise<RotationRecord>;
  proven(id: RotationId): Promise<number>;
  close(): Promise<void>;
}

interface Opened {
  readonly engine: Engine;
  readonly deps: AppDeps;
  readonly close: () => Promise<void>;
}

function openDeps(server: TestRedis, prefix: string, world: FakeWorld): Opened {
  const engine = openEngine(server, prefix);
  const queue = createQueue(new SecretValue(server.url), prefix);
  const { ledger, leases } = engine;
  const pacer = engine.pacer(world.deps.settings.requestsPerSecond);
  return {
    engine,
    deps: { ...world.deps, ledger, leases, queue, pacer },
    async close() {
      await queue.close();
      engine.die();
    },
  };
}

async function startTestWorker(
  server: TestRedis,
  prefix: string,
  world: FakeWorld,
  options: Partial<RuntimeOptions>,
): Promise<Runtime> {
  const { deps, close } = openDeps(server, prefix, world);
  const limits = { url: new SecretValue(server.url), prefix, drainMs: 5_000, abortMs: 2_000, reconcileMs: 200 };
  const runtime = await startRuntime(deps, { ...limits, ...options });
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      stopped ??= runtime.stop().then(close);
      return stopped;
    },
  };
}

export async function openEngineWorld(server: TestRedis, panelCount: number): Promise<EngineWorld> {
  const world = createFakeWorld(panelCount);
  const prefix = freshPrefix();
  const { engine, deps: all, close } = openDeps(server, prefix, world);
  const workers: Runtime[] = [];
  return {
    ...world,
    prefix,
    engine,
    all,
    async startWorker(options = {}) {
      const worker = await startTestWorker(server, prefix, world, options);
      workers.push(worker);
      return worker;
    },
    submit() {
      world.regenerate();
      const [account, apiKey] = [world.account, new SecretValue(world.newKey)];
      return submitKey(all, { account, apiKey, reason: 'requested', actor: 'test' }, never);
    },
    reaches: (id, ...states) =>
      until(`rotation in ${states.join(' or ')}`, async () => {
        const record = await engine.ledger.rotation(id);
        return record && states.includes(record.state) ? record : undefined;
      }),
    proven: async (id) => [...(await engine.ledger.outcomes(id)).values()].filter(isProven).length,
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await close();
    },
  };
}
