import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

/** Every command, one word that its purpose must name, and the options it must list. */
const COMMANDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['demo', 'simulated panels', []],
  ['init', 'commented keyturn.yaml', ['--force']],
  ['doctor', 'change nothing', []],
  ['schema', 'for an editor', []],
  ['worker', 'SIGTERM', []],
  ['check', 'cause', ['--account', '--environment', '--no-lookup', '--wait']],
  ['plan', 'GO or NO-GO', ['--environment']],
  ['status', 'rotation', ['--follow', '--wait']],
  ['rotate', 'hidden prompt', ['--environment', '--from-store', '--key-stdin', '--reseller-id', '--wait']],
  ['key submit', 'never on the command line', ['--environment', '--reseller-id', '--follow', '--wait']],
  ['confirm', 'panel/account/environment', []],
  ['connector build', 'Prints no secret', ['--out', '--new-pairing', '--addresses']],
  ['connector verify', 'end to end', []],
  ['panel conformance', 'change nothing unless asked', ['--write']],
  ['store copy', 'overwrite nothing', ['--account', '--environment', '--name']],
];

describe('help', () => {
  test.each(COMMANDS)('keyturn %s --help says what it is for and what it takes', async (command, purpose, options) => {
    const { code, stdout, stderr } = await runCli([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: keyturn ${command}`);
    expect(stdout.replace(/\s+/g, ' ')).toContain(purpose);
    for (const option of options) expect(stdout).toContain(option);
  });

  test('keyturn --help names every command, the first steps and the exit codes', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const [command] of COMMANDS) expect(stdout).toContain(`  ${command.split(' ')[0]}`);
    expect(stdout).toContain('First steps');
    expect(stdout).toContain('130 interrupted');
  });

  test('keyturn alone shows the same help and ends with 2', async () => {
    const [alone, help] = await Promise.all([runCli([]), runCli(['--help'])]);
    expect(alone).toEqual({ code: 2, stdout: '', stderr: help.stdout });
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('asking for help loads commander and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-trace-'));
    const list = join(folder, 'loaded');
    const trace = pathToFileURL(join(import.meta.dirname, '../support/loaded-modules.ts')).href;
    await runCli(['--help'], { nodeArgs: ['--import', trace], env: { LOADED_MODULES: list } });
    const loaded = (await readFile(list, 'utf8')).split('\n').filter((line) => line.includes('/node_modules/'));
    const packages = new Set(loaded.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1]));
    await rm(folder, { recursive: true });
    expect([...packages]).toEqual(['commander']);
  });
});

test('src/bin/keyturn runs a checkout from any directory, by a link too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-link-'));
  const link = join(folder, 'keyturn');
  await symlink(join(import.meta.dirname, '../../src/bin/keyturn'), link);
  const { stdout } = await promisify(execFile)(link, ['--version'], { cwd: folder });
  await rm(folder, { recursive: true });
  expect(stdout).toBe((await runCli(['--version'])).stdout);
});

test.each([[[]], [['--json']]])('a key given as an option is not repeated (%s)', async (more) => {
  const { code, stdout, stderr } = await runCli(['rotate', '--key=the-key-itself', ...more]);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown option '--key=...'");
  expect(stdout + stderr).not.toContain('the-key-itself');
});

describe('wrong usage', () => {
  test.each([
    ['an unknown command', ['chekc'], "unknown command 'chekc'"],
    ['an unknown option', ['check', '--lookup-not'], "unknown option '--lookup-not'"],
    ['a value that is none of the choices', ['rotate', '--environment', 'prod'], 'Allowed choices are live, test'],
    ['a time that is no number', ['check', '--wait', 'soon'], 'Give whole seconds'],
    ['an argument that is missing', ['confirm', 'one'], "missing required argument 'binding'"],
    ['a key on the command line', ['key', 'submit', 'main', 'the-key-itself'], 'too many arguments'],
  ])('%s ends with 2 and says what was wrong', async (_what, args, text) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toContain('keyturn --help');
    expect(stderr).not.toContain('    at ');
  });

  test('as JSON it is one document on standard output', async () => {
    const { code, stdout } = await runCli(['check', '--json', '--lookup-not']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'USAGE',
        message: "unknown option '--lookup-not'",
        untouched: 'Nothing was changed.',
        fix: 'See: keyturn --help',
      },
    });
  });
});
