import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from '../../providers/secret-stores/file/identity.ts';
import { createFileStore } from '../../providers/secret-stores/file/index.ts';
import { fileStoreOptions } from '../../providers/secret-stores/file/options.ts';
import type { StoreId } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from './provider-deps.ts';

export interface FilePlace {
  /** Holds the files of the secrets. */
  readonly directory: string;
  /** Path of the identity file. */
  readonly identity: string;
  remove(): Promise<void>;
}

/** A directory of its own under the system's temporary one, with a new identity in it. */
export async function makeFilePlace(): Promise<FilePlace> {
  const root = await mkdtemp(join(tmpdir(), 'keyturn-file-store-'));
  const identity = join(root, 'identity');
  await writeFile(identity, (await generateIdentity()).identity.reveal(), { mode: 0o600 });
  return { directory: join(root, 'secrets'), identity, remove: () => rm(root, { recursive: true }) };
}

/** The file store as a configuration makes it. It uses no HTTP. */
export function openFileStore(place: Pick<FilePlace, 'directory' | 'identity'>, options: object = {}) {
  const http = { send: () => Promise.reject(new Error('the file store sends nothing')), close: async () => {} };
  const parsed = fileStoreOptions.parse({ directory: place.directory, identity: `file:${place.identity}`, ...options });
  return createFileStore('files' as StoreId, parsed, createTestDeps(http));
}

export function newPayload(): SecretValue {
  return new SecretValue(JSON.stringify({ resellerId: randomUUID(), apiKey: `key-${randomUUID()}` }));
}
