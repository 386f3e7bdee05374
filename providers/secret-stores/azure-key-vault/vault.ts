import type { KeyVaultSecret, SecretProperties } from '@azure/keyvault-secrets';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { Clock, Fingerprinter } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { AzureClient } from './client.ts';
import { type Mark, readMark, type Tags, toTags } from './marks.ts';

/** What Azure tells of a version without its value. */
export interface VersionFacts {
  /** Azure's own id. */
  readonly azureId: string;
  readonly tags: Tags;
  readonly isEnabled: boolean;
  readonly contentType: string | undefined;
  /** Azure keeps whole seconds, so that two versions may be of one age. */
  readonly createdMs: number;
  readonly notBeforeMs: number | undefined;
  readonly expiresMs: number | undefined;
}

export interface AzureVersion extends VersionFacts {
  /** What Keyturn knows the version by: the id in our mark, or Azure's own for a version that somebody else made. */
  readonly id: VersionId;
  readonly mark: Mark | undefined;
  readonly value: SecretValue;
}

export interface NewVersion {
  readonly value: SecretValue;
  readonly mark: Mark;
  readonly contentType: string;
  /** Besides those of the mark. */
  readonly tags?: Tags;
}

/** The calls Keyturn makes, by the names of secrets in one vault. `undefined` is Azure's documented "not found" alone. */
export interface Vault {
  latest(name: string): Promise<AzureVersion | undefined>;
  version(name: string, azureId: string): Promise<AzureVersion | undefined>;
  /** All versions, in no order; empty if there is no such secret. */
  list(name: string): Promise<readonly VersionFacts[]>;
  /** Whether the secret is deleted and can be brought back; false too where Keyturn may not look. */
  isDeleted(name: string): Promise<boolean>;
  put(name: string, version: NewVersion): Promise<void>;
  /** Writes another mark onto a version that we made. */
  remark(name: string, version: AzureVersion, mark: Mark): Promise<void>;
}

export interface VaultDeps {
  readonly client: AzureClient;
  readonly clock: Clock;
  readonly fingerprint: Fingerprinter;
  readonly expireAfterDays: number | undefined;
}

const DAY_MS = 86_400_000;

/** The vault for the length of one call of the store. */
export function createVault(deps: VaultDeps, signal: AbortSignal): Vault {
  const { client, clock, fingerprint, expireAfterDays } = deps;

  async function version(name: string, azureId?: string): Promise<AzureVersion | undefined> {
    const found = await client.find(signal, (sdk, options) =>
      sdk.getSecret(name, { ...options, ...(azureId !== undefined && { version: azureId }) }),
    );
    return found && toVersion(name, found, fingerprint);
  }

  return {
    latest: (name) => version(name),
    version,
    async list(name) {
      const all = await client.find(signal, async (sdk, options) => {
        const pages: SecretProperties[] = [];
        for await (const properties of sdk.listPropertiesOfSecretVersions(name, options)) pages.push(properties);
        return pages;
      });
      return (all ?? []).map(toFacts);
    },
    async isDeleted(name) {
      try {
        return (await client.find(signal, (sdk, options) => sdk.getDeletedSecret(name, options))) !== undefined;
      } catch (error) {
        if (error instanceof KeyturnError && error.code === 'PERMISSION_DENIED') return false;
        throw error;
      }
    },
    async put(name, { value, mark, contentType, tags }) {
      const expiry =
        expireAfterDays === undefined ? {} : { expiresOn: new Date(clock.now() + expireAfterDays * DAY_MS) };
      const ours = toTags(mark, { name, value }, fingerprint);
      await client.write(signal, (sdk, options) =>
        sdk.setSecret(name, value.reveal(), { ...options, ...expiry, contentType, tags: { ...tags, ...ours } }),
      );
    },
    async remark(name, { azureId, value, tags }, mark) {
      const ours = toTags(mark, { name, value }, fingerprint);
      await client.write(signal, (sdk, options) =>
        sdk.updateSecretProperties(name, azureId, { ...options, tags: { ...tags, ...ours } }),
      );
    },
  };
}

function toVersion(name: string, found: KeyVaultSecret, fingerprint: Fingerprinter): AzureVersion {
  if (typeof found.value !== 'string') throw odd('without a value');
  const facts = toFacts(found.properties);
  const value = new SecretValue(found.value);
  if (found.properties.managed === true || found.properties.certificateKeyId !== undefined) throw certificate();
  const mark = readMark(facts.tags, { name, value }, fingerprint);
  return { ...facts, value, mark, id: mark?.id ?? (facts.azureId as VersionId) };
}

function toFacts(properties: SecretProperties): VersionFacts {
  const { version, createdOn } = properties;
  if (version === undefined || version === '' || createdOn === undefined) throw odd('without an id or a time');
  return {
    azureId: version,
    tags: properties.tags ?? {},
    isEnabled: properties.enabled !== false,
    contentType: properties.contentType,
    createdMs: createdOn.getTime(),
    notBeforeMs: properties.notBefore?.getTime(),
    expiresMs: properties.expiresOn?.getTime(),
  };
}

function odd(what: string): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', `Azure Key Vault gave a version ${what}.`);
}

function certificate(): KeyturnError {
  return new KeyturnError(
    'SECRET_MALFORMED',
    'The secret in Azure belongs to a certificate and can only be changed with it.',
    {
      fix: 'Keep the credential in a secret of its own.',
      untouched: 'The secret was not changed.',
    },
  );
}
