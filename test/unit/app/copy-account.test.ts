import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { copyAccount } from '../../../src/app/copy-account.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { AccountTarget, SecretRef, StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createUnitWorld, mintKey, openRotation, RESELLER } from '../../support/fakes/world.ts';
import { makeFilePlace, openFileStore } from '../../support/file-store.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'acme';
const TO = 'target' as StoreId;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function fileStore(): Promise<SecretStore> {
  const place = await makeFilePlace();
  cleanUps.push(() => place.remove());
  return openFileStore(place);
}

function payload(apiKey: string, more: object = {}): string {
  return JSON.stringify({ note: 'ours', resellerId: RESELLER, apiKey, ...more });
}

async function put(store: SecretStore, text: string, name = NAME): Promise<VersionId> {
  const before = await store.read(name, 'current', NEVER);
  const version = await store.stage(name, new SecretValue(text), { token: randomUUID() }, NEVER);
  await store.promote(name, version, { expectedCurrent: before?.versionId }, NEVER);
  return version;
}

async function textIn(store: SecretStore, which: 'current' | 'previous' | 'pending', name = NAME) {
  return (await store.read(name, which, NEVER))?.value.reveal();
}

/** Two file stores; the account is in the first, with a version before. */
async function twoStores(secret: Partial<SecretRef> = {}) {
  const world = createUnitWorld(0);
  const [from, to] = [await fileStore(), await fileStore()];
  const account: AccountTarget = { ...world.account, secret: { store: 'source' as StoreId, name: NAME, ...secret } };
  const deps = { ...world.all, store: async (id: StoreId) => (id === TO ? to : from) };
  const [old, present] = [payload(mintKey('old')), payload(mintKey('now'), { deep: { b: [1, 2], a: null } })];
  await put(from, old);
  await put(from, present);
  return { world, from, to, account, deps, old, present };
}

test('copies the whole payload and the one before, byte for byte, and proves both', async () => {
  const { from, to, account, deps, old, present } = await twoStores();
  const copied = await copyAccount(deps, { account, to: TO }, NEVER);
  expect(copied).toMatchObject({
    outcome: 'copied',
    secret: { store: TO, name: NAME },
    secrets: [{ name: NAME, newName: NAME, outcome: 'copied', previous: true }],
  });
  expect(copied.proof?.resellerId).toBe(deps.fingerprint(RESELLER));
  expect([await textIn(to, 'current'), await textIn(to, 'previous')]).toEqual([present, old]);
  expect(await textIn(to, 'pending')).toBeUndefined();
  expect([await textIn(from, 'current'), await textIn(from, 'previous')]).toEqual([present, old]);
});

test('a second copy finds it there and writes nothing', async () => {
  const { to, account, deps } = await twoStores();
  await copyAccount(deps, { account, to: TO }, NEVER);
  const before = (await to.read(NAME, 'current', NEVER))?.versionId;
  const again = await copyAccount(deps, { account, to: TO }, NEVER);
  expect(again).toMatchObject({ outcome: 'already-there', secrets: [{ outcome: 'already-there', previous: true }] });
  expect((await to.read(NAME, 'current', NEVER))?.versionId).toBe(before);
});

test('the same fields in another order are the same credential', async () => {
  const { to, account, deps, present } = await twoStores();
  const fields = JSON.parse(present) as Record<string, unknown>;
  await put(to, JSON.stringify(Object.fromEntries(Object.entries(fields).reverse()), undefined, 2));
  expect(await copyAccount(deps, { account, to: TO }, NEVER)).toMatchObject({ outcome: 'already-there' });
});

test.each([
  ['another key', () => payload(mintKey('other'))],
  ['the same key with another unknown field', (present: string) => payload(keyOf(present), { deep: 'something else' })],
  ['what is no credential at all', () => 'somebody else needs this'],
])('a target that holds %s is refused and stays as it was', async (_what, held) => {
  const { to, account, deps, present } = await twoStores();
  const theirs = held(present);
  await put(to, theirs);
  const error = await refusal(copyAccount(deps, { account, to: TO }, NEVER), 'STORE_CONFLICT', [theirs, present]);
  expect(error.untouched).toBe('It was not changed.');
  expect([await textIn(to, 'current'), await textIn(to, 'pending')]).toEqual([theirs, undefined]);
});

function keyOf(text: string): string {
  return (JSON.parse(text) as { apiKey: string }).apiKey;
}

test('what somebody else has staged in the target is not displaced', async () => {
  const { to, account, deps } = await twoStores();
  const theirs = payload(mintKey('staged'));
  await to.stage(NAME, new SecretValue(theirs), { token: randomUUID() }, NEVER);
  await refusal(copyAccount(deps, { account, to: TO }, NEVER), 'STORE_CONFLICT');
  expect([await textIn(to, 'pending'), await textIn(to, 'current')]).toEqual([theirs, undefined]);
});

