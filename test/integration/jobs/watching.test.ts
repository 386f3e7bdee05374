import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../../../jobs/queue.ts';
import { startRuntime } from '../../../jobs/runtime.ts';
import type { AppDeps } from '../../../src/app/deps.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { type Engine, freshPrefix, never, openEngine, until } from '../../support/engine.ts';
import { createFakeWorld, type FakeWorld, mintKey, RESELLER } from '../../support/fakes/world.ts';
import { type FilePlace, makeFilePlace, openFileStore } from '../../support/file-store.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const PANELS = 3;
const WATCH = { everyMs: 100, settleMs: 50 };

let server: TestRedis;
let world: Company;
beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => world.close());
afterAll(() => server.stop());

interface TestWorker {
  stop(): Promise<void>;
  /** As if the process had been killed: no sign of life, no further command to Redis, nothing is given back. */
  kill(): void;
}

/** The fake panels and vendor, a real file store that others write too, and workers on a real Redis. */
interface Company extends FakeWorld {
  readonly engine: Engine;
  /** The store as somebody else opens it. */
  readonly theirs: SecretStore;
  write(key: string): Promise<VersionId>;
  startWorker(change?: (deps: AppDeps) => AppDeps): Promise<TestWorker>;
  rotationsOf(versionId: VersionId): Promise<number>;
  seen(): Promise<VersionId | undefined>;
  close(): Promise<void>;
}

async function openCompany(): Promise<Company> {
  const fakes = createFakeWorld(PANELS);
  const place = await makeFilePlace();
  const prefix = freshPrefix();
  const engine = openEngine(server, prefix);
  const theirs = openFileStore(place);
  const workers: TestWorker[] = [];
  const company: Company = {
    ...fakes,
    engine,
    theirs,
    async write(key) {
      const { name } = fakes.account.secret;
      const before = await theirs.read(name, 'current', never);
      const payload = new SecretValue(JSON.stringify({ resellerId: RESELLER, apiKey: key }));
      const versionId = await theirs.stage(name, payload, { token: randomUUID() }, never);
      await theirs.promote(name, versionId, { expectedCurrent: before?.versionId }, never);
      return versionId;
    },
    async startWorker(change = (deps) => deps) {
      const worker = await startOne(fakes, { place, prefix, change });
      workers.push(worker);
      return worker;
    },
    rotationsOf: async (versionId) =>
      (await engine.ledger.rotations(100)).filter((record) => record.versionId === versionId).length,
    seen: async () => (await engine.ledger.sightings([fakes.account]))[0]?.versionId,
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      engine.die();
      await place.remove();
    },
  };
  await company.write(fakes.oldKey);
  return company;
}

interface Place {
  readonly place: FilePlace;
  readonly prefix: string;
  readonly change: (deps: AppDeps) => AppDeps;
}

async function startOne(fakes: FakeWorld, { place, prefix, change }: Place): Promise<TestWorker> {
  const engine = openEngine(server, prefix);
  const url = new SecretValue(server.url);
  const queue = createQueue(url, prefix);
  const { ledger, leases } = engine;
  const store = openFileStore(place);
  const deps = { ...fakes.deps, ledger, leases, queue, pacer: engine.pacer(0), store: async () => store };
  const limits = { url, prefix, drainMs: 2_000, abortMs: 1_000, reconcileMs: 200 };
  const runtime = await startRuntime(change(deps), { ...limits, watch: WATCH });
  return {
    kill() {
      engine.die();
      // BullMQ's part is closed as well: a process that is dead takes no jobs.
      void runtime.stop();
    },
    async stop() {
      await runtime.stop();
      await queue.close();
      engine.die();
    },
  };
}

function newKey(): string {
  const key = mintKey('theirs');
  world.vendor.alive.clear();
  world.vendor.alive.set(key, { environment: 'live', resellerId: RESELLER });
  return key;
}

/** Resolves when that version's rotation is proven on every panel. */
async function rolledOut(versionId: VersionId): Promise<void> {
  await until('rolled out', async () => {
    const found = (await world.engine.ledger.rotations(100)).find((record) => record.versionId === versionId);
    return found?.state === 'proven';
  });
}

test('what another program writes into the store is rolled out, by one of two workers, once', async () => {
  world = await openCompany();
  await Promise.all([world.startWorker(), world.startWorker()]);
  await until('seen', () => world.seen());
  for (const key of [newKey(), newKey()]) {
    world.vendor.alive.set(key, { environment: 'live', resellerId: RESELLER });
    const versionId = await world.write(key);
    await rolledOut(versionId);
    expect(world.panels.map(({ held }) => held.password)).toEqual([key, key, key]);
  }
  const records = await world.engine.ledger.rotations(100);
  expect(records.map(({ actor, reason }) => [actor, reason])).toEqual([
    ['watch:memory', 'from-store'],
    ['watch:memory', 'from-store'],
  ]);
});

test('a worker that dies is succeeded by the other, which rolls out what came meanwhile', async () => {
  world = await openCompany();
  const first = await world.startWorker();
  await until('seen', () => world.seen());
  await world.startWorker();
  first.kill();
  const versionId = await world.write(newKey());
  await rolledOut(versionId);
  expect(await world.rotationsOf(versionId)).toBe(1);
});

test('killed between opening the rotation and noting it: exactly one rotation', async () => {
  world = await openCompany();
  const mortal: { die?: () => void } = {};
  const first = await world.startWorker((deps) => ({
    ...deps,
    ledger: {
      ...deps.ledger,
      async open(record) {
        await deps.ledger.open(record);
        mortal.die?.();
        throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'This process is dead.');
      },
    },
  }));
  mortal.die = () => first.kill();
  await until('seen', () => world.seen());
  const versionId = await world.write(newKey());
  await until('opened', async () => (await world.rotationsOf(versionId)) === 1);
  await world.startWorker();
  await rolledOut(versionId);
  await until('noted', async () => (await world.seen()) === versionId);
  expect(await world.rotationsOf(versionId)).toBe(1);
});

test('a key that the vendor refuses touches no panel, is told once, and is not tried again', async () => {
  world = await openCompany();
  await world.startWorker();
  await until('seen', () => world.seen());
  const versionId = await world.write(mintKey('dead'));
  await until('told', () => world.notices.length > 0);
  await until('noted', async () => (await world.seen()) === versionId);
  const good = await world.write(newKey());
  await rolledOut(good);
  expect(await world.rotationsOf(versionId)).toBe(1);
  expect(world.notices.map(({ title }) => title)).toEqual([
    'Rotation of acme (live): discarded',
    'Rotation of acme (live): proven',
  ]);
});

test('sightings count changes, and belong to one secret', async () => {
  world = await openCompany();
  const { engine, account } = world;
  const [one, two] = ['v:1\n', 'v2'] as VersionId[];
  const elsewhere = { ...account, secret: { ...account.secret, name: 'moved' } };
  if (!one || !two) return expect.fail('no versions');
  await engine.ledger.sawVersion(account, one, 'if-watched');
  expect(await engine.ledger.sightings([account])).toEqual([undefined]);
  for (const version of [one, one, two, one]) await engine.ledger.sawVersion(account, version, 'always');
  await engine.ledger.sawVersion(account, two, 'if-watched');
  expect(await engine.ledger.sightings([account, elsewhere])).toEqual([{ versionId: two, changes: 3 }, undefined]);
  await engine.ledger.forgetSightings();
  expect(await engine.ledger.sightings([account, elsewhere])).toEqual([undefined, undefined]);
});
