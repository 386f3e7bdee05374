import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withCredential } from '../../src/core/credential-payload.ts';
import type { Stage } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { hashOf } from '../simulators/shared/hash.ts';
import type { Pair } from './cli-company.ts';
import { openFileStore } from './file-store.ts';

/** A file store under a directory that `keyturn init` has made, seen from outside. */
export interface StoreView {
  /** A new version, current at once. */
  put(name: string, pair: Pair): Promise<void>;
  /** The API key in a stage of the secret `main`. */
  keyIn(stage: Stage): Promise<string | undefined>;
  /** The hash of every file, as it is on disk: two calls that give the same mean that nothing was written. */
  files(): Promise<Readonly<Record<string, string>>>;
  clear(): Promise<void>;
}

const WITHIN_MS = 10_000;

export function viewStore(root: string, folder = 'secrets'): StoreView {
  const directory = join(root, '.keyturn', folder);
  const place = { directory, identity: join(root, '.keyturn/identity.txt') };
  return {
    async put(name, { resellerId, apiKey }) {
      const store = openFileStore(place);
      const signal = AbortSignal.timeout(WITHIN_MS);
      const before = await store.read(name, 'current', signal);
      const payload = withCredential(undefined, { resellerId, apiKey: new SecretValue(apiKey) });
      const version = await store.stage(name, payload, { token: randomUUID() }, signal);
      await store.promote(name, version, { expectedCurrent: before?.versionId }, signal);
      await store.close();
    },
    async keyIn(stage) {
      const store = openFileStore(place);
      const version = await store.read('main', stage, AbortSignal.timeout(WITHIN_MS));
      await store.close();
      if (!version) return undefined;
      const payload = JSON.parse(version.value.reveal()) as { apiKey: string };
      return payload.apiKey;
    },
    async files() {
      const names = await readdir(directory);
      const hashes = names.map(
        async (name) => [name, hashOf(await readFile(join(directory, name), 'base64'))] as const,
      );
      return Object.fromEntries(await Promise.all(hashes));
    },
    clear: () => rm(directory, { recursive: true, force: true }),
  };
}
