import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretPath } from '../../providers/secret-stores/file/files.ts';
import type { Finding } from '../../src/core/ports.ts';
import { type FilePlace, makeFilePlace, openFileStore } from '../support/file-store.ts';

const NAME = 'accounts/main';
const NEVER = new AbortController().signal;

let place: FilePlace;
beforeEach(async () => {
  place = await makeFilePlace();
  await chmod(dirname(place.directory), 0o777);
});
afterEach(() => place.remove());

/** As somebody who is not root and does not own the directory, unless the test itself runs as neither. */
async function probe(): Promise<readonly Finding[]> {
  const worker = join(import.meta.dirname, '../support/file-rights-worker.ts');
  const args = [worker, place.directory, secretPath(place.directory, NAME)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Finding[];
}

it('a directory that is there and one that would be made: ok, and nothing was made to find out', async () => {
  const store = openFileStore(place);
  expect(await store.probeRights(NAME, NEVER)).toMatchObject([{ level: 'ok' }]);
  expect((await probe()).map(({ level, what }) => [level, what.includes('would be made')])).toEqual([['ok', true]]);
  await mkdir(place.directory);
  await chmod(place.directory, 0o777);
  expect((await probe()).map(({ level, what }) => [level, what.includes('would be made')])).toEqual([['ok', false]]);
  expect(await readdir(place.directory)).toEqual([]);
});

it.each([
  [0o555, ['write into']],
  [0o333, ['read']],
  [0o111, ['read', 'write into']],
  [0o000, ['read', 'write into']],
])('a directory of mode %o: each right that is missing is named', async (mode, missing) => {
  await mkdir(place.directory);
  await chmod(place.directory, mode);
  const found = await probe();
  expect(found.filter(({ level }) => level !== 'blocker')).toEqual([]);
  for (const [index, right] of missing.entries()) {
    expect(found[index]?.what).toContain(`may not ${right} the store's directory (EACCES)`);
    expect(found[index]?.fix).toContain('chown');
  }
});

it("a secret's file that may not be read is named", async () => {
  await mkdir(place.directory);
  await chmod(place.directory, 0o777);
  await writeFile(secretPath(place.directory, NAME), 'x');
  await chmod(secretPath(place.directory, NAME), 0o000);
  expect(await probe()).toMatchObject([
    { level: 'blocker', what: "This user may not read the secret's file (EACCES)." },
  ]);
});

it('a file in the place of the directory', async () => {
  await writeFile(place.directory, 'x');
  expect(await probe()).toMatchObject([{ level: 'blocker', fix: expect.stringContaining('`directory`') as string }]);
});
