import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CredentialStore, openCredentialStore, type StoredCredential } from '../../../src/app/credential-store.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { AccountTarget, SecretShape, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { ACCOUNT, mintKey, RESELLER } from '../../support/fakes/world.ts';
import { type FilePlace, makeFilePlace, openFileStore } from '../../support/file-store.ts';
import { refusal } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;
const SPLIT: SecretShape = { format: 'plain', resellerIdSecret: 'id' };
const OTHER = 'aaaabea5-0000-4a11-9c01-0a1b2c3d4e5f';

let place: FilePlace;
let files: SecretStore;
beforeEach(async () => {
  place = await makeFilePlace();
  files = openFileStore(place);
});
afterEach(() => place.remove());

function open(
  shape: SecretShape | undefined,
  rest: Partial<AccountTarget> = {},
  store = files,
): Promise<CredentialStore> {
  const secret = { store: store.id, name: 'key', ...(shape && { shape }) };
  return openCredentialStore(
    { store: async () => store },
    { accountId: ACCOUNT, environment: 'live', secret, ...rest },
  );
}

/** Somebody else writes a secret. */
async function put(name: string, text: string): Promise<VersionId> {
  const expectedCurrent = (await files.read(name, 'current', NEVER))?.versionId;
  const version = await files.stage(name, new SecretValue(text), { token: randomUUID() }, NEVER);
  await files.promote(name, version, { expectedCurrent }, NEVER);
  return version;
}

async function textIn(
  name: string,
  stage: 'current' | 'pending' | 'previous' = 'current',
): Promise<string | undefined> {
  return (await files.read(name, stage, NEVER))?.value.reveal();
}

function shown(stored: StoredCredential | undefined): readonly (string | undefined)[] {
  return [stored?.credential.resellerId, stored?.credential.apiKey.reveal()];
}

async function stageAndPromote(store: CredentialStore, resellerId: string, apiKey: string): Promise<VersionId> {
  const current = await store.read('current', NEVER);
  const credential = { resellerId, apiKey: new SecretValue(apiKey) };
  const version = await store.stage(credential, current, { token: randomUUID() }, NEVER);
  await store.promote(version, { expectedCurrent: current?.versionId }, NEVER);
  return version;
}

describe('every shape', () => {
  test.each<[string, SecretShape | undefined]>([
    ['JSON as documented', undefined],
    ['JSON with names of its own', { format: 'json', fields: { resellerId: 'username', apiKey: 'password' } }],
    ['a plain key', { format: 'plain' }],
    ['a secret for each field', SPLIT],
  ])('%s: stages, promotes, reads back current and previous', async (_name, shape) => {
    const store = await open(shape, { resellerId: RESELLER });
    const [first, second] = [mintKey('first'), mintKey('second')];
    expect(await store.read('current', NEVER)).toBeUndefined();
    const one = await stageAndPromote(store, RESELLER, first);
    const two = await stageAndPromote(store, RESELLER, second);
    expect(shown(await store.read('current', NEVER))).toEqual([RESELLER, second]);
    expect(shown(await store.read('previous', NEVER))).toEqual([RESELLER, first]);
    expect(shown(await store.read({ version: one }, NEVER))).toEqual([RESELLER, first]);
    expect((await store.read('current', NEVER))?.versionId).toBe(two);
    await store.promote(two, { expectedCurrent: one }, NEVER);
    const refused = store.promote(one, { expectedCurrent: 'another' as VersionId }, NEVER);
    await refusal(refused, 'STORE_CONFLICT');
  });

  test('a previous version of another shape counts as none; a current one is refused', async () => {
    await put('key', mintKey('plain'));
    await put('key', JSON.stringify({ resellerId: RESELLER, apiKey: mintKey('json') }));
    const store = await open(undefined);
    expect(await store.read('previous', NEVER)).toBeUndefined();
    await refusal(
      (await open({ format: 'plain' }, { resellerId: RESELLER })).read('current', NEVER),
      'SECRET_MALFORMED',
    );
  });

  test('a plain key is written as it is, and needs the Reseller ID of the configuration', async () => {
    const key = mintKey('plain');
    await stageAndPromote(await open({ format: 'plain' }, { resellerId: RESELLER }), RESELLER, key);
    expect(await textIn('key')).toBe(key);
    await refusal((await open({ format: 'plain' })).read('current', NEVER), 'CONFIG_INVALID');
  });
});

