import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { panelKinds, storeKinds } from '../../../providers/registry.ts';
import { generateIdentity } from '../../../providers/secret-stores/file/identity.ts';
import { vendorOptions } from '../../../providers/vendors/domainnameapi/options.ts';
import { renderInitConfig } from '../../../src/infra/config/init-template.ts';
import { initialize } from '../../../src/infra/config/initialize.ts';
import { loadConfig, readConfig } from '../../../src/infra/config/load.ts';
import { emptyDirectory } from '../../support/config-files.ts';

const kinds = { stores: storeKinds, panels: panelKinds, vendor: vendorOptions };
const FILES = ['.keyturn/.gitignore', '.keyturn/fingerprint.key', '.keyturn/identity.txt', 'keyturn.yaml'];

const PANEL_KINDS = Object.keys(panelKinds);

describe('initialize', () => {
  it('writes a configuration that is right as it is, and keys that their owner alone may read', async () => {
    const directory = await emptyDirectory();

    expect(await initialize(directory, { force: false, generateIdentity, panelKinds: PANEL_KINDS })).toEqual({
      created: FILES,
      kept: [],
    });

    const config = await loadConfig(join(directory, 'keyturn.yaml'), kinds);
    expect(config.accounts).toHaveLength(1);
    expect(config.panels).toEqual([]);
    expect((await readdir(directory)).sort()).toEqual(['.keyturn', 'keyturn.yaml']);
    expect((await readdir(join(directory, '.keyturn'))).sort()).toEqual([
      '.gitignore',
      'fingerprint.key',
      'identity.txt',
    ]);
    for (const key of ['fingerprint.key', 'identity.txt']) {
      expect((await stat(join(directory, '.keyturn', key))).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(join(directory, '.keyturn/fingerprint.key'), 'utf8')).toMatch(/^[\w-]{43}$/);
    expect(await readFile(join(directory, '.keyturn/identity.txt'), 'utf8')).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]+$/m);
    expect(await readFile(join(directory, '.keyturn/.gitignore'), 'utf8')).toBe('*\n');
    const [first] = (await readFile(join(directory, 'keyturn.yaml'), 'utf8')).split('\n');
    const schema = /^# yaml-language-server: \$schema=(.+)$/.exec(first ?? '')?.[1] ?? '';
    expect(JSON.parse(await readFile(schema, 'utf8'))).toHaveProperty('title', 'keyturn.yaml');
  });

  it('never replaces a configuration without force, and never a key', async () => {
    const directory = await emptyDirectory();
    await initialize(directory, { force: false, generateIdentity, panelKinds: PANEL_KINDS });
    const key = await readFile(join(directory, '.keyturn/fingerprint.key'), 'utf8');
    await writeFile(join(directory, 'keyturn.yaml'), 'mine');

    await expect(
      initialize(directory, { force: false, generateIdentity, panelKinds: PANEL_KINDS }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      untouched: 'Nothing was written.',
    });
    expect(await readFile(join(directory, 'keyturn.yaml'), 'utf8')).toBe('mine');

    expect(await initialize(directory, { force: true, generateIdentity, panelKinds: PANEL_KINDS })).toEqual({
      created: ['keyturn.yaml'],
      kept: FILES.slice(0, 3),
    });
    expect(await readFile(join(directory, '.keyturn/fingerprint.key'), 'utf8')).toBe(key);
    expect(await readFile(join(directory, 'keyturn.yaml'), 'utf8')).not.toBe('mine');
  });

  it('leaves no empty key behind when making one fails', async () => {
    const directory = await emptyDirectory();
    function broken(): Promise<never> {
      return Promise.reject(new Error('no entropy'));
    }

    await expect(
      initialize(directory, { force: false, generateIdentity: broken, panelKinds: PANEL_KINDS }),
    ).rejects.toThrow('could not be written');
    expect(await readdir(join(directory, '.keyturn'))).not.toContain('identity.txt');
    expect((await initialize(directory, { force: false, generateIdentity, panelKinds: PANEL_KINDS })).created).toEqual(
      FILES.slice(2),
    );
  });

  it('says so when the directory cannot be written', async () => {
    const directory = join(await emptyDirectory(), 'file');
    await writeFile(directory, '');
    await expect(
      initialize(directory, { force: false, generateIdentity, panelKinds: PANEL_KINDS }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      context: { code: 'ENOTDIR' },
    });
  });
});

/** Takes the "#" off every option that is commented out. */
function everythingSwitchedOn(): string {
  return renderInitConfig('x.json', PANEL_KINDS).replaceAll(/^( *)#(?=[^ #\n])/gm, '$1');
}

describe('the starter configuration', () => {
  it('is right with every option switched on, too', async () => {
    const path = join(await emptyDirectory(), 'keyturn.yaml');
    await writeFile(path, everythingSwitchedOn());

    const result = await readConfig(path, kinds);

    expect(result).toMatchObject({ ok: true });
    const shown = result.ok ? result.config.panels.map((panel) => panel.kind) : [];
    expect(shown).toEqual(expect.arrayContaining(['whmcs', 'blesta', 'fossbilling', 'manual']));
    expect(result.ok && result.config.bindings).toHaveLength(shown.length);
  });

  it('gives options that stay the same when a provider parses them once more', async () => {
    const path = join(await emptyDirectory(), 'keyturn.yaml');
    await writeFile(path, everythingSwitchedOn());
    const { stores, panels, bindings, vendor } = await loadConfig(path, kinds);

    for (const store of stores)
      expect((await storeKinds[store.kind]?.schema())?.parse(store.options)).toEqual(store.options);
    for (const panel of panels) {
      expect((await panelKinds[panel.kind]?.schemas())?.panel.parse(panel.options)).toEqual(panel.options);
    }
    for (const { panelKind, options } of bindings) {
      expect((await panelKinds[panelKind]?.schemas())?.binding.parse(options)).toEqual(options);
    }
    expect(vendorOptions.parse(vendor)).toEqual(vendor);
  });

  it('names every kind and every option that Keyturn itself has', () => {
    const text = renderInitConfig('x.json', PANEL_KINDS);
    for (const kind of [...Object.keys(storeKinds), ...Object.keys(panelKinds)]) expect(text).toContain(kind);
    for (const option of [
      'concurrency',
      'chunkSize',
      'drainSeconds',
      'abortSeconds',
      'logLevel',
      'resellerId',
      'policy',
    ]) {
      expect(text).toContain(`#${option}: `);
    }
  });
});
