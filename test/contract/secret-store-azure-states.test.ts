import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VersionId } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import {
  type AzureStore,
  type AzureTrust,
  createAzureTrust,
  openAzureStore,
  useTestClientSecret,
} from '../support/azure.ts';
import { type AzureVault, createAzureVault, type Right } from '../support/azure-vault.ts';
import { type AzureWire, startAzureWire } from '../support/azure-wire.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'keyturn-main';
const STAGING = 'keyturn-main-keyturn-pending';
const VALUE = new SecretValue('{"apiKey":"new"}');
const ACTIONS = 'Microsoft.KeyVault/vaults/secrets';

useTestClientSecret();
let trust: AzureTrust;
let wire: AzureWire;
let vault: AzureVault;
let store: AzureStore;
let current: VersionId;
beforeAll(async () => {
  trust = await createAzureTrust();
  wire = await startAzureWire({ certificate: trust.certificate, answer: (request) => vault.answer(request) });
});
beforeEach(() => {
  vault = createAzureVault();
  store = openAzureStore(wire.url, trust);
  current = vault.write(NAME, '{"apiKey":"old"}', { tags: { owner: 'ops' }, contentType: 'text/json' }) as VersionId;
  return () => store.close();
});
afterAll(async () => {
  await wire.close();
  await trust.remove();
});

function stage(): Promise<VersionId> {
  return store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
}

function attributes(name = NAME): { enabled: boolean; exp?: number; nbf?: number } {
  return vault.newest(name)?.attributes ?? expect.fail('no version');
}

describe('azure-key-vault: the state that a version is in', () => {
  it('never lets others read what is not promoted, and keeps the tags and the content type that people set', async () => {
    const staged = await stage();
    expect(vault.newest(NAME)?.value).toBe('{"apiKey":"old"}');
    await store.promote(NAME, staged, { expectedCurrent: current }, NEVER);
    const newest = vault.newest(NAME);
    expect(newest?.value).toBe(VALUE.reveal());
    expect(newest?.contentType).toBe('text/json');
    expect(newest?.tags).toMatchObject({ owner: 'ops', 'keyturn-version': staged, 'keyturn-previous': current });
    expect(newest?.attributes).toMatchObject({ enabled: true });
  });

  it('takes a disabled current version for what it is, and not for a right that is missing', async () => {
    const staged = await stage();
    attributes().enabled = false;
    const error = await refusal(store.read(NAME, 'current', NEVER), 'SECRET_NOT_FOUND');
    expect(error.safeMessage).toContain('disabled');
    await refusal(store.promote(NAME, staged, { expectedCurrent: current }, NEVER), 'SECRET_NOT_FOUND');
    expect(vault.secrets.get(NAME)).toHaveLength(1);
  });

  it('has no previous version when a person disabled it, and gives one that has expired', async () => {
    attributes().exp = 1;
    await store.promote(NAME, await stage(), { expectedCurrent: current }, NEVER);
    expect((await store.read(NAME, 'previous', NEVER))?.versionId).toBe(current);
    const before = vault.secrets.get(NAME)?.[0] ?? expect.fail('no version');
    before.attributes.enabled = false;
    expect(await store.read(NAME, 'previous', NEVER)).toBeUndefined();
  });

  it('says that the current version has expired or is not valid yet', async () => {
    attributes().exp = 1;
    expect((await refusal(store.read(NAME, 'current', NEVER), 'SECRET_NOT_FOUND')).safeMessage).toContain('expired');
    Object.assign(attributes(), { exp: undefined, nbf: 4_102_444_800 });
    expect((await refusal(store.read(NAME, 'current', NEVER), 'SECRET_NOT_FOUND')).safeMessage).toContain(
      'not valid yet',
    );
  });

  it('says how to bring back a secret, or what was staged, when it is deleted', async () => {
    const staged = await stage();
    vault.delete(STAGING);
    expect((await refusal(stage(), 'SECRET_NOT_FOUND')).fix).toContain('recover');
    vault.delete(NAME);
    for (const call of [() => store.read(NAME, 'current', NEVER), stage]) {
      expect((await refusal(call(), 'SECRET_NOT_FOUND')).fix).toContain('recover');
    }
    await refusal(store.promote(NAME, staged, { expectedCurrent: undefined }, NEVER), 'SECRET_NOT_FOUND');
  });

  it('does not make a secret unless it may', async () => {
    const error = await refusal(store.stage('no-such', VALUE, { token: randomUUID() }, NEVER), 'SECRET_NOT_FOUND');
    expect(error.fix).toContain('create: true');
    expect([...vault.secrets.keys()]).toEqual([NAME]);
  });

  it('knows a version that somebody wrote with our tags for theirs', async () => {
    const staged = await stage();
    await store.promote(NAME, staged, { expectedCurrent: current }, NEVER);
    const others = vault.write(NAME, '{"apiKey":"theirs"}', { tags: { ...vault.newest(NAME)?.tags } });
    expect((await store.read(NAME, 'current', NEVER))?.versionId).toBe(others);
  });

  it('leaves a secret alone that somebody else keeps under the name for staging', async () => {
    const theirs = vault.write(STAGING, 'theirs');
    await refusal(stage(), 'STORE_CONFLICT');
    await store.discard(NAME, theirs as VersionId, NEVER);
    expect(vault.secrets.get(STAGING)).toMatchObject([{ value: 'theirs', tags: {} }]);
  });

  it('refuses names that Azure has no room for, secrets of certificates, and tags without room for ours', async () => {
    for (const name of ['keyturn/main', 'a'.repeat(112), STAGING])
      await refusal(store.read(name, 'current', NEVER), 'CONFIG_INVALID');
    vault.write('certificate', 'pem', { managed: true });
    await refusal(store.read('certificate', 'current', NEVER), 'SECRET_MALFORMED');
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`tag-${String(index)}`, 'x']));
    vault.write(NAME, '{}', { tags });
    await refusal(stage(), 'CONFIG_INVALID');
  });

  it('sets an expiration date where one is wanted', async () => {
    const dated = openAzureStore(wire.url, trust, { expireAfterDays: 30 });
    const staged = await dated.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    await dated.promote(NAME, staged, { expectedCurrent: current }, NEVER);
    await dated.close();
    const days = ((attributes().exp ?? 0) * 1000 - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });
});

