import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import type { VersionId } from '../../src/core/model.ts';
import type { SecretValue } from '../../src/core/secret-value.ts';
import { type AzureStore, type AzureTrust, createAzureTrust, openAzureStore } from '../support/azure.ts';
import { type Lowkey, startLowkey } from '../support/lowkey.ts';
import { secretStoreContract } from './secret-store.contract.ts';

/*
 * Runs against Lowkey Vault; tried with 3.0.0. Where it differs from Azure, Azure decides: it answers 404 with the name of a Java class
 * for a secret that is not there, the same with a text of its own for a disabled version, and knows API versions up to 7.5.
 */

const NEVER = new AbortController().signal;

interface Place {
  readonly trust: AzureTrust;
  readonly lowkey: Lowkey;
}

function open({ lowkey, trust }: Place): AzureStore {
  return openAzureStore(lowkey.url, trust, { create: true, apiVersion: '7.5', signIn: { method: 'managed-identity' } });
}

/** Puts a first version there through a store of its own; nobody else knows the secret yet. */
async function write(person: AzureStore, name: string, value: SecretValue): Promise<VersionId> {
  const staged = await person.stage(name, value, { token: randomUUID() }, NEVER);
  await person.promote(name, staged, { expectedCurrent: undefined }, NEVER);
  return staged;
}

secretStoreContract('azure-key-vault on Lowkey Vault', { access: 'read-write' }, async () => {
  const trust = await createAzureTrust();
  const lowkey = await startLowkey(trust);
  env['IDENTITY_ENDPOINT'] = lowkey.identityEndpoint;
  env['IDENTITY_HEADER'] = 'header-of-the-test';
  const stores = { store: open({ lowkey, trust }), another: open({ lowkey, trust }), person: open({ lowkey, trust }) };
  return {
    store: stores.store,
    another: stores.another,
    emptySecret: async () => `keyturn-${randomUUID()}`,
    async seed(value) {
      const name = `keyturn-${randomUUID()}`;
      return { name, current: await write(stores.person, name, value), value };
    },
    async close() {
      for (const store of Object.values(stores)) await store.close();
      await lowkey.stop();
      await trust.remove();
    },
  };
});
