import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { createAzureStore } from '../../providers/secret-stores/azure-key-vault/index.ts';
import { azureStoreOptions } from '../../providers/secret-stores/azure-key-vault/options.ts';
import type { HttpClient } from '../../providers/shared/http.ts';
import type { StoreId } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { TENANT } from './azure-wire.ts';
import { createTestDeps, realClock } from './provider-deps.ts';
import { createTestCa, type KeyedCertificate } from './tls.ts';

export type AzureStore = ReturnType<typeof createAzureStore>;

export const CLIENT_SECRET = 'client-secret-of-the-test-0123456789';

/** For the reference in the options below. */
export function useTestClientSecret(): void {
  env['KEYTURN_TEST_AZURE_SECRET'] = CLIENT_SECRET;
}

export interface AzureTrust {
  readonly certificate: KeyedCertificate;
  /** The CA that signed it, PEM, and a file of that. */
  readonly authority: string;
  readonly caFile: string;
  remove(): Promise<void>;
}

/** A certificate for this machine and the CA to trust it by. */
export async function createAzureTrust(): Promise<AzureTrust> {
  const ca = await createTestCa();
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-azure-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca.cert);
  const certificate = await ca.issue(['127.0.0.1', 'localhost']);
  return { certificate, authority: ca.cert, caFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The Azure store as a configuration makes it, talking to `vault`, with the sign-in service at the same address. */
export function openAzureStore(
  vault: string,
  { caFile }: Pick<AzureTrust, 'caFile'>,
  options: object = {},
  clock: Clock = realClock,
): AzureStore {
  const http: HttpClient = {
    send: () => Promise.reject(new Error('the Azure store has a client of its own')),
    close: async () => {},
  };
  const signIn = {
    method: 'client-secret',
    tenantId: TENANT,
    clientId: 'client-of-the-test',
    clientSecret: 'env:KEYTURN_TEST_AZURE_SECRET',
  };
  const parsed = azureStoreOptions.parse({ vault, authorityHost: vault, signIn, caFile, ...options });
  return createAzureStore('azure' as StoreId, parsed, { ...createTestDeps(http), clock });
}
