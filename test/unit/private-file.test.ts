import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SecretValue } from '../../src/core/secret-value.ts';
import { isThere, replacePrivateFile, writeNewPrivateFile } from '../../src/infra/private-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-private-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a private file', () => {
  test('is for its owner alone, and so are the folders made for it; no draft is left', async () => {
    const path = join(folder, 'deep', 'er', 'one');
    await writeNewPrivateFile(path, new SecretValue('text'));
    expect(await readFile(path, 'utf8')).toBe('text\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'deep', 'er'))).toEqual(['one']);
  });

  test('never goes over another one, nor through a link', async () => {
    await writeFile(join(folder, 'one'), 'mine');
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    for (const name of ['one', 'link']) {
      const refused = { code: 'CONFIG_INVALID', untouched: 'It was left as it is.' };
      await expect(writeNewPrivateFile(join(folder, name), new SecretValue('yours'))).rejects.toMatchObject(refused);
    }
    expect(await readFile(join(folder, 'one'), 'utf8')).toBe('mine');
    expect((await readdir(folder)).toSorted()).toEqual(['link', 'one']);
  });

  test('replaces another one only if that can be kept under a name that is free', async () => {
    await writeFile(join(folder, 'one'), 'first');
    await replacePrivateFile(join(folder, 'one'), new SecretValue('second'), join(folder, 'kept'));
    const taken = replacePrivateFile(join(folder, 'one'), new SecretValue('third'), join(folder, 'kept'));
    await expect(taken).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await readFile(join(folder, 'one'), 'utf8')).toBe('second\n');
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('first');
  });

  test('is seen to be there or not; a link that leads nowhere is there', async () => {
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    expect(await isThere(join(folder, 'link'))).toBe(true);
    expect(await isThere(join(folder, 'nothing'))).toBe(false);
  });

  test('in a place that cannot be written says so without a stack of the system', async () => {
    await writeFile(join(folder, 'file'), '');
    const refused = { code: 'CONFIG_INVALID', context: { code: 'ENOTDIR' } };
    await expect(writeNewPrivateFile(join(folder, 'file', 'one'), new SecretValue('x'))).rejects.toMatchObject(refused);
  });
});
