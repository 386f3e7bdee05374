import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { VersionId } from '../../src/core/model.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { NEVER, newToken, open, RULES, reference, start, useVaultBench } from '../support/vault-bench.ts';

useVaultBench();

describe('hashicorp-vault: rights', () => {
  async function findings(rules: Readonly<Record<string, readonly string[]>>, exists: boolean) {
    const vault = await start();
    await vault.control.setPolicy({ name: 'keyturn', rules });
    const token = await reference(await newToken(vault));
    const store = open({ address: vault.url, signIn: { method: 'token', token } });
    if (exists) {
      await vault.control.setPolicy({ name: 'writer', rules: RULES });
      const writer = await reference(await newToken(vault, { policies: ['writer'] }));
      const writing = open({ address: vault.url, signIn: { method: 'token', token: writer } });
      const id = await writing.stage('keyturn/a', new SecretValue('{"a":1}'), { token: randomUUID() }, NEVER);
      await writing.promote('keyturn/a', id, { expectedCurrent: undefined }, NEVER);
    }
    await vault.control.forget();
    const found = await store.probeRights('keyturn/a', NEVER);
    const seen = await vault.control.requests();
    expect(seen.filter(({ method, path }) => method !== 'GET' && path !== 'sys/capabilities-self')).toEqual([]);
    return found;
  }

  const DOCUMENTED = {
    'secret/data/keyturn/a': ['read', 'update'],
    'secret/data/keyturn/a.keyturn': ['create', 'read', 'update'],
    'secret/metadata/keyturn/a.keyturn': ['create', 'update'],
  };

  it('says ok for the documented policy, and a rotation works with no more than that', async () => {
    expect((await findings(DOCUMENTED, true)).map(({ level }) => level)).toEqual(['ok']);
    const vault = await start();
    await vault.control.setPolicy({
      name: 'exact',
      rules: { ...DOCUMENTED, 'secret/data/keyturn/a': ['create', 'read', 'update'] },
    });
    const token = await reference(await newToken(vault, { policies: ['exact'] }));
    const store = open({ address: vault.url, signIn: { method: 'token', token } });
    for (const expectedCurrent of [undefined, await rotateOnce(store, undefined)] as const) {
      if (expectedCurrent !== undefined) await rotateOnce(store, expectedCurrent);
    }
  });

  async function rotateOnce(store: SecretStore, expectedCurrent: VersionId | undefined) {
    const id = await store.stage(
      'keyturn/a',
      new SecretValue(`{"a":"${randomUUID()}"}`),
      { token: randomUUID() },
      NEVER,
    );
    await store.promote('keyturn/a', id, { expectedCurrent }, NEVER);
    return id;
  }

  it.each(Object.entries(DOCUMENTED).flatMap(([path, all]) => all.map((one) => [one, path] as const)))(
    'names %s on %s when it is missing',
    async (capability, path) => {
      const rest = Reflect.get(DOCUMENTED, path) as readonly string[];
      const found = await findings({ ...DOCUMENTED, [path]: rest.filter((one) => one !== capability) }, true);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ level: 'blocker' });
      expect(found[0]?.what).toContain(`"${capability}" on ${path}.`);
    },
  );

  it('takes a secret that is not there and may not be made as a blocker', async () => {
    const found = await findings(DOCUMENTED, false);
    expect(found.map(({ level, what }) => [level, what.includes('"create" on secret/data/keyturn/a.')])).toEqual([
      ['blocker', true],
    ]);
  });

  it('warns when Vault does not say', async () => {
    const vault = await start();
    const token = await reference(await newToken(vault, { bare: true }));
    await vault.control.setPolicy({ name: 'keyturn', rules: { ...RULES, 'auth/token/lookup-self': ['read'] } });
    const store = open({ address: vault.url, signIn: { method: 'token', token } });
    expect((await store.probeRights('keyturn/a', NEVER)).map(({ level }) => level)).toEqual(['warning']);
  });
});
