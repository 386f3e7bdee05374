import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VersionId } from '../../../src/core/model.ts';
import type { SecretVersion } from '../../../src/core/ports.ts';
import { SECRET_REFERENCE, type SecretReference, secretSourceOf } from '../../../src/core/secret-reference.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createSecretResolver } from '../../../src/infra/config/secret-references.ts';
import { emptyDirectory } from '../../support/config-files.ts';

const signal = new AbortController().signal;

function version(payload: string): SecretVersion {
  return { versionId: 'v1' as VersionId, stages: ['current'], value: new SecretValue(payload) };
}

async function resolverOver(env: Record<string, string> = {}, secrets: Record<string, string> = {}) {
  const directory = await emptyDirectory();
  const warnings: object[] = [];
  const resolveSecret = createSecretResolver({
    directory,
    env,
    readFromStore: async (store, name) => {
      const payload = secrets[`${store}/${name}`];
      return payload === undefined ? undefined : version(payload);
    },
    log: { warn: (fields) => warnings.push(fields) },
  });
  async function reveal(reference: string): Promise<string> {
    return (await resolveSecret(reference as SecretReference, signal)).reveal();
  }
  return { directory, reveal, warnings };
}

describe('createSecretResolver', () => {
  it('finds secrets in the environment, in files beside the configuration and in stores', async () => {
    const { directory, reveal, warnings } = await resolverOver(
      { API_KEY: 'from-env' },
      { 'aws/prod/acme': '{"secret":"from-store"}', 'aws/plain': 'whole\npayload\n' },
    );
    await mkdir(join(directory, 'keys'));
    await writeFile(join(directory, 'keys/a.key'), 'from-file\r\n', { mode: 0o600 });

    expect(await reveal('env:API_KEY')).toBe('from-env');
    expect(await reveal('file:keys/a.key')).toBe('from-file');
    expect(await reveal(`file:${join(directory, 'keys/a.key')}`)).toBe('from-file');
    expect(await reveal('store:aws/prod/acme#secret')).toBe('from-store');
    expect(await reveal('store:aws/plain')).toBe('whole\npayload');
    expect(warnings).toEqual([]);
  });

  it('warns, and goes on, when others may read the file', async () => {
    const { directory, reveal, warnings } = await resolverOver();
    await writeFile(join(directory, 'open.key'), 'from-file');
    await chmod(join(directory, 'open.key'), 0o644);

    expect(await reveal('file:open.key')).toBe('from-file');
    expect(warnings).toEqual([{ path: join(directory, 'open.key'), mode: '644', fix: 'chmod 600' }]);
  });

  it.each([
    ['env:NOT_SET', 'The environment variable NOT_SET is not set.'],
    ['env:BLANK', 'The environment variable BLANK is empty.'],
    ['env:toString', 'The environment variable toString is not set.'],
    ['file:none.key', 'The file none.key does not exist.'],
    ['file:.', 'The file . is a directory.'],
    ['file:blank.key', 'The file blank.key is empty.'],
    ['file:latin.key', 'The file latin.key is not UTF-8 text.'],
    ['store:aws/none', 'The secret none in the store aws does not exist.'],
    ['store:aws/blank', 'The secret blank in the store aws is empty.'],
    ['store:aws/text#key', 'The secret text in the store aws is not a JSON object, so it has no fields.'],
    ['store:aws/json#other', 'The secret json in the store aws has no text in the field other.'],
    ['store:aws/json#count', 'The secret json in the store aws has no text in the field count.'],
    ['store:aws/json#empty', 'The secret json in the store aws has nothing in the field empty.'],
    ['store:aws/json#toString', 'The secret json in the store aws has no text in the field toString.'],
  ])('%s: %s', async (reference, safeMessage) => {
    const { directory, reveal } = await resolverOver(
      { BLANK: ' \n' },
      { 'aws/blank': '\n', 'aws/text': 'hidden-text', 'aws/json': '{"key":"hidden-text","count":3,"empty":""}' },
    );
    await writeFile(join(directory, 'blank.key'), '\n');
    await writeFile(join(directory, 'latin.key'), Buffer.from('é', 'latin1'));

    const failure: unknown = await reveal(reference).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', safeMessage, untouched: 'Nothing was changed.' });
    expect(failure).toHaveProperty('fix', expect.stringMatching(/\.$/));
    expect(JSON.stringify(failure)).not.toContain('hidden-text');
  });
});

describe('secret references', () => {
  it.each([
    ['env:A_1', { from: 'env', name: 'A_1' }],
    ['file:C:/keys/a', { from: 'file', path: 'C:/keys/a' }],
    ['store:aws/a/b:c', { from: 'store', store: 'aws', name: 'a/b:c' }],
    ['store:aws/a/b#c.d', { from: 'store', store: 'aws', name: 'a/b', field: 'c.d' }],
  ])('%s', (text, source) => {
    expect(text).toMatch(SECRET_REFERENCE);
    expect(secretSourceOf(text as SecretReference)).toEqual(source);
  });

  it.each([
    '',
    'env:',
    'env:A B',
    'env:1A',
    'file:',
    'file:a\nb',
    'store:a',
    'store:/b',
    'store:a/',
    'store:a/#b',
    'ENV:A',
    's3cret',
  ])('%j is none', (text) => {
    expect(text).not.toMatch(SECRET_REFERENCE);
  });
});
