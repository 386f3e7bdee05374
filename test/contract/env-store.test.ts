import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEnvStore } from '../../providers/secret-stores/env/index.ts';
import { envStoreOptions } from '../../providers/secret-stores/env/options.ts';
import type { StoreId } from '../../src/core/model.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyturn-env-store-'));
  file = join(directory, '.env');
  vi.stubEnv('DNA_RESELLER_ID', undefined);
  vi.stubEnv('DNA_API_KEY', undefined);
});
afterEach(() => rm(directory, { recursive: true }));

function open(options: object = {}): SecretStore {
  const http = { send: () => Promise.reject(new Error('the env store sends nothing')), close: async () => {} };
  return createEnvStore('env' as StoreId, envStoreOptions.parse(options), createTestDeps(http));
}

async function read(store: SecretStore, name = 'main'): Promise<unknown> {
  const found = await store.read(name, 'current', NEVER);
  return found && JSON.parse(found.value.reveal());
}

describe('env store', () => {
  it('reads the documented variables when nothing is configured', async () => {
    const store = open();
    expect(await read(store)).toBeUndefined();
    vi.stubEnv('DNA_RESELLER_ID', 'id-1');
    vi.stubEnv('DNA_API_KEY', 'key-1-abcdef');
    expect(await read(store)).toEqual({ resellerId: 'id-1', apiKey: 'key-1-abcdef' });
  });

  it('reads a .env file exactly as it is, with a BOM, CRLF and stray spaces in quotes', async () => {
    await writeFile(file, '\uFEFFDNA_RESELLER_ID=id-2\r\n# note\r\nDNA_API_KEY=" key#2\u00A0"\r\n');
    expect(await read(open({ file }))).toEqual({ resellerId: 'id-2', apiKey: ' key#2\u00A0' });
  });

  it('lets the environment win over the file', async () => {
    await writeFile(file, 'DNA_RESELLER_ID=from-file\nDNA_API_KEY=key-from-file\n');
    vi.stubEnv('DNA_API_KEY', 'key-from-environment');
    expect(await read(open({ file }))).toEqual({ resellerId: 'from-file', apiKey: 'key-from-environment' });
  });

  it('sees a change of the file, under another version id', async () => {
    const store = open({ file });
    await writeFile(file, 'DNA_RESELLER_ID=id\nDNA_API_KEY=key-before\n');
    const before = await store.read('main', 'current', NEVER);
    expect((await store.read('main', 'current', NEVER))?.versionId).toBe(before?.versionId);
    await writeFile(file, 'DNA_RESELLER_ID=id\nDNA_API_KEY=key-after\n');
    const after = await store.read('main', 'current', NEVER);
    expect(after?.versionId).not.toBe(before?.versionId);
    expect(after?.versionId).not.toContain('key-after');
  });

  it('keeps several secrets apart and knows no other name', async () => {
    await writeFile(file, 'A_ID=a\nA_KEY=key-a\nDNA_RESELLER_ID=b\nB_KEY=key-b\n');
    const secrets = { a: { resellerId: 'A_ID', apiKey: 'A_KEY' }, b: { apiKey: 'B_KEY' } };
    const store = open({ file, secrets });
    expect(await read(store, 'a')).toEqual({ resellerId: 'a', apiKey: 'key-a' });
    expect(await read(store, 'b')).toEqual({ resellerId: 'b', apiKey: 'key-b' });
    for (const name of ['main', 'constructor', '__proto__']) expect(await read(store, name)).toBeUndefined();
  });

  it('names the variable that is missing beside its partner, and shows nothing of the other', async () => {
    vi.stubEnv('DNA_API_KEY', 'key-alone-abcdef');
    const error = await refusal(open().read('main', 'current', NEVER), 'SECRET_MALFORMED', ['key-alone-abcdef']);
    expect(error.safeMessage).toContain('DNA_RESELLER_ID');
  });

  it('takes a file that is not there, or is a directory, as a mistake and not as "no such secret"', async () => {
    await refusal(open({ file }).read('main', 'current', NEVER), 'CONFIG_INVALID');
    await refusal(open({ file: directory }).read('main', 'current', NEVER), 'CONFIG_INVALID');
  });

  it.each([
    { secrets: { a: { apiKey: 'not a name' } } },
    { secrets: { a: { key: 'X' } } },
    { path: 'x' },
    { file: '' },
  ])('refuses the options %j', (options) => {
    expect(envStoreOptions.safeParse(options).success).toBe(false);
  });
});
