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
  readonly server: TestRedis;
  readonly prefix: string;
  readonly engine: Engine;
  readonly all: AppDeps;
  /** A worker with connections of its own, as a process of its own would have. */
  startWorker(options?: WorkerOptions): Promise<TestWorker>;
  submit(): Promise<RotationRecord>;
  /** Resolves when the rotation has reached one of the states. */
  reaches(id: RotationId, ...states: RotationState[]): Promise<RotationRecord>;
  proven(id: RotationId): Promise<number>;
  close(): Promise<void>;
}

export interface WorkerOptions extends Partial<RuntimeOptions> {
  readonly settings?: AppDeps['settings'];
}

export interface TestWorker extends Runtime {
  readonly engine: Engine;
}

export async function openEngineWorld(server: TestRedis, panelCount: number): Promise<EngineWorld> {
  const world = createFakeWorld(panelCount);
  const prefix = freshPrefix();
  const closing: (() => Promise<void>)[] = [];

  function openDeps(settings = world.deps.settings): { engine: Engine; deps: AppDeps; close: () => Promise<void> } {
    const engine = openEngine(server, prefix);
    const queue = createQueue(new SecretValue(server.url), prefix);
    const { ledger, leases } = engine;
    const pacer = engine.pacer(settings.requestsPerSecond);
    const deps: AppDeps = { ...world.deps, settings, ledger, leases, queue, pacer };
    async function close(): Promise<void> {
      await queue.close();
      engine.die();
    }
    return { engine, deps, close };
  }

  const { engine, deps: all, close } = openDeps();
  return {
    ...world,
    server,
    prefix,
    engine,
    all,
    async startWorker({ settings, ...options } = {}) {
      const own = openDeps(settings);
      const limits = { url: new SecretValue(server.url), prefix, drainMs: 5_000, abortMs: 2_000, reconcileMs: 200 };
      const runtime = await startRuntime(own.deps, { ...limits, ...options });
      let stopped: Promise<void> | undefined;
      async function stop(): Promise<void> {
        await runtime.stop();
        await own.close();
      }
      const worker = { engine: own.engine, stop: () => (stopped ??= stop()) };
      closing.push(worker.stop);
      return worker;
    },
    submit() {
      world.regenerate();
      const submission = {
        account: world.account,
        apiKey: new SecretValue(world.newKey),
        reason: 'requested',
        actor: 'test',
      } as const;
      return submitKey(all, submission, never);
    },
    reaches: (id, ...states) =>
      until(`rotation in ${states.join(' or ')}`, async () => {
        const record = await engine.ledger.rotation(id);
        return record && states.includes(record.state) ? record : undefined;
      }),
    proven: async (id) => [...(await engine.ledger.outcomes(id)).values()].filter(isProven).length,
    async close() {
      await Promise.all(closing.map((stop) => stop()));
      await close();
    },
  };
}
