import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toFileError } from '../../providers/secret-stores/file/errors.ts';
import { secretPath } from '../../providers/secret-stores/file/files.ts';
import { generateIdentity } from '../../providers/secret-stores/file/identity.ts';
import type { VersionId } from '../../src/core/model.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import type { SecretValue } from '../../src/core/secret-value.ts';
import { type FilePlace, makeFilePlace, newPayload, openFileStore } from '../support/file-store.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'accounts/main';

let place: FilePlace;
let store: SecretStore;
beforeEach(async () => {
  place = await makeFilePlace();
  store = openFileStore(place);
});
afterEach(() => place.remove());

async function rotate(name: string, value: SecretValue): Promise<VersionId> {
  const expectedCurrent = (await store.read(name, 'current', NEVER))?.versionId;
  const id = await store.stage(name, value, { token: randomUUID() }, NEVER);
  await store.promote(name, id, { expectedCurrent }, NEVER);
  return id;
}

describe('file store: what is on the disk', () => {
  it('is one file for its owner alone, without a readable byte of the secret', async () => {
    const value = newPayload();
    await rotate(NAME, value);
    expect(await readdir(place.directory)).toEqual(['accounts%2Fmain.age']);
    const path = join(place.directory, 'accounts%2Fmain.age');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(place.directory)).mode & 0o777).toBe(0o700);
    const bytes = await readFile(path, 'latin1');
    for (const text of [value.reveal(), 'apiKey', NAME]) expect(bytes.includes(text)).toBe(false);
  });

  it('opens with the age library and the identity alone', async () => {
    const value = newPayload();
    await rotate(NAME, value);
    const decrypter = new Decrypter();
    decrypter.addIdentity((await readFile(place.identity, 'utf8')).trim().split('\n').at(-1) ?? '');
    const text = await decrypter.decrypt(await readFile(secretPath(place.directory, NAME)), 'text');
    expect(text).toContain(JSON.stringify(value.reveal()));
  });

  it('keeps a bounded history and never drops current, previous or pending', async () => {
    store = openFileStore(place, { keepVersions: 4 });
    const ids = [];
    for (let round = 0; round < 7; round += 1) ids.push(await rotate(NAME, newPayload()));
    const staged: VersionId[] = [];
    for (let round = 0; round < 5; round += 1) {
      staged.push(await store.stage(NAME, newPayload(), { token: randomUUID() }, NEVER));
    }
    expect((await store.read(NAME, 'current', NEVER))?.versionId).toBe(ids.at(-1));
    expect((await store.read(NAME, 'previous', NEVER))?.versionId).toBe(ids.at(-2));
    expect((await store.read(NAME, 'pending', NEVER))?.versionId).toBe(staged.at(-1));
    const kept = await Promise.all([...ids, ...staged].map((version) => store.read(NAME, { version }, NEVER)));
    expect(kept.filter((version) => version !== undefined)).toHaveLength(4);
  });

  it.each(['../outside', '..', '.', '/etc/passwd', 'a/../../b', 'a\0b', 'ünï/鍵', ' ', 'x.age', 'A%2Fb'])(
    'keeps the name %j inside the directory and apart from others',
    async (name) => {
      const value = newPayload();
      await rotate(name, value);
      expect((await store.read(name, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
      const files = await readdir(place.directory);
      expect(files).toHaveLength(1);
      expect(files[0]).toMatch(/^[A-Za-z0-9_%-]+\.age$/);
      for (const other of [`${name}/`, `${name} `, encodeURIComponent(name)].filter((text) => text !== name)) {
        expect(await store.read(other, 'current', NEVER)).toBeUndefined();
      }
    },
  );

  it.each(['', 'x'.repeat(201), '/'.repeat(67)])('refuses the name %j', async (name) => {
    await refusal(store.read(name, 'current', NEVER), 'CONFIG_INVALID');
    await refusal(store.stage(name, newPayload(), { token: randomUUID() }, NEVER), 'CONFIG_INVALID');
  });
});

describe('file store: the identity', () => {
  it('refuses another identity, changes nothing, and never calls the secret absent', async () => {
    const id = await rotate(NAME, newPayload());
    const before = await readFile(secretPath(place.directory, NAME));
    const { identity } = await generateIdentity();
    vi.stubEnv('KEYTURN_OTHER_IDENTITY', identity.reveal());
    const other = openFileStore(place, { identity: 'env:KEYTURN_OTHER_IDENTITY' });
    const attempts = [
      () => other.read(NAME, 'current', NEVER),
      () => other.stage(NAME, newPayload(), { token: randomUUID() }, NEVER),
      () => other.promote(NAME, id, { expectedCurrent: id }, NEVER),
      () => other.discard(NAME, id, NEVER),
    ];
    for (const attempt of attempts) await refusal(attempt(), 'PERMISSION_DENIED', [identity.reveal()]);
    expect(await readFile(secretPath(place.directory, NAME))).toEqual(before);
  });

  it('opens old files with an older identity on a further line and writes for the first', async () => {
    const value = newPayload();
    await rotate(NAME, value);
    const newer = await generateIdentity();
    vi.stubEnv('KEYTURN_TWO', `${newer.identity.reveal()}\r\n${await readFile(place.identity, 'utf8')}`);
    vi.stubEnv('KEYTURN_NEWER', newer.identity.reveal());
    store = openFileStore(place, { identity: 'env:KEYTURN_TWO' });
    expect((await store.read(NAME, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
    await store.stage(NAME, newPayload(), { token: randomUUID() }, NEVER);
    const newerAlone = openFileStore(place, { identity: 'env:KEYTURN_NEWER' });
    expect((await newerAlone.read(NAME, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
  });

  it('says that the identity is missing, and finds it when it is put right', async () => {
    const value = newPayload();
    await rotate(NAME, value);
    const fresh = openFileStore(place);
    await copyFile(place.identity, `${place.identity}.kept`);
    await rm(place.identity);
    await refusal(fresh.read(NAME, 'current', NEVER), 'CONFIG_INVALID');
    await copyFile(`${place.identity}.kept`, place.identity);
    expect((await fresh.read(NAME, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
  });

  it.each(['nonsense', 'AGE-SECRET-KEY-1NOTONE', '# only a comment', 'age1qqqq'])(
    'refuses %j as an identity and does not repeat it',
    async (text) => {
      vi.stubEnv('KEYTURN_BAD_IDENTITY', text);
      const bad = openFileStore(place, { identity: 'env:KEYTURN_BAD_IDENTITY' });
      await refusal(bad.read(NAME, 'current', NEVER), 'CONFIG_INVALID', [text]);
    },
  );
});

describe('file store: a file that is damaged', () => {
  it('is an error at whatever byte it is cut off, and stays as it is', async () => {
    await rotate(NAME, newPayload());
    const path = secretPath(place.directory, NAME);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 13) {
      await writeFile(path, whole.subarray(0, length));
      await refusal(store.read(NAME, 'current', NEVER), 'SECRET_MALFORMED');
    }
    await refusal(store.stage(NAME, newPayload(), { token: randomUUID() }, NEVER), 'SECRET_MALFORMED');
    expect((await stat(path)).size).toBeLessThan(whole.length);
  });

  it('is an error when a byte of it was changed', async () => {
    await rotate(NAME, newPayload());
    const path = secretPath(place.directory, NAME);
    const changed = await readFile(path);
    changed[changed.length - 5] = (changed[changed.length - 5] ?? 0) ^ 1;
    await writeFile(path, changed);
    await refusal(store.read(NAME, 'current', NEVER), 'SECRET_MALFORMED');
  });

  it('is an error when it holds no age file, or the file of another secret', async () => {
    await rotate(NAME, newPayload());
    await copyFile(secretPath(place.directory, NAME), secretPath(place.directory, 'copied'));
    await refusal(store.read('copied', 'current', NEVER), 'SECRET_MALFORMED');
    await writeFile(secretPath(place.directory, 'garbage'), '{"apiKey":"hunter2-plain"}');
    await refusal(store.read('garbage', 'current', NEVER), 'SECRET_MALFORMED', ['hunter2-plain']);
  });

  it('is an error when something else stands in its place', async () => {
    await mkdir(secretPath(place.directory, NAME), { recursive: true });
    await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID');
    const inAFile = openFileStore({ directory: place.identity, identity: place.identity });
    await refusal(inAFile.read(NAME, 'current', NEVER), 'CONFIG_INVALID');
    await refusal(inAFile.stage(NAME, newPayload(), { token: randomUUID() }, NEVER), 'CONFIG_INVALID');
  });

  it.each([
    ['EACCES', 'PERMISSION_DENIED'],
    ['EROFS', 'PERMISSION_DENIED'],
    ['ENOSPC', 'UPSTREAM_UNAVAILABLE'],
    ['EIO', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('says what to do about %s, without the path or the text of Node', (code, expected) => {
    const error = toFileError(Object.assign(new Error('EACCES: open /secret/path'), { code }), 'It failed');
    expect(error.code).toBe(expected);
    expect(error.fix).toBeDefined();
    expect(error.safeMessage).toBe(`It failed (${code}).`);
  });
});

describe('file store: the lock', () => {
  it('takes over the lock and the leftovers of a process that was killed', async () => {
    await rotate(NAME, newPayload());
    const path = secretPath(place.directory, NAME);
    await mkdir(`${path}.lock`);
    await utimes(`${path}.lock`, 1, 1);
    await writeFile(`${path}.0a1b2c.tmp`, 'half a file');
    await rotate(NAME, newPayload());
    expect(await readdir(place.directory)).toEqual(['accounts%2Fmain.age']);
  });

  it('reads while another process holds the lock, and ends a write that waits when it is cut off', async () => {
    const value = newPayload();
    await rotate(NAME, value);
    await mkdir(`${secretPath(place.directory, NAME)}.lock`);
    expect((await store.read(NAME, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
    const controller = new AbortController();
    const waiting = store.stage(NAME, newPayload(), { token: randomUUID() }, controller.signal);
    setImmediate(() => controller.abort());
    await refusal(waiting, 'ABORTED');
    expect(await store.read(NAME, 'pending', NEVER)).toBeUndefined();
  });
});
