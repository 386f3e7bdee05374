import { randomUUID } from 'node:crypto';
import type { VersionId } from '../../src/core/model.ts';
import { createAzureTrust, openAzureStore, useTestClientSecret } from '../support/azure.ts';
import { createAzureVault } from '../support/azure-vault.ts';
import { startAzureWire } from '../support/azure-wire.ts';
import { secretStoreContract } from './secret-store.contract.ts';

useTestClientSecret();

secretStoreContract('azure-key-vault', { access: 'read-write', watched: true }, async () => {
  const trust = await createAzureTrust();
  const vault = createAzureVault();
  const wire = await startAzureWire({ certificate: trust.certificate, answer: vault.answer });
  const [store, another] = [1, 2].map(() => openAzureStore(wire.url, trust, { create: true }));
  if (!store || !another) throw new Error('no store');
  return {
    store,
    another,
    emptySecret: async () => `keyturn-${randomUUID()}`,
    async seed(value) {
      const name = `keyturn-${randomUUID()}`;
      return { name, current: vault.write(name, value.reveal()) as VersionId, value };
    },
    async close() {
      await store.close();
      await another.close();
      await wire.close();
      await trust.remove();
    },
  };
});
