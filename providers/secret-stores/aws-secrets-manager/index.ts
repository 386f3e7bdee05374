import type { StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import type { ProbesRights, WatchesVersions } from '../../../src/core/store-powers.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertSize, assertToken } from '../../shared/store-preconditions.ts';
import { createAwsClient } from './client.ts';
import { createCurrentVersions } from './current-versions.ts';
import { createLabelling } from './labelling.ts';
import type { AwsStoreOptions } from './options.ts';
import { awsRights } from './rights.ts';
import { type AwsSecret, dropPending, promoteVersion, stageVersion } from './stages.ts';
import { readVersion } from './versions.ts';

const MAX_BYTES = 65_536;

/**
 * AWS Secrets Manager by its own staging labels. The idempotency token is the ClientRequestToken and so the version's id. One
 * thing differs from other stores because AWS wants it so: the first version of an empty secret is current as soon as it is staged.
 */
export function createAwsStore(
  id: StoreId,
  options: AwsStoreOptions,
  deps: ProviderDeps,
): SecretStore & ProbesRights & WatchesVersions {
  const client = createAwsClient(options, deps.clock);

  function secret(name: string, signal: AbortSignal): AwsSecret {
    return {
      name,
      signal,
      client,
      create: options.create,
      labelling: createLabelling(client, deps.clock, name, signal),
    };
  }

  return {
    id,
    capabilities: { writable: true, stages: 'native', maxBytes: MAX_BYTES },
    read: (name, which, signal) => readVersion(client, name, which, signal),
    async stage(name, value, { token }, signal) {
      assertToken(token);
      assertSize(value, MAX_BYTES);
      const versionId = token as VersionId;
      await stageVersion(secret(name, signal), value, versionId);
      return versionId;
    },
    promote: (name, versionId, { expectedCurrent }, signal) =>
      promoteVersion(secret(name, signal), versionId, expectedCurrent),
    discard: (name, versionId, signal) => dropPending(secret(name, signal), versionId),
    currentVersions: createCurrentVersions(client),
    probeRights: (name, signal) => awsRights(client, { name, create: options.create }, signal),
    async close() {
      client.close();
    },
  };
}
