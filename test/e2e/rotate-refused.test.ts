import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorDocument, rotationDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** Runs a command that has to fail, and makes sure that neither the store nor any panel was touched. */
async function refused(args: readonly string[], stdin = '', env: Record<string, string> = {}) {
  const before = await world.store.files();
  const { code, stdout, stderr } = await world.run(args, { stdin, env });
  expect(await world.store.files()).toEqual(before);
  expect(await world.writes()).toBe(0);
  expect(stderr).not.toMatch(/\n {4}at /u);
  return { code, stdout, stderr };
}

describe('a key that cannot be right is refused with the reason, before anything is done with it', () => {
  test.each<[string, () => string, string]>([
    [
      'a line break inside',
      () => `${world.live.apiKey.slice(0, 20)}\n${world.live.apiKey.slice(20)}`,
      'a line break stands at position 21',
    ],
    ['a no-break space inside', () => `AAAAAAAAAA\u00a0BBBBBBBBBB`, 'a no-break space stands at position 11'],
    ['a zero-width space at the end', () => `AAAAAAAAAABBBBBBBBBB\u200b`, 'a zero-width space stands at position 21'],
    ['the Reseller ID', () => world.live.resellerId, 'Reseller ID'],
    ['nothing', () => '\n', 'it is empty'],
    ['a whole settings line', () => 'API_KEY=abcdefghijklmnop', 'a line of a settings file'],
    ['asterisks', () => '****************', 'a row of asterisks'],
  ])('%s', async (_what, key, reason) => {
    const { code, stderr } = await refused(['key', 'submit', 'main'], key());
    expect(stderr).toMatch(/keyturn: The API key was not accepted: .*Nothing was stored and nothing was sent\./u);
    expect(stderr).toContain(reason);
    expect(code).toBe(4);
  });

  test('the same in a rotation, as one JSON document', async () => {
    const { code, stdout } = await refused(['rotate', 'main', '--json'], 'AAAA\u200bBBBB');
    expect(errorDocument.parse(JSON.parse(stdout)).error).toMatchObject({ code: 'MALFORMED_CREDENTIAL' });
    expect(code).toBe(4);
  });

  test('the key that is current already: exit 4, with the way to roll it out again', async () => {
    const { code, stderr } = await refused(['rotate', 'main'], world.live.apiKey);
    expect(stderr).toContain('This is the key that main (live) has already.');
    expect(stderr).toContain('keyturn rotate main --from-store');
    expect(code).toBe(4);
  });
});

describe('a key that the vendor refuses', () => {
  test('is taken back: FAILED, exit 4, panels and current key untouched', async () => {
    const key = world.hide('a-key-that-the-vendor-never-gave-to-anyone');
    const { code, stdout } = await world.run(['rotate', 'main', '--json'], { stdin: key });
    const report = rotationDocument.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ outcome: 'FAILED', state: 'discarded', bindings: [] });
    expect(report.reason).toContain('No panel was touched.');
    expect(code).toBe(4);
    expect(await world.store.keyIn('current')).toBe(world.live.apiKey);
    expect(await world.store.keyIn('pending')).toBe(undefined);
    expect(await world.writes()).toBe(0);
  });

  test('because it is the test key, is named as that', async () => {
    // Only a pair of one Reseller ID can be the other environment's: the account below has the test pair's.
    const { resellerId, apiKey } = world.test;
    await world.configure((config) => ({
      ...config,
      accounts: { main: { live: { secret: { store: 'local', name: 'fresh' }, resellerId } } },
      panels: {},
    }));
    const { code, stdout } = await world.run(['rotate', 'main'], { stdin: apiKey });
    expect(stdout).toContain('This is the test key; main (live) needs the live one.');
    expect(stdout).toContain('FAILED  before any panel was touched');
    expect(code).toBe(4);
  });

  test('while it gives no usable answer: the key waits as pending, exit 75, and is proven later', async () => {
    const key = await world.regenerate();
    await world.vendor.control.setFault({ environment: 'live', mode: '503' });
    const submitted = await world.run(['key', 'submit', 'main', '--follow', '--wait', '1'], { stdin: key });
    expect(submitted.stdout).toContain('The vendor has given no usable answer about the new key yet.');
    expect(submitted.code).toBe(75);
    expect(await world.store.keyIn('current')).toBe(world.live.apiKey);
    expect(await world.store.keyIn('pending')).toBe(key);
    expect(await world.writes()).toBe(0);
  });
});

