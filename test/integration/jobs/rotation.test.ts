import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { BindingId } from '../../../src/core/model.ts';
import { until } from '../../support/engine.ts';
import { type EngineWorld, openEngineWorld } from '../../support/engine-world.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const PANELS = 60;

let server: TestRedis;
let world: EngineWorld;

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(() => world.close());
afterAll(() => server.stop());

function everyPanelWasPushed(times: number): void {
  expect(world.panels.map(({ pushes }) => pushes)).toEqual(
    world.panels.map(() => Array.from({ length: times }, () => world.newKey)),
  );
}

test('a key goes from the submission to every panel, each written once and proven from its own address', async () => {
  world = await openEngineWorld(server, PANELS);
  await world.startWorker();
  const { rotationId } = await world.submit();
  const record = await world.reaches(rotationId, 'proven');
  expect(record).toMatchObject({ bindings: PANELS, previousKey: 'dead', state: 'proven' });
  expect(await world.proven(rotationId)).toBe(PANELS);
  everyPanelWasPushed(1);
  expect(world.vendor.asked.filter(({ from }) => from === 'panel')).toHaveLength(PANELS);
  expect(world.store.stages.get('current')).toBe(record.versionId);
  expect(world.notices.map(({ title }) => title)).toEqual(['Rotation of acme (live): proven']);
});

test('a panel that fails leaves its chunk, is retried on its own with backoff, and the rotation ends proven', async () => {
  world = await openEngineWorld(server, PANELS);
  const [bad] = world.panels;
  if (!bad) return expect.fail('no panel');
  const down = new KeyturnError('UPSTREAM_UNAVAILABLE', 'The panel does not answer.');
  bad.failures.observe.push(down, down);
  await world.startWorker();
  const { rotationId } = await world.submit();
  expect((await world.reaches(rotationId, 'partial')).state).toBe('partial');
  expect(await world.proven(rotationId)).toBe(PANELS - 1);
  const settled = Date.now();
  await world.reaches(rotationId, 'proven');
  expect(Date.now() - settled).toBeGreaterThan(500);
  everyPanelWasPushed(1);
  expect(world.notices.map(({ title }) => title)).toEqual([
    'Rotation of acme (live): partial',
    'Rotation of acme (live): proven',
  ]);
  const story = (await world.engine.ledger.story(rotationId)).map(({ what }) => what);
  expect(story.at(-1)).toBe(`${String(PANELS)} of ${String(PANELS)} bindings proven; previous key: dead.`);
});

test('a panel that hangs holds up nobody else', async () => {
  world = await openEngineWorld(server, PANELS);
  const [hung] = world.panels;
  if (!hung) return expect.fail('no panel');
  const letGo = Promise.withResolvers<undefined>();
  hung.before = async (call) => (call === 'observe' ? letGo.promise : undefined);
  await world.startWorker();
  const { rotationId } = await world.submit();
  await until('all others proven', async () => (await world.proven(rotationId)) === PANELS - 1);
  expect((await world.engine.ledger.rotation(rotationId))?.state).toBe('applying');
  letGo.resolve(undefined);
  await world.reaches(rotationId, 'proven');
});

test('two workers share the work and never push twice', async () => {
  world = await openEngineWorld(server, 200);
  await Promise.all([world.startWorker(), world.startWorker(), world.startWorker()]);
  const { rotationId } = await world.submit();
  await world.reaches(rotationId, 'proven');
  everyPanelWasPushed(1);
  expect(world.notices).toHaveLength(1);
});

test('a vendor without an answer holds the rotation before anything is touched, and its story says why', async () => {
  world = await openEngineWorld(server, 3);
  const outage = { verdict: 'inconclusive', reason: 'outage', detail: 'The vendor is down.' } as const;
  world.vendor.says.push(outage, outage);
  await world.startWorker();
  const { rotationId, versionId } = await world.submit();
  await until('the first question', () => world.vendor.asked.length > 0);
  expect(world.store.stages.get('pending')).toBe(versionId);
  await world.reaches(rotationId, 'proven');
  everyPanelWasPushed(1);
  const story = (await world.engine.ledger.story(rotationId)).map(({ what }) => what).join('\n');
  expect(story).toContain('Held up: The vendor is down.');
});

test('a refused key ends the rotation with the store as it was', async () => {
  world = await openEngineWorld(server, 3);
  await world.startWorker();
  const submitted = world.submit();
  world.vendor.alive.clear();
  const { rotationId } = await submitted;
  await world.reaches(rotationId, 'discarded');
  expect(world.store.stages.has('pending')).toBe(false);
  everyPanelWasPushed(0);
  expect(await world.engine.ledger.active(world.account.accountId, 'live')).toBeUndefined();
});

test('an account without panels is proven at once', async () => {
  world = await openEngineWorld(server, 0);
  await world.startWorker();
  const { rotationId } = await world.submit();
  expect((await world.reaches(rotationId, 'proven')).bindings).toBe(0);
});

test('a drift check reads every panel and writes none', async () => {
  world = await openEngineWorld(server, PANELS);
  await world.startWorker();
  const ids = world.bindings.map(({ bindingId }) => bindingId);
  await world.all.queue.sweep('run-1', [ids.slice(0, 40), ids.slice(40)], { lookup: true });
  await until('all reports', async () => (await world.engine.ledger.reportCount('run-1')) === PANELS);
  const report = (await world.engine.ledger.reports('run-1')).get(ids[0] ?? ('' as BindingId));
  expect(report).toContain('in-sync');
  everyPanelWasPushed(0);
});
