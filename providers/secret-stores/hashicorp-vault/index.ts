import type { StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import type { ProbesRights, WatchesVersions } from '../../../src/core/store-powers.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertSize, assertToken } from '../../shared/store-preconditions.ts';
import { createVaultClient } from './client.ts';
import { createKv } from './kv.ts';
import type { VaultStoreOptions } from './options.ts';
import { secretPaths } from './paths.ts';
import { vaultRights } from './rights.ts';
import { discardVersion, promoteVersion, stageVersion } from './stages.ts';
import { readVersion, type VaultSecret } from './versions.ts';
import { createVersionWatch } from './watch.ts';

/** Small enough that a journal full of them fits into one entry of any storage backend (Consul: 512 KiB). */
const MAX_BYTES = 32_768;

/**
 * HashiCorp Vault and OpenBao, KV version 2. Other programs read a secret's newest version, so a value is written there only when
 * it is promoted, by check-and-set; until then it waits in a secret beside it. `value` is the JSON text of the secret's fields.
 */
export function createVaultStore(
  id: StoreId,
  options: VaultStoreOptions,
  deps: ProviderDeps,
): SecretStore & ProbesRights & WatchesVersions {
  const client = createVaultClient(options, deps);
  const kv = createKv(client, deps.clock);

  function secret(name: string, signal: AbortSignal): VaultSecret {
    return { paths: secretPaths(options.mount, name), kv, clock: deps.clock, signal };
  }

  const watch = createVersionWatch({ kv, pathsOf: (name) => secretPaths(options.mount, name), secretOf: secret });
  return {
    id,
    capabilities: { writable: true, stages: 'emulated', maxBytes: MAX_BYTES },
    read: async (name, which, signal) => readVersion(secret(name, signal), which),
    async stage(name, value, { token }, signal) {
      assertToken(token);
      assertSize(value, MAX_BYTES);
      const versionId = token as VersionId;
      await stageVersion(secret(name, signal), value, versionId);
      return versionId;
    },
    promote: async (name, versionId, { expectedCurrent }, signal) =>
      promoteVersion(secret(name, signal), versionId, expectedCurrent),
    discard: async (name, versionId, signal) => discardVersion(secret(name, signal), versionId),
    probeRights: async (name, signal) => vaultRights(client, deps.clock, secret(name, signal)),
    currentVersions: (names, signal) => watch.currentVersions(names, signal),
    close: () => client.close(),
  };
}