describe('azure-key-vault: rights', () => {
  it('finds all of them, tells what cannot be known, and changes nothing', async () => {
    const findings = await store.probeRights(NAME, NEVER);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'warning']);
    expect([...vault.secrets.keys()]).toEqual([NAME]);
  });

  it.each<Right>(['getSecret', 'setSecret', 'readMetadata', 'update'])('names %s when it is missing', async (right) => {
    vault.rights.delete(right);
    const blockers = (await store.probeRights(NAME, NEVER)).filter(({ level }) => level === 'blocker');
    expect(blockers.map(({ what }) => what)).toEqual([`${ACTIONS}/${right}/action is missing.`]);
  });

  it('says that there is no secret, that it is disabled, or deleted', async () => {
    attributes().enabled = false;
    expect((await store.probeRights(NAME, NEVER))[0]?.what).toContain('disabled');
    vault.delete(NAME);
    expect((await store.probeRights(NAME, NEVER))[0]?.what).toContain('recovered');
    expect((await store.probeRights('no-such', NEVER))[0]?.what).toContain('no such secret');
  });
});

describe('azure-key-vault: watching', () => {
  it('asks about what has changed alone, and reads no value', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `watched-${String(index)}`);
    const ids = names.map((name) => vault.write(name, '{}'));
    for (const { attributes: times } of [...vault.secrets.values()].flat()) {
      Object.assign(times, { created: times.created - 60, updated: times.updated - 60 });
    }
    const first = await store.currentVersions(names, NEVER);
    expect([...first.values()]).toEqual(ids);
    const before = wire.requests.length;
    await store.currentVersions(names, NEVER);
    expect(wire.requests.length - before).toBe(3);
    const next = vault.write('watched-7', '{}');
    expect((await store.currentVersions(names, NEVER)).get('watched-7')).toBe(next);
    expect(wire.requests.length - before).toBe(3 + 3 + 1);
    expect(wire.requests.filter(({ path }) => /^\/secrets\/watched-\d+$/u.test(path))).toEqual([]);
  });

  it('does without the listing where that is denied', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `watched-${String(index)}`);
    for (const name of names) vault.write(name, '{}');
    vault.rights.delete('readMetadata');
    await refusal(store.currentVersions(names, NEVER), 'PERMISSION_DENIED');
    vault.rights.add('readMetadata');
    expect((await store.currentVersions(names, NEVER)).size).toBe(6);
  });
});
