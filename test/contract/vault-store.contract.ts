import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VersionId } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { refusal } from '../support/refusal.ts';
import { at, createVaultAdmin, openVaultStore, type VaultAdmin, type VaultPlace } from '../support/vault.ts';
import type { SeededSecret } from './secret-store/suite.ts';
import { secretStoreContract } from './secret-store.contract.ts';

/** A server that is there for the tests of one file. */
export interface RunningVault extends VaultPlace {
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;
const TOKEN_VARIABLE = 'KEYTURN_TEST_VAULT_TOKEN';

function payload(): SecretValue {
  return new SecretValue(JSON.stringify({ apiKey: `key-${randomUUID()}`, resellerId: randomUUID() }));
}

function fieldsOf(value: SecretValue): object {
  return JSON.parse(value.reveal()) as object;
}

async function seed(admin: VaultAdmin, value: SecretValue): Promise<SeededSecret> {
  const name = `keyturn/${randomUUID()}`;
  return { name, current: `v${await admin.put(name, fieldsOf(value))}` as VersionId, value };
}

/** Opens the store with a token, as the tests of one file use it. */
export function storeAt(
  { address, token }: VaultPlace,
  options: object = {},
  clock?: Clock,
): ReturnType<typeof openVaultStore> {
  process.env[TOKEN_VARIABLE] = token;
  return openVaultStore({ address, signIn: { method: 'token', token: `env:${TOKEN_VARIABLE}` }, ...options }, clock);
}

/** What the store must do with any server of KV version 2, HashiCorp's, OpenBao or ours. */
export function vaultStoreContract(server: string, start: () => Promise<RunningVault>): void {
  secretStoreContract(`hashicorp-vault on ${server}`, { access: 'read-write' }, async () => {
    const vault = await start();
    const [store, another] = [storeAt(vault), storeAt(vault)];
    return {
      store,
      another,
      emptySecret: async () => `keyturn/${randomUUID()}`,
      seed: (value) => seed(createVaultAdmin(vault), value),
      async close() {
        await store.close();
        await another.close();
        await vault.stop();
      },
    };
  });

  describe(`hashicorp-vault on ${server}`, () => {
    let vault: RunningVault;
    let admin: VaultAdmin;
    let store: ReturnType<typeof storeAt>;
    beforeAll(async () => {
      vault = await start();
      admin = createVaultAdmin(vault);
      store = storeAt(vault);
    });
    afterAll(async () => {
      await store.close();
      await vault.stop();
    });

    async function rotate(name: string, from: VersionId | undefined, value = payload()): Promise<VersionId> {
      const id = await store.stage(name, value, { token: randomUUID() }, NEVER);
      await store.promote(name, id, { expectedCurrent: from }, NEVER);
      return id;
    }

    it('shows other programs the key that works until the next one is promoted, and then that one', async () => {
      const { name, current, value } = await seed(admin, payload());
      const next = payload();
      const id = await store.stage(name, next, { token: randomUUID() }, NEVER);
      expect(await admin.get(name)).toEqual(fieldsOf(value));
      await store.discard(name, id, NEVER);
      expect(await admin.get(name)).toEqual(fieldsOf(value));
      await store.stage(name, next, { token: id }, NEVER);
      await store.promote(name, id, { expectedCurrent: current }, NEVER);
      expect(await admin.get(name)).toEqual(fieldsOf(next));
      expect(await admin.get(name, 1)).toEqual(fieldsOf(value));
      expect(at((await admin.call('GET', `secret/metadata/${name}`)).body, 'data', 'current_version')).toBe(2);
    });

    it('keeps no value beside the secret once it is promoted, and says there whose that is', async () => {
      const { name, current, value } = await seed(admin, payload());
      const next = payload();
      await rotate(name, current, next);
      const { body } = await admin.call('GET', `secret/metadata/${name}.keyturn`);
      expect(at(body, 'data', 'custom_metadata', 'managed-by')).toBe('keyturn');
      const newest = Number(at(body, 'data', 'current_version'));
      const kept = await Promise.all(
        Array.from({ length: newest }, (_, index) => admin.get(`${name}.keyturn`, index + 1)),
      );
      expect(kept.at(-1)).toMatchObject({ keyturn: 1 });
      for (const secret of [value, next]) {
        expect(JSON.stringify(kept).includes(String(at(fieldsOf(secret), 'apiKey')))).toBe(false);
      }
    });

    it('takes what anybody else wrote as current, under its number, and the one before it as previous', async () => {
      const { name, current } = await seed(admin, payload());
      const ours = await rotate(name, current);
      const theirs = payload();
      expect(await admin.put(name, fieldsOf(theirs))).toBe(3);
      const found = await store.read(name, 'current', NEVER);
      expect(found?.versionId).toBe('v3');
      expect(found?.value.reveal()).toBe(theirs.reveal());
      expect((await store.read(name, 'previous', NEVER))?.versionId).toBe(ours);
    });

    it('refuses to promote over what somebody else wrote meanwhile', async () => {
      const { name, current } = await seed(admin, payload());
      const id = await store.stage(name, payload(), { token: randomUUID() }, NEVER);
      const theirs = payload();
      await admin.put(name, fieldsOf(theirs));
      await refusal(store.promote(name, id, { expectedCurrent: current }, NEVER), 'STORE_CONFLICT');
      expect(await admin.get(name)).toEqual(fieldsOf(theirs));
    });

    it('recognises the staged value when somebody wrote it by hand', async () => {
      const { name, current } = await seed(admin, payload());
      const next = payload();
      const id = await store.stage(name, next, { token: randomUUID() }, NEVER);
      await admin.put(name, fieldsOf(next));
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
      expect(await store.read(name, 'pending', NEVER)).toBeUndefined();
      await store.promote(name, id, { expectedCurrent: current }, NEVER);
      expect(at((await admin.call('GET', `secret/metadata/${name}`)).body, 'data', 'current_version')).toBe(2);
    });

    it('stages a value that equals the current one beside it', async () => {
      const { name, current, value } = await seed(admin, payload());
      const id = await store.stage(name, value, { token: randomUUID() }, NEVER);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(current);
      expect((await store.read(name, 'pending', NEVER))?.versionId).toBe(id);
      await store.promote(name, id, { expectedCurrent: current }, NEVER);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
    });

    it('tells two versions with one value apart by their tokens', async () => {
      const { name, current } = await seed(admin, payload());
      const next = payload();
      const [dropped, first, second] = [randomUUID(), randomUUID(), randomUUID()] as [VersionId, VersionId, VersionId];
      await store.stage(name, next, { token: dropped }, NEVER);
      await store.discard(name, dropped, NEVER);
      for (const token of [first, second]) await store.stage(name, next, { token }, NEVER);
      await store.promote(name, first, { expectedCurrent: current }, NEVER);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(first);
      await store.promote(name, second, { expectedCurrent: first }, NEVER);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(second);
      expect((await store.read(name, 'previous', NEVER))?.versionId).toBe(first);
    });

    it('takes a deleted or destroyed newest version as an error with the way back, never as absent', async () => {
      const { name, current } = await seed(admin, payload());
      const id = await store.stage(name, payload(), { token: randomUUID() }, NEVER);
      for (const [path, body] of [
        ['secret/delete', { versions: [1] }],
        ['secret/destroy', { versions: [1] }],
      ] as const) {
        await admin.call('POST', `${path}/${name}`, body);
        expect((await refusal(store.read(name, 'current', NEVER), 'SECRET_NOT_FOUND')).fix).toContain('undelete');
        await refusal(store.promote(name, id, { expectedCurrent: current }, NEVER), 'SECRET_NOT_FOUND');
      }
      expect((await store.read(name, 'pending', NEVER))?.versionId).toBe(id);
    });

    it('reads a version that was brought back', async () => {
      const { name, current, value } = await seed(admin, payload());
      await admin.call('DELETE', `secret/data/${name}`);
      await refusal(store.read(name, 'current', NEVER), 'SECRET_NOT_FOUND');
      await admin.call('POST', `secret/undelete/${name}`, { versions: [1] });
      const found = await store.read(name, 'current', NEVER);
      expect(found?.versionId).toBe(current);
      expect(found?.value.reveal()).toBe(value.reveal());
    });

    it('takes a previous version that was deleted, destroyed or is no longer kept as absent', async () => {
      const { name, current } = await seed(admin, payload());
      await rotate(name, current);
      await admin.call('POST', `secret/delete/${name}`, { versions: [1] });
      expect(await store.read(name, 'previous', NEVER)).toBeUndefined();
      await admin.call('POST', `secret/destroy/${name}`, { versions: [1] });
      expect(await store.read(name, { version: current }, NEVER)).toBeUndefined();
      await admin.call('POST', `secret/metadata/${name}`, { max_versions: 1 });
      await admin.put(name, fieldsOf(payload()));
      expect(await store.read(name, 'previous', NEVER)).toBeUndefined();
    });

    it('knows a secret that was deleted and made anew from the one before', async () => {
      const { name, current } = await seed(admin, payload());
      const ours = await rotate(name, current);
      await admin.call('DELETE', `secret/metadata/${name}`);
      expect(await store.read(name, 'current', NEVER)).toBeUndefined();
      for (const value of [payload(), payload()]) await admin.put(name, fieldsOf(value));
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe('v2');
      expect(await store.read(name, { version: ours }, NEVER)).toBeUndefined();
      await rotate(name, 'v2' as VersionId);
    });

    it('tells the current versions of many secrets by the names that reading gives', async () => {
      const [ours, theirs] = [await seed(admin, payload()), await seed(admin, payload())];
      const names = [ours.name, theirs.name, `keyturn/${randomUUID()}`];
      expect([...(await store.currentVersions(names, NEVER)).values()].sort()).toEqual(['v1', 'v1', undefined]);
      const id = await rotate(ours.name, ours.current);
      await store.stage(theirs.name, payload(), { token: randomUUID() }, NEVER);
      await admin.put(theirs.name, fieldsOf(payload()));
      const found = await store.currentVersions(names, NEVER);
      expect(names.map((name) => found.get(name))).toEqual([id, 'v2', undefined]);
    });

    it('begins anew when somebody deleted what it keeps beside the secret', async () => {
      const { name, current } = await seed(admin, payload());
      await rotate(name, current);
      await admin.call('DELETE', `secret/data/${name}.keyturn`);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe('v2');
      await rotate(name, 'v2' as VersionId);
    });

    it('stops before something else that lies in its place beside the secret', async () => {
      const { name } = await seed(admin, payload());
      await admin.put(`${name}.keyturn`, { somebody: 'else' });
      await refusal(store.stage(name, payload(), { token: randomUUID() }, NEVER), 'SECRET_MALFORMED');
      expect(await admin.get(`${name}.keyturn`)).toEqual({ somebody: 'else' });
    });

    it('leaves the metadata of the secret as it found them', async () => {
      const { name, current } = await seed(admin, payload());
      await admin.call('POST', `secret/metadata/${name}`, { custom_metadata: { owner: 'ops' }, cas_required: true });
      await rotate(name, current);
      const { body } = await admin.call('GET', `secret/metadata/${name}`);
      expect(at(body, 'data', 'custom_metadata')).toEqual({ owner: 'ops' });
      expect(at(body, 'data', 'cas_required')).toBe(true);
    });

    it('loses no field, however odd its name', async () => {
      const { name, current } = await seed(admin, payload());
      const text = `{"":null,"__proto__":{"a":1},"apiKey":"key-${randomUUID()}","ratio":0.1,"resellerId":"x"}`;
      await rotate(name, current, new SecretValue(text));
      expect((await store.read(name, 'current', NEVER))?.value.reveal()).toBe(text);
    });

    it('refuses what is no JSON object, and a name that leads elsewhere', async () => {
      const { name } = await seed(admin, payload());
      const token = randomUUID();
      for (const text of ['plain', '[1]', '"x"', 'null']) {
        await refusal(store.stage(name, new SecretValue(text), { token }, NEVER), 'SECRET_MALFORMED');
      }
      for (const wrong of ['', '/', 'a//b', '../sys/policy', 'a/..', 'a\nb', `${name}.keyturn`]) {
        await refusal(store.read(wrong, 'current', NEVER), 'CONFIG_INVALID');
      }
    });

    it('takes names with any other characters', async () => {
      const name = `keyturn/ü %2F ?version=1#x&#x2F;y+${randomUUID()}`;
      const id = await rotate(name, undefined);
      expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
      expect(await admin.get(name.split('/').map(encodeURIComponent).join('/'))).toBeDefined();
    });

    it('says that there is no KV engine of version 2 at the mount, never "no such secret"', async () => {
      const nowhere = storeAt(vault, { mount: `nowhere-${randomUUID()}` });
      await refusal(nowhere.read('a', 'current', NEVER), 'CONFIG_INVALID');
      await nowhere.close();
      const mount = `kv1-${randomUUID()}`;
      await admin.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } });
      const unversioned = storeAt(vault, { mount });
      await refusal(unversioned.stage('a', payload(), { token: randomUUID() }, NEVER), 'CONFIG_INVALID');
      await unversioned.close();
    });
  });
}
