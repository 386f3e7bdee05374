import { randomUUID } from 'node:crypto';
import { makeFilePlace, openFileStore } from '../support/file-store.ts';
import { secretStoreContract } from './secret-store.contract.ts';

const NEVER = new AbortController().signal;

secretStoreContract('file', { access: 'read-write', watched: true }, async () => {
  const place = await makeFilePlace();
  const store = openFileStore(place);
  return {
    store,
    another: openFileStore(place),
    emptySecret: async () => `accounts/${randomUUID()}`,
    async seed(value) {
      const name = `accounts/${randomUUID()}`;
      const current = await store.stage(name, value, { token: randomUUID() }, NEVER);
      await store.promote(name, current, { expectedCurrent: undefined }, NEVER);
      return { name, current, value };
    },
    async close() {
      await store.close();
      await place.remove();
    },
  };
});
