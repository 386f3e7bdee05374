import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfig, loadConfig, readConfig } from '../../../src/infra/config/load.ts';
import { emptyDirectory, problemLines, readText } from '../../support/config-files.ts';
import { fakeKinds } from '../../support/config-kinds.ts';

const GOOD = `fingerprintKey: file:fp.key
redis: { url: env:REDIS_URL }
stores:
  local: { kind: box, directory: data, identity: file:id.txt }
accounts:
  main:
    live: { secret: { store: local, name: dna/main }, resellerId: 0A1B2C3D-0000-0000-0000-000000000000 }
    test: { secret: { store: local, name: dna/main-test } }
panels:
  billing:
    kind: acme
    url: https://billing.example.com
    secret: env:ACME_SECRET
    caFile: ca.pem
    bindings:
      - { account: main, row: 1 }
      - { account: main, environment: test, policy: heal, row: 2 }
`;

describe('readConfig', () => {
  it('gives accounts, panels and bindings with ids, defaults and absolute paths; references stay as they are', async () => {
    const directory = await emptyDirectory();
    const path = join(directory, 'keyturn.yaml');
    await writeFile(path, GOOD);

    const result = await readConfig(path, fakeKinds);

    function store(name: string): object {
      return { store: 'local', name };
    }
    expect(result).toEqual({
      ok: true,
      config: {
        path,
        directory,
        fingerprintKey: 'file:fp.key',
        redis: { url: 'env:REDIS_URL' },
        stores: [
          {
            id: 'local',
            kind: 'box',
            options: { directory: join(directory, 'data'), identity: 'file:id.txt', keep: 10 },
          },
        ],
        accounts: [
          {
            accountId: 'main',
            environment: 'live',
            secret: store('dna/main'),
            resellerId: '0A1B2C3D-0000-0000-0000-000000000000',
          },
          { accountId: 'main', environment: 'test', secret: store('dna/main-test') },
        ],
        panels: [
          {
            id: 'billing',
            kind: 'acme',
            options: {
              url: 'https://billing.example.com',
              secret: 'env:ACME_SECRET',
              caFile: join(directory, 'ca.pem'),
            },
          },
        ],
        bindings: [
          {
            bindingId: 'billing/main/live',
            panelId: 'billing',
            panelKind: 'acme',
            accountId: 'main',
            environment: 'live',
            policy: 'alert',
            options: { row: 1 },
          },
          {
            bindingId: 'billing/main/test',
            panelId: 'billing',
            panelKind: 'acme',
            accountId: 'main',
            environment: 'test',
            policy: 'heal',
            options: { row: 2 },
          },
        ],
        vendor: { live: { url: 'https://vendor.example/api' }, rate: 1 },
        worker: { concurrency: 100, drainSeconds: 10, abortSeconds: 5, watchSeconds: 60, logLevel: 'info' },
      },
    });
  });

  it('takes a section whose options are all commented out as one that is not there', async () => {
    expect(await problemLines(GOOD.replace('redis: { url: env:REDIS_URL }', 'redis:\nworker:\nvendor:'))).toEqual([]);
  });

  it('accepts a byte-order mark, Windows line ends, merge keys and JSON', async () => {
    expect(await problemLines(`\uFEFF${GOOD}`)).toEqual([]);
    expect(await problemLines(GOOD.replaceAll('\n', '\r\n'))).toEqual([]);
    const merged = `${GOOD.replace('  billing:', '  billing: &base')}  shop:\n    <<: *base\n    url: https://shop.example.com\n`;
    const result = await readText(merged);
    expect(result.ok && result.config.panels.map((panel) => panel.options)).toMatchObject([
      { url: 'https://billing.example.com' },
      { url: 'https://shop.example.com', secret: 'env:ACME_SECRET' },
    ]);
    const json = {
      fingerprintKey: 'env:KEY',
      stores: { local: { kind: 'box', directory: 'x' } },
      accounts: { main: { live: { secret: { store: 'local', name: 'a' } } } },
    };
    expect(await problemLines(JSON.stringify(json, undefined, '\t'))).toEqual([]);
  });

  it('reads ten thousand panels', async () => {
    const panels = Array.from(
      { length: 10_000 },
      (_, index) => `  p${String(index)}:\n    kind: hand\n    bindings: [{ account: main }]\n`,
    );
    const result = await readText(GOOD + panels.join(''));
    expect(result.ok && result.config.bindings.length).toBe(10_002);
  });

  it.each([
    ['UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), 'is encoded as UTF-16. Save it as UTF-8.'],
    ['Latin-1', Buffer.from('# é\n', 'latin1'), 'is not UTF-8 text. Save it as UTF-8.'],
    ['binary', 'a: \0', 'holds binary characters. Check that this is the right file, saved as UTF-8.'],
    ['17 MiB', '#'.repeat(17 * 1024 * 1024), 'is too large. At most 16777216 bytes are read.'],
  ])('refuses %s with a clear reason', async (_, content, problem) => {
    expect(await problemLines(content)).toEqual([problem]);
  });

  it('refuses a directory and a file that is not there', async () => {
    const directory = await emptyDirectory();
    expect(await readConfig(directory, fakeKinds)).toMatchObject({ problems: [{ what: 'is a directory' }] });
    expect(await readConfig(join(directory, 'no.yaml'), fakeKinds)).toMatchObject({
      ok: false,
      problems: [{ path: '', what: 'does not exist', fix: 'Check the path.' }],
    });
  });
});

describe('loadConfig', () => {
  it('throws one error that lists every problem with its place', async () => {
    const path = join(await emptyDirectory(), 'keyturn.yaml');
    await writeFile(path, GOOD.replace('row: 1', 'rwo: 1').replace('file:fp.key', 'abc'));

    await expect(loadConfig(path, fakeKinds)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      safeMessage: [
        'keyturn.yaml has 2 errors',
        'keyturn.yaml:1:17 fingerprintKey: must be a reference, not the secret itself. Keep the secret elsewhere and write env:NAME, file:PATH or store:STORE/NAME#FIELD here.',
        'keyturn.yaml:16:26 panels.billing.bindings[0].rwo: is not a known option. Did you mean "row"?',
      ].join('\n'),
      context: { problems: 2 },
    });
  });
});

describe('findConfig', () => {
  it('takes --config, then KEYTURN_CONFIG, then keyturn.yaml, then keyturn.yml', async () => {
    const directory = await emptyDirectory();
    await expect(findConfig(undefined, {}, directory)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await writeFile(join(directory, 'keyturn.yml'), '');
    expect(await findConfig(undefined, {}, directory)).toBe(join(directory, 'keyturn.yml'));
    await writeFile(join(directory, 'keyturn.yaml'), '');
    expect(await findConfig(undefined, {}, directory)).toBe(join(directory, 'keyturn.yaml'));
    expect(await findConfig(undefined, { KEYTURN_CONFIG: 'env.yaml' }, directory)).toBe(join(directory, 'env.yaml'));
    await mkdir(join(directory, 'sub'));
    expect(await findConfig('sub/flag.yaml', { KEYTURN_CONFIG: 'env.yaml' }, directory)).toBe(
      join(directory, 'sub/flag.yaml'),
    );
  });
});
