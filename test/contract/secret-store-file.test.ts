import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeIdentityFile } from '../../providers/secret-stores/file/identity.ts';
import { createFileStore } from '../../providers/secret-stores/file/index.ts';
import { fileStoreOptions } from '../../providers/secret-stores/file/options.ts';
import { createHttpClient } from '../../providers/shared/http.ts';
import type { StoreId } from '../../src/core/model.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { secretStoreContract } from './secret-store.contract.ts';

secretStoreContract('file', { access: 'read-write' }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-file-store-'));
  await writeIdentityFile(join(directory, 'identity'));
  const options = fileStoreOptions.parse({
    directory: join(directory, 'secrets'),
    identity: `file:${directory}/identity`,
  });
  const http = createHttpClient();
  const deps = createTestDeps(http);
  const store = createFileStore('files' as StoreId, options, deps);
  return {
    store,
    another: createFileStore('files' as StoreId, options, deps),
    emptySecret: async () => `accounts/${randomUUID()}`,
    async seed(value) {
      const name = `accounts/${randomUUID()}`;
      const current = await store.stage(name, value, { token: randomUUID() }, new AbortController().signal);
      await store.promote(name, current, { expectedCurrent: undefined }, new AbortController().signal);
      return { name, current, value };
    },
    async close() {
      await store.close();
      await http.close();
      await rm(directory, { recursive: true });
    },
  };
});