describe('what is found before the key is asked for', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['a panel that is down', () => world.whmcs.control.setFault({ mode: '503' }), 'billing/main/live'],
    ['a panel that answers HTML', () => world.whmcs.control.setFault({ mode: 'html' }), 'billing/main/live'],
    [
      'a module that would refuse the key',
      () => world.blesta.control.reconfigure({ change: { validationBug: true } }),
      "asks the vendor's test system",
    ],
    [
      'a vendor that is down',
      () => world.vendor.control.setFault({ mode: '503' }),
      'The vendor gives no usable answer',
    ],
  ])('%s: NO-GO, exit 4, and the operator is not told to regenerate', async (_what, cause, text) => {
    await cause();
    const { code, stdout, stderr } = await refused(['rotate', 'main'], 'never-read');
    expect(stdout).toContain('NO-GO');
    expect(stdout).toContain(text);
    expect(stderr).toContain('Nothing was changed.');
    expect(stderr).not.toContain('Regenerate the key');
    expect(code).toBe(4);
  });

  test('as JSON: outcome FAILED with the findings', async () => {
    await world.whmcs.control.setFault({ mode: '503' });
    const { code, stdout } = await refused(['rotate', 'main', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'FAILED', readiness: { go: false } });
    expect(code).toBe(4);
  });
});

describe('secrets and stores', () => {
  test('a reference to a variable that is not set says which, exit 4, and no other panel suffers', async () => {
    const { code, stdout } = await refused(['plan', 'main'], '', { PANEL_SECRET: '' });
    expect(stdout).toContain('PANEL_SECRET');
    expect(stdout).toContain('NO-GO');
    expect(code).toBe(4);
  });

  test('a secret that is not in the store yet', async () => {
    await world.configure((config) => ({
      ...config,
      accounts: {
        ...config.accounts,
        main: {
          live: { secret: { store: 'local', name: 'nowhere' } },
          test: { secret: { store: 'local', name: 'main-test' } },
        },
      },
    }));
    const { code, stderr } = await refused(['rotate', 'main', '--from-store']);
    expect(stderr).toContain(
      'Store local has no current credential for main (live). No panel was touched. Give the key with: keyturn key submit main',
    );
    expect(code).toBe(3);
  });

  test('a damaged secret is named and never overwritten', async () => {
    await writeFile(join(world.directory, '.keyturn/secrets/main.age'), 'this is no age file');
    const { code, stderr, stdout } = await refused(['rotate', 'main', '--from-store']);
    expect(stderr + stdout).toMatch(/cut off, changed, or no age file|damaged|not .*age/iu);
    expect([3, 4]).toContain(code);
  });

  test('an identity that does not open the store: denied, in one line', async () => {
    const other = await world.run(['init'], { cwd: await makeElsewhere() });
    expect(other.code).toBe(0);
    await world.configure((config) => ({
      ...config,
      stores: {
        local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:elsewhere/.keyturn/identity.txt' },
      },
    }));
    const { code, stdout, stderr } = await refused(['key', 'submit', 'main'], 'a-key-that-is-not-used-at-all');
    expect(stderr).toMatch(/^keyturn: .*identity.*$/mu);
    expect(stdout).toBe('');
    expect(code).toBe(4);
  });
});

async function makeElsewhere(): Promise<string> {
  const elsewhere = join(world.directory, 'elsewhere');
  await mkdir(elsewhere, { recursive: true });
  return elsewhere;
}
