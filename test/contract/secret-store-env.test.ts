import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import { createEnvStore } from '../../providers/secret-stores/env/index.ts';
import { createHttpClient } from '../../providers/shared/http.ts';
import { parseCredential } from '../../src/core/credential-payload.ts';
import type { StoreId, VersionId } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps, testFingerprint } from '../support/provider-deps.ts';
import { secretStoreContract } from './secret-store.contract.ts';

const VARIABLES = { resellerId: 'KEYTURN_CONTRACT_ID', apiKey: 'KEYTURN_CONTRACT_KEY' } as const;

secretStoreContract('env', { access: 'read-only' }, async () => {
  const http = createHttpClient();
  const name = randomUUID();
  const store = createEnvStore('env' as StoreId, { secrets: { [name]: VARIABLES } }, createTestDeps(http));
  return {
    store,
    another: store,
    emptySecret: async () => randomUUID(),
    async seed(value) {
      const { resellerId, apiKey } = parseCredential(value);
      env['KEYTURN_CONTRACT_ID'] = resellerId;
      env['KEYTURN_CONTRACT_KEY'] = apiKey.reveal();
      // The two variables hold the credential and nothing else of the payload.
      const held = JSON.stringify({ resellerId, apiKey: apiKey.reveal() });
      return { name, current: `env-${testFingerprint(held)}` as VersionId, value: new SecretValue(held) };
    },
    async close() {
      delete env['KEYTURN_CONTRACT_ID'];
      delete env['KEYTURN_CONTRACT_KEY'];
      await http.close();
    },
  };
});
