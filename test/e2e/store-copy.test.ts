import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CompanyConfig } from '../support/cli-company.ts';
import { copyDocument } from '../support/cli-documents.ts';
import { viewStore } from '../support/cli-store.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  await vault().clear();
  await world.configure(withVault);
});

function vault() {
  return viewStore(world.directory, 'vault');
}

function withVault(config: CompanyConfig): CompanyConfig {
  const store = { kind: 'file', directory: '.keyturn/vault', identity: 'file:.keyturn/identity.txt' };
  return { ...config, stores: { ...config.stores, vault: store } };
}

/** As a person does it who follows what the command printed. */
function switched(config: CompanyConfig): CompanyConfig {
  const text = JSON.stringify(withVault(config).accounts).replaceAll('"store":"local"', '"store":"vault"');
  return { ...withVault(config), accounts: JSON.parse(text) as CompanyConfig['accounts'] };
}

describe('keyturn store copy', () => {
  test('moves a house: copy, prove, switch by hand, go on', async () => {
    const before = await world.store.files();
    const { code, stdout } = await world.run(['store', 'copy', 'local', 'vault']);
    expect(stdout).toContain('✔ main (live): copied to vault as main, with the version before.');
    expect(stdout).toContain('✔ main (test): copied to vault as main-test.');
    expect(stdout).toMatch(
      /Read back, same fingerprints in both: Reseller ID [0-9a-f]{8}, API key [0-9a-f]{8}, everything/u,
    );
    expect(stdout).toContain(
      `Nothing is switched yet. To use the copies, change in ${join(world.directory, 'keyturn.yaml')}:`,
    );
    expect(stdout).toMatch(
      /line \d+ {2}accounts\.main\.live\.secret\.store\n {4}- store: local\n {4}\+ store: vault\n/u,
    );
    expect(code).toBe(0);
    expect(await world.store.files()).toEqual(before);
    expect(await vault().keyIn('current')).toBe(world.live.apiKey);
    expect(await vault().keyIn('previous')).toBe(world.previousKey);

    await world.configure(switched);
    const again = await world.run(['store', 'copy', 'local', 'vault']);
    expect(again.stdout).toContain('Nothing to copy: no such account has its secret in store local.');
    expect(again.code).toBe(0);
    const key = await world.regenerate();
    expect((await world.run(['rotate', 'main'], { stdin: key })).stdout).toContain('PROVEN');
    expect(await vault().keyIn('current')).toBe(key);
  });

  test('as JSON says what was copied, what was there, what was refused, and what to change', async () => {
    await world.run(['store', 'copy', 'local', 'vault', '--account', 'other']);
    await vault().put('main', world.other);
    const { code, stdout } = await world.run(['store', 'copy', 'local', 'vault', '--json']);
    const { accounts, changes } = copyDocument.parse(JSON.parse(stdout));
    expect(accounts).toMatchObject([
      { account: 'main', environment: 'live', outcome: 'refused', error: { code: 'STORE_CONFLICT' } },
      { account: 'main', environment: 'test', outcome: 'copied', secrets: [{ name: 'main-test', previous: null }] },
      { account: 'other', outcome: 'already-there', error: null },
    ]);
    expect(changes.map(({ path }) => path)).toEqual([
      'accounts.main.test.secret.store',
      'accounts.other.live.secret.store',
    ]);
    expect(await vault().keyIn('current')).toBe(world.other.apiKey);
    expect(code).toBe(5);
  });

  test('one account under another name', async () => {
    const args = ['store', 'copy', 'local', 'vault', '-a', 'main', '--name', 'keyturn-main'];
    const several = await world.run(args);
    expect(several.stderr).toContain('--name is for one account, and these are 2.');
    expect(several.code).toBe(3);
    const { code, stdout } = await world.run([...args, '-e', 'live']);
    expect(stdout).toContain('    - name: main\n    + name: keyturn-main\n');
    expect(code).toBe(0);
  });

  test('what cannot be meant is refused before anything is read', async () => {
    const cases = [
      [['local', 'nowhere'], 'The configuration has no store nowhere. Nothing was copied. It has: local, vault.'],
      [['local', 'local'], 'Both stores are the same.'],
      [['local', 'vault', '-a', 'nobody'], 'The configuration has no account nobody.'],
    ] as const;
    for (const [args, text] of cases) {
      const { code, stderr } = await world.run(['store', 'copy', ...args]);
      expect(stderr).toContain(text);
      expect(code).toBe(3);
    }
  });

  test('refuses an account whose rotation runs', async () => {
    const key = await world.regenerate();
    await world.run(['key', 'submit', 'main'], { stdin: key });
    const { code, stdout } = await world.run(['store', 'copy', 'local', 'vault', '-a', 'main', '-e', 'live']);
    expect(stdout).toContain('✖ main (live): A rotation of main (live) is running already');
    expect(code).toBe(75);
  });
});
