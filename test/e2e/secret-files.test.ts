import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyturn-files-'));
  await runCli(['init'], { cwd: directory });
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function doctor(...args: string[]) {
  return runCli([...args, 'doctor'], { cwd: directory, env: { PATH: '/nowhere' } });
}

test('a secret file that others may read is told, once, without being asked for', async () => {
  expect((await doctor()).stderr).not.toContain('other users');
  await chmod(join(directory, '.keyturn', 'identity.txt'), 0o644);
  const { stderr } = await doctor();
  expect(stderr.match(/other users may read a secret file/gu)).toHaveLength(1);
  expect(stderr).toContain('identity.txt');
  expect(stderr).toContain('chmod 600');
  expect((await doctor('--log-level', 'silent')).stderr).not.toContain('other users');
});