describe('a secret for each field', () => {
  test('the Reseller ID is written only when it changes', async () => {
    const store = await open(SPLIT);
    await stageAndPromote(store, RESELLER, mintKey('one'));
    const before = (await files.read('id', 'current', NEVER))?.versionId;
    await stageAndPromote(store, RESELLER, mintKey('two'));
    expect((await files.read('id', 'current', NEVER))?.versionId).toBe(before);
  });

  test('the previous key keeps the Reseller ID that it belongs to', async () => {
    const store = await open(SPLIT);
    const [one, two] = [mintKey('one'), mintKey('two')];
    const first = await stageAndPromote(store, RESELLER, one);
    await stageAndPromote(store, OTHER, two);
    expect(shown(await store.read('current', NEVER))).toEqual([OTHER, two]);
    expect(shown(await store.read('previous', NEVER))).toEqual([RESELLER, one]);
    expect(shown(await store.read({ version: first }, NEVER))).toEqual([RESELLER, one]);
  });

  test('a discarded change leaves nothing pending and the current pair as it was', async () => {
    const store = await open(SPLIT);
    const one = mintKey('one');
    await stageAndPromote(store, RESELLER, one);
    const current = await store.read('current', NEVER);
    const credential = { resellerId: OTHER, apiKey: new SecretValue(mintKey('two')) };
    const version = await store.stage(credential, current, { token: randomUUID() }, NEVER);
    await store.discard(version, NEVER);
    expect([await textIn('id', 'pending'), await textIn('key', 'pending')]).toEqual([undefined, undefined]);
    expect(shown(await store.read('current', NEVER))).toEqual([RESELLER, one]);
  });

  test.each(['stage id', 'stage key', 'promote id', 'promote key'])(
    'ended right after "%s": the repeat finishes it, and the key never stands with a Reseller ID that is older',
    async (last) => {
      await stageAndPromote(await open(SPLIT), RESELLER, mintKey('one'));
      const key = mintKey('two');
      const token = randomUUID();
      const current = await (await open(SPLIT)).read('current', NEVER);
      const credential = { resellerId: OTHER, apiKey: new SecretValue(key) };
      async function rotate(store: CredentialStore): Promise<void> {
        const version = await store.stage(credential, current, { token }, NEVER);
        await store.promote(version, { expectedCurrent: current?.versionId }, NEVER);
      }
      await expect(rotate(await open(SPLIT, {}, endedAfter(files, last)))).rejects.toThrow('ended');
      if ((await textIn('key')) === key) expect(await textIn('id')).toBe(OTHER);
      await rotate(await open(SPLIT));
      expect(shown(await (await open(SPLIT)).read('current', NEVER))).toEqual([OTHER, key]);
    },
  );

  test('a key that somebody else wrote meanwhile: nothing of the pair is changed', async () => {
    const store = await open(SPLIT);
    await stageAndPromote(store, RESELLER, mintKey('one'));
    const current = await store.read('current', NEVER);
    const credential = { resellerId: OTHER, apiKey: new SecretValue(mintKey('two')) };
    const version = await store.stage(credential, current, { token: randomUUID() }, NEVER);
    const theirs = mintKey('theirs');
    await put('key', theirs);
    await refusal(store.promote(version, { expectedCurrent: current?.versionId }, NEVER), 'STORE_CONFLICT');
    expect([await textIn('id'), await textIn('key')]).toEqual([RESELLER, theirs]);
  });

  test('a key that is refused at the very moment: the Reseller ID is put back', async () => {
    await stageAndPromote(await open(SPLIT), RESELLER, mintKey('one'));
    const late: SecretStore = {
      ...files,
      promote: (name, ...rest) =>
        name === 'key'
          ? Promise.reject(new KeyturnError('STORE_CONFLICT', 'Another version is current.'))
          : files.promote(name, ...rest),
    };
    await refusal(stageAndPromote(await open(SPLIT, {}, late), OTHER, mintKey('two')), 'STORE_CONFLICT');
    expect(await textIn('id')).toBe(RESELLER);
  });

  test('a run that died between the two, and a key that somebody wrote then: the Reseller ID is put back by the next run', async () => {
    const store = await open(SPLIT);
    await stageAndPromote(store, RESELLER, mintKey('one'));
    const current = await store.read('current', NEVER);
    const credential = { resellerId: OTHER, apiKey: new SecretValue(mintKey('two')) };
    const version = await store.stage(credential, current, { token: randomUUID() }, NEVER);
    const expected = { expectedCurrent: current?.versionId };
    const dying = await open(SPLIT, {}, endedAfter(files, 'promote id'));
    await expect(dying.promote(version, expected, NEVER)).rejects.toThrow('ended');
    const theirs = mintKey('theirs');
    await put('key', theirs);
    await refusal(store.promote(version, expected, NEVER), 'STORE_CONFLICT');
    expect([await textIn('id'), await textIn('key')]).toEqual([RESELLER, theirs]);
  });

  test('a key without a Reseller ID anywhere is an error that says where to put it, and no "no such secret"', async () => {
    const key = mintKey('one');
    await put('key', key);
    const error = await refusal((await open(SPLIT)).read('current', NEVER), 'SECRET_NOT_FOUND');
    expect(error.fix).toContain('as id, or add accounts.acme.live.resellerId');
    expect(shown(await (await open(SPLIT, { resellerId: RESELLER })).read('current', NEVER))).toEqual([RESELLER, key]);
  });
});

/** A store whose process ends right after one call took effect. */
function endedAfter(store: SecretStore, last: string): SecretStore {
  async function ending<Result>(call: string, result: Promise<Result>): Promise<Result> {
    await result;
    return call === last ? Promise.reject(new Error('ended')) : result;
  }
  return {
    ...store,
    stage: (name, ...rest) => ending(`stage ${name}`, store.stage(name, ...rest)),
    promote: (name, ...rest) => ending(`promote ${name}`, store.promote(name, ...rest)),
  };
}
