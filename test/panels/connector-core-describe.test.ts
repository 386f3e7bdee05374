import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSchema, observeSchema } from '../../providers/shared/connector/schema.ts';
import { seal } from '../../providers/shared/connector/seal.ts';
import { CONNECTOR_PROTOCOL, CONNECTOR_VERSION } from '../../providers/shared/connector/version.ts';
import {
  applyBody,
  type Core,
  codeOf,
  type Home,
  hostState,
  NOW,
  RESELLER,
  startCore,
} from '../support/connector-core.ts';

const PASSWORD = 'k0-describe-77aa10';
let core: Core;
let home: Home;

beforeAll(async () => {
  core = await startCore();
  home = await core.home();
});
afterAll(async () => {
  expect(await core.noise()).toBe('');
  await core.stop();
});

test('a description says who is here, and proves the key by opening a challenge', async () => {
  await core.host(hostState(PASSWORD));
  const challenge = randomBytes(32);
  const body = { challenge: await seal(challenge, home.pairing.publicKey) };
  const described = describeSchema.parse((await core.send(home, 'describe', body)).reply.body);
  expect(described).toMatchObject({
    connector: CONNECTOR_VERSION,
    protocol: CONNECTOR_PROTOCOL,
    panel: { kind: 'memory', version: '1.2.3' },
    module: { present: true, active: true, version: '2.0.16', library: '3.0.16' },
    places: [{ id: '', label: 'the only one' }],
    write: true,
    testMode: true,
    time: NOW,
    opened: createHash('sha256').update(challenge).digest('hex'),
    stateWritable: true,
    address: { caller: '203.0.113.9' },
  });
});

test('a sealed credential is not opened as a challenge: its hash would let guesses be tried', async () => {
  await core.host(hostState(PASSWORD));
  const { sealed } = await applyBody(home, { username: RESELLER, password: PASSWORD });
  const { reply } = await core.send(home, 'describe', { challenge: sealed });
  expect(describeSchema.parse(reply.body).opened).toBeNull();
});

test.each([undefined, 5, 'AAAA'])('the challenge %j opens nothing', async (challenge) => {
  const { reply } = await core.send(home, 'describe', { challenge });
  expect(describeSchema.parse(reply.body).opened).toBeNull();
});

test('a panel without the module, without a switch, and one that cannot be read', async () => {
  const state = hostState(PASSWORD);
  const missing = { present: false, active: null, version: null, library: null };
  await core.host({ ...state, module: missing, faults: { read: 'throws' } });
  expect((await core.send(home, 'describe', {})).reply.body).toMatchObject({ module: missing, places: [] });
  await core.host({ ...state, stored: { ...state.stored, testMode: null }, canWrite: false });
  expect((await core.send(home, 'describe', {})).reply.body).toMatchObject({ testMode: false, write: false });
  await core.host({ ...state, faults: { read: 'throws' } });
  expect((await core.send(home, 'describe', {})).reply.body).toMatchObject({ testMode: true });
});

describe('places', () => {
  const two = { '7': 'Live account', eu: 'Account in Europe' };

  test('are told with their labels', async () => {
    await core.host({ ...hostState(PASSWORD), places: two });
    const { reply } = await core.send(home, 'describe', {});
    expect(describeSchema.parse(reply.body).places).toEqual([
      { id: '7', label: 'Live account' },
      { id: 'eu', label: 'Account in Europe' },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['none named', {}, 'place-unknown'],
    ['one of them', { place: '7' }, 'ok'],
    ['its number', { place: 7 }, 'place-unknown'],
    ['an unknown one', { place: '8' }, 'place-unknown'],
    ['the one without a name', { place: '' }, 'place-unknown'],
  ])('of several, %s', async (_name, body, code) => {
    await core.host({ ...hostState(PASSWORD), places: two });
    expect(codeOf(await core.send(home, 'observe', body))).toBe(code);
  });

  test('a single one need not be named', async () => {
    await core.host({ ...hostState(PASSWORD), places: { '7': 'Live account' } });
    expect(codeOf(await core.send(home, 'observe', {}))).toBe('ok');
    expect(codeOf(await core.send(home, 'observe', { place: 'x' }))).toBe('place-unknown');
  });
});

test.each(['observe', 'apply', 'check'] as const)('%s in a panel without the module', async (operation) => {
  await core.host({ ...hostState(PASSWORD), module: { present: false, active: null, version: null, library: null } });
  expect(codeOf(await core.send(home, operation, {}))).toBe('module-missing');
});

test('an inactive module can be looked at, but neither written nor asked', async () => {
  const state = hostState(PASSWORD);
  await core.host({ ...state, module: { ...state.module, active: false } });
  expect(codeOf(await core.send(home, 'observe', {}))).toBe('ok');
  expect(codeOf(await core.send(home, 'check', {}))).toBe('module-inactive');
  const body = await applyBody(home, { username: RESELLER, password: 'k0-describe-new-1' });
  const answered = await core.send(home, 'apply', body);
  expect(codeOf(answered)).toBe('module-inactive');
  expect(answered.writes).toBe(0);
});

test('the fingerprint of the other settings does not depend on order or on number against text', async () => {
  const state = hostState(PASSWORD);
  async function othersOf(others: Readonly<Record<string, unknown>>): Promise<string> {
    await core.host({ ...state, stored: { ...state.stored, others } });
    return observeSchema.parse((await core.send(home, 'observe', {})).reply.body).others;
  }
  const first = await othersOf({ a: 1, b: { x: true, y: null } });
  expect(await othersOf({ b: { y: null, x: '1' }, a: '1' })).toBe(first);
  expect(await othersOf({ b: { y: '', x: '1' }, a: '1' })).not.toBe(first);
  expect(await othersOf({ a: 2, b: { x: true, y: null } })).not.toBe(first);
});

test('a place that keeps something that is no data fails before anything is written', async () => {
  const state = hostState(PASSWORD);
  let deep: unknown = 1;
  for (let level = 0; level < 40; level++) deep = { deep };
  await core.host({ ...state, stored: { ...state.stored, others: { deep } } });
  const body = await applyBody(home, { username: RESELLER, password: 'k0-describe-new-2' });
  const answered = await core.send(home, 'apply', body);
  expect(codeOf(answered)).toBe('panel-error');
  expect(answered.writes).toBe(0);
});
