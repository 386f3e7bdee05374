import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/cli.ts';
import { errorDocument } from '../support/cli-documents.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let directory: string;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyturn-init-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function keyturn(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: directory, env: { REDIS_URL: redis.url } });
}

async function modeOf(file: string): Promise<string> {
  return ((await stat(join(directory, file))).mode & 0o777).toString(8);
}

describe('keyturn init', () => {
  test('writes a configuration for everybody and keys for their owner alone, and says what comes next', async () => {
    const { code, stdout, stderr } = await keyturn('init');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('created keyturn.yaml');
    expect(stdout).toContain('keyturn doctor');
    expect(await modeOf('keyturn.yaml')).toBe('644');
    expect(await modeOf('.keyturn')).toBe('700');
    expect(await modeOf('.keyturn/fingerprint.key')).toBe('600');
    expect(await modeOf('.keyturn/identity.txt')).toBe('600');
    expect(stdout).not.toContain('AGE-SECRET-KEY');
  });

  test('never overwrites a configuration without --force, and keeps the keys even then', async () => {
    await keyturn('init');
    await writeFile(join(directory, 'keyturn.yaml'), 'mine: true\n');
    const identity = await readFile(join(directory, '.keyturn/identity.txt'), 'utf8');
    const refused = await keyturn('init');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/^keyturn: There is a keyturn.yaml already\. Nothing was written\..*--force/);
    expect(await readFile(join(directory, 'keyturn.yaml'), 'utf8')).toBe('mine: true\n');
    const forced = await keyturn('init', '--force', '--json');
    expect(JSON.parse(forced.stdout)).toEqual({
      created: ['keyturn.yaml'],
      kept: ['.keyturn/.gitignore', '.keyturn/fingerprint.key', '.keyturn/identity.txt'],
    });
    expect(await readFile(join(directory, '.keyturn/identity.txt'), 'utf8')).toBe(identity);
  });
});

describe('keyturn doctor on a fresh configuration', () => {
  test('says what is there, what is missing and what to type next', async () => {
    await keyturn('init');
    const { code, stdout } = await keyturn('doctor');
    expect(code).toBe(0);
    expect(stdout).toContain('keyturn.yaml: 1 account, 0 panels, 0 bindings');
    expect(stdout).toContain('Store local holds no key for this account yet.');
    expect(stdout).toContain('Next: give the present key: keyturn key submit main --follow --reseller-id');
    expect(stdout).toContain('put your first panel under "panels"');
  });

  test('the same as JSON', async () => {
    await keyturn('init');
    const { code, stdout } = await keyturn('doctor', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      config: join(directory, 'keyturn.yaml'),
      redis: { evictionPolicy: 'noeviction' },
      accounts: [{ go: true, account: 'main', environment: 'live', bindings: [] }],
      next: [expect.stringContaining('key submit'), expect.stringContaining('panels')],
    });
  });

  test('check and rotate say that there is no panel and no key, instead of doing nothing quietly', async () => {
    await keyturn('init');
    const check = await keyturn('check');
    expect(check.code).toBe(3);
    expect(check.stderr).toContain('no panels yet');
    const rolled = await keyturn('rotate', '--from-store');
    expect(rolled.code).toBe(3);
    expect(rolled.stderr).toContain('keyturn key submit main');
  });

  test('without a configuration every command points to keyturn init', async () => {
    const { code, stderr } = await keyturn('doctor');
    expect(code).toBe(3);
    expect(stderr).toBe(
      'keyturn: There is no keyturn.yaml in this directory. Run "keyturn init" to make one, or name a file with --config or KEYTURN_CONFIG.\n',
    );
  });

  test('a Redis that does not answer is one line within 5 seconds, after what is right', async () => {
    await keyturn('init');
    const start = performance.now();
    const { code, stdout, stderr } = await runCli(['doctor'], {
      cwd: directory,
      env: { REDIS_URL: 'redis://127.0.0.1:1' },
    });
    expect(code).toBe(75);
    expect(performance.now() - start).toBeLessThan(7_000);
    expect(stdout).toContain('keyturn.yaml: 1 account');
    expect(stderr).toMatch(
      /^keyturn: Redis at 127\.0\.0\.1:1 does not answer\. Nothing was started\. Start it, or correct REDIS_URL.*\n$/,
    );
  });
});

const WRONG = `fingerprintKey: file:.keyturn/fingerprint.key
stores:
  local: { kind: fil, directory: secrets, identity: file:.keyturn/identity.txt }
accounts:
  main:
    live: { secret: { store: lokal, name: main } }
panels:
  billing:
    kind: whmcs
    url: http://billing.example.com
    identifier: plain-identifier-that-may-be-secret
    secret: env:PANEL_SECRET
    bindings:
      - { account: mian }
`;

describe('a configuration that is wrong', () => {
  beforeEach(() => writeFile(join(directory, 'keyturn.yaml'), WRONG));

  test('shows every error at once, each with its place, its path and a fix, and ends with 3', async () => {
    const { code, stdout, stderr } = await keyturn('check');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    const places = ['3:18 stores.local.kind', '6:30 accounts.main.live.secret.store', '10:10 panels.billing.url'];
    const more = ['11:17 panels.billing.identifier', '14:20 panels.billing.bindings[0].account'];
    for (const place of [...places, ...more]) expect(stderr).toContain(`keyturn.yaml:${place}`);
    expect(stderr).toContain('Did you mean "main"?');
    expect(stderr).toMatch(/\nCorrect these lines, then run the same command again\.\n$/);
    expect(stderr).not.toContain('plain-identifier');
  });

  test.each([['doctor'], ['plan'], ['rotate'], ['status'], ['worker'], ['key', 'submit']])(
    'ends %s before anything is opened, as one JSON document',
    async (...command) => {
      const { code, stdout } = await keyturn(...command, '--json');
      expect(code).toBe(3);
      const { error } = errorDocument.parse(JSON.parse(stdout));
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).toContain('5 errors');
    },
  );
});
