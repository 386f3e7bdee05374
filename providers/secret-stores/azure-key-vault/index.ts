import type { StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import type { ProbesRights, WatchesVersions } from '../../../src/core/store-powers.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertSize, assertToken } from '../../shared/store-preconditions.ts';
import { vaultUrl } from './addresses.ts';
import { createAzureClient } from './client.ts';
import { createCurrentVersions } from './current-versions.ts';
import { stagingName } from './names.ts';
import type { AzureStoreOptions } from './options.ts';
import { promoteVersion } from './promotion.ts';
import { probeRights } from './rights.ts';
import { discardVersion, stageVersion } from './stages.ts';
import { inTurn } from './turns.ts';
import { createVault, type Vault } from './vault.ts';
import { type AzureSecret, readVersion } from './versions.ts';

/** Azure's limit for the value of a secret is 25 kB. */
const MAX_BYTES = 25_000;

/**
 * Azure Key Vault. It has versions and no stages: what others read by name is the newest version, so a pending one waits under a
 * name of its own beside it, and to promote is to write its value as the newest version. Tags say what is what (marks.ts).
 */
export function createAzureStore(
  id: StoreId,
  options: AzureStoreOptions,
  deps: ProviderDeps,
): SecretStore & ProbesRights & WatchesVersions {
  const { clock, fingerprint } = deps;
  const client = createAzureClient(options, deps);
  const place = vaultUrl(options).href;
  const { expireAfterDays } = options;

  function vaultFor(signal: AbortSignal): Vault {
    return createVault({ client, clock, fingerprint, expireAfterDays }, signal);
  }

  function open(name: string, signal: AbortSignal): AzureSecret {
    return { name, staging: stagingName(name), vault: vaultFor(signal), clock, signal };
  }
  function alone<T>(secret: AzureSecret, work: () => Promise<T>): Promise<T> {
    return inTurn(`${place} ${secret.name}`, work);
  }

  return {
    id,
    capabilities: { writable: true, stages: 'emulated', maxBytes: MAX_BYTES },
    read: async (name, which, signal) => readVersion(open(name, signal), which),
    async stage(name, value, { token }, signal) {
      assertToken(token);
      assertSize(value, MAX_BYTES);
      const secret = open(name, signal);
      const versionId = token as VersionId;
      await alone(secret, () => stageVersion(secret, value, versionId, options.create));
      return versionId;
    },
    async promote(name, versionId, { expectedCurrent }, signal) {
      const secret = open(name, signal);
      await alone(secret, () => promoteVersion(secret, versionId, expectedCurrent));
    },
    async discard(name, versionId, signal) {
      const secret = open(name, signal);
      await alone(secret, () => discardVersion(secret, versionId));
    },
    probeRights: async (name, signal) => probeRights(open(name, signal), client, options.create),
    currentVersions: createCurrentVersions({ client, clock, open: vaultFor }),
    close: () => client.close(),
  };
}