test.each(['stage 1', 'promote 1', 'stage 2', 'promote 2'])(
  'a copy that died after %s is finished by the next one, with no version left over',
  async (point) => {
    const { to, account, deps, old, present } = await twoStores();
    const ids = new Set<VersionId>();
    let [verb, left] = ['', 0];
    function dieAt(call: string): void {
      if (call !== verb) return;
      left -= 1;
      if (left === 0) throw new KeyturnError('UPSTREAM_UNAVAILABLE', 'The process died here.');
    }
    const dying: SecretStore = {
      ...to,
      async stage(...args) {
        const id = await to.stage(...args);
        ids.add(id);
        dieAt('stage');
        return id;
      },
      async promote(...args) {
        await to.promote(...args);
        dieAt('promote');
      },
    };
    [verb = '', left = 0] = [point.split(' ')[0], Number(point.split(' ')[1])];
    const mortal = { ...deps, store: async (id: StoreId) => (id === TO ? dying : deps.store(id)) };
    await refusal(copyAccount(mortal, { account, to: TO }, NEVER), 'UPSTREAM_UNAVAILABLE');
    await copyAccount(mortal, { account, to: TO }, NEVER);
    expect([await textIn(to, 'current'), await textIn(to, 'previous')]).toEqual([present, old]);
    expect(ids.size).toBe(2);
  },
);

test('refuses while a rotation of the account runs, and touches nothing', async () => {
  const { world, to, account, deps } = await twoStores();
  await openRotation(world);
  await refusal(copyAccount(deps, { account, to: TO }, NEVER), 'SUPERSEDED');
  expect(await textIn(to, 'current')).toBeUndefined();
});

test('a store that says yes and does not write is noticed', async () => {
  const { to, account, deps } = await twoStores();
  const lying: SecretStore = { ...to, promote: () => Promise.resolve() };
  const deceived = { ...deps, store: async (id: StoreId) => (id === TO ? lying : deps.store(id)) };
  await refusal(copyAccount(deceived, { account, to: TO }, NEVER), 'UNEXPECTED_RESPONSE');
});

test('a source that changes meanwhile is noticed, and the copy is not called proven', async () => {
  const { from, to, account, deps } = await twoStores();
  const key = mintKey('newer');
  const busy: SecretStore = {
    ...to,
    async promote(...args) {
      await to.promote(...args);
      await put(from, payload(key));
    },
  };
  const changing = { ...deps, store: async (id: StoreId) => (id === TO ? busy : deps.store(id)) };
  const error = await refusal(copyAccount(changing, { account, to: TO }, NEVER), 'STORE_CONFLICT', [key]);
  expect(error.safeMessage).toContain('while it was copied');
});

test('a target that can only be read is refused', async () => {
  const { to, account, deps } = await twoStores();
  const fixed: SecretStore = { ...to, capabilities: { ...to.capabilities, writable: false } };
  const reading = { ...deps, store: async (id: StoreId) => (id === TO ? fixed : deps.store(id)) };
  await refusal(copyAccount(reading, { account, to: TO }, NEVER), 'CAPABILITY_MISSING');
});

test('an account without a credential is empty, and nothing is made for it', async () => {
  const { to, account, deps } = await twoStores();
  const fresh = { ...account, secret: { ...account.secret, name: 'fresh' } };
  expect(await copyAccount(deps, { account: fresh, to: TO }, NEVER)).toMatchObject({ outcome: 'empty', secrets: [] });
  expect(await textIn(to, 'current', 'fresh')).toBeUndefined();
});

test('goes under another name, and says how if the store cannot hold the present one', async () => {
  const { to, account, deps, present } = await twoStores();
  const copied = await copyAccount(deps, { account, to: TO, newName: 'keyturn-acme' }, NEVER);
  expect(copied.secret).toEqual({ store: TO, name: 'keyturn-acme' });
  expect(await textIn(to, 'current', 'keyturn-acme')).toBe(present);
  const picky: SecretStore = {
    ...to,
    read: () => Promise.reject(new KeyturnError('CONFIG_INVALID', 'Letters, digits and - only.')),
  };
  const refusing = { ...deps, store: async (id: StoreId) => (id === TO ? picky : deps.store(id)) };
  expect((await refusal(copyAccount(refusing, { account, to: TO }, NEVER), 'CONFIG_INVALID')).fix).toContain('--name');
});

test('a credential in two secrets is copied in both, and takes no other name', async () => {
  const shape = { format: 'plain', resellerIdSecret: 'acme-id' } as const;
  const { from, to, account, deps } = await twoStores({ name: 'acme-key', shape });
  const key = mintKey('plain');
  await put(from, RESELLER, 'acme-id');
  await put(from, key, 'acme-key');
  const copied = await copyAccount(deps, { account, to: TO }, NEVER);
  expect(copied.secrets.map(({ newName }) => newName)).toEqual(['acme-id', 'acme-key']);
  expect([await textIn(to, 'current', 'acme-id'), await textIn(to, 'current', 'acme-key')]).toEqual([RESELLER, key]);
  expect(copied.proof?.apiKey).toBe(deps.fingerprint(key));
  await refusal(copyAccount(deps, { account, to: TO, newName: 'other' }, NEVER), 'CONFIG_INVALID');
});
