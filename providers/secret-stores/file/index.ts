import { resolve } from 'node:path';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import type { ProbesRights, WatchesVersions } from '../../../src/core/store-powers.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertNotAborted, assertSize, assertToken } from '../../shared/store-preconditions.ts';
import { createCurrentVersions } from './current-versions.ts';
import {
  emptyDocument,
  findVersion,
  parseDocument,
  type SecretDocument,
  trimmed,
  withCurrent,
  withoutPending,
  withPending,
} from './document.ts';
import { createEncryption, type Encryption } from './encryption.ts';
import { makeDirectory, readSecretFile, secretPath, writeSecretFile } from './files.ts';
import { underLock } from './lock.ts';
import type { FileStoreOptions } from './options.ts';
import { fileRights } from './rights.ts';

const MAX_BYTES = 65_536;

/**
 * The embedded store: one age-encrypted file per secret, with all its versions and stages inside. Every change is read, made and
 * written under a lock that holds between processes on one machine. Not for a network file system.
 */
export function createFileStore(
  id: StoreId,
  options: FileStoreOptions,
  deps: ProviderDeps,
): SecretStore & ProbesRights & WatchesVersions {
  const documents = createDocuments(options, deps);
  const directory = resolve(options.directory);
  const currentOf = createCurrentVersions(async (name, signal) => (await documents.read(name, signal))?.stages.current);
  return {
    id,
    capabilities: { writable: true, stages: 'native', maxBytes: MAX_BYTES },
    async read(name, which, signal) {
      const document = await documents.read(name, signal);
      return document && findVersion(document, typeof which === 'string' ? document.stages[which] : which.version);
    },
    async stage(name, value, { token }, signal) {
      assertToken(token);
      assertSize(value, MAX_BYTES);
      const versionId = token as VersionId;
      const createdAt = new Date(deps.clock.now()).toISOString();
      await documents.change(name, signal, (document) =>
        withPending(document ?? emptyDocument(name), versionId, value, createdAt),
      );
      return versionId;
    },
    promote: (name, versionId, { expectedCurrent }, signal) =>
      documents.change(name, signal, (document) =>
        withCurrent(document ?? emptyDocument(name), versionId, expectedCurrent),
      ),
    discard: (name, versionId, signal) =>
      documents.change(name, signal, (document) => document && withoutPending(document, versionId)),
    async probeRights(name, signal) {
      assertNotAborted(signal);
      return fileRights(directory, secretPath(directory, name));
    },
    async currentVersions(names, signal) {
      const versions = new Map<string, VersionId | undefined>();
      for (const name of names) {
        assertNotAborted(signal);
        versions.set(name, await currentOf(name, secretPath(directory, name), signal));
      }
      return versions;
    },
    async close() {},
  };
}

interface Documents {
  read(name: string, signal: AbortSignal): Promise<SecretDocument | undefined>;
  /** Writes what `change` makes of the document; the same object back, or undefined, writes nothing. */
  change(
    name: string,
    signal: AbortSignal,
    change: (document: SecretDocument | undefined) => SecretDocument | undefined,
  ): Promise<void>;
}

function createDocuments(options: FileStoreOptions, deps: ProviderDeps): Documents {
  const directory = resolve(options.directory);
  let ready: Encryption | undefined;

  /** Only success is kept: an identity that is put right later is found at the next call. */
  async function encryption(signal: AbortSignal): Promise<Encryption> {
    ready ??= await createEncryption(await deps.resolveSecret(options.identity, signal));
    return ready;
  }

  async function read(name: string, signal: AbortSignal): Promise<SecretDocument | undefined> {
    const path = secretPath(directory, name);
    assertNotAborted(signal);
    const opener = await encryption(signal);
    const bytes = await readSecretFile(path);
    return bytes && parseDocument(await opener.decrypt(bytes), name);
  }

  return {
    read,
    async change(name, signal, change) {
      const path = secretPath(directory, name);
      assertNotAborted(signal);
      const sealer = await encryption(signal);
      await makeDirectory(directory);
      await underLock(path, deps.clock, signal, async (assertHeld) => {
        const before = await read(name, signal);
        const after = change(before);
        if (after === undefined || after === before) return;
        const kept = trimmed(after, options.keepVersions);
        const bytes = await sealer.encrypt(JSON.stringify(kept));
        assertNotAborted(signal);
        assertHeld();
        await writeSecretFile(path, bytes);
        if (!(await readSecretFile(path))?.equals(bytes)) throw notWritten(name);
      });
    },
  };
}

/** A disk that says yes and did not write is noticed before anybody relies on the new version. */
function notWritten(name: string): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', 'A secret was written to the file store and is not there.', {
    fix: 'Look at the disk that holds the store, then run it again.',
    context: { name },
  });
}
