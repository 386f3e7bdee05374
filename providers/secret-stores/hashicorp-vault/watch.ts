import type { VersionId } from '../../../src/core/model.ts';
import type { WatchesVersions } from '../../../src/core/store-powers.ts';
import type { Kv } from './kv.ts';
import type { SecretPaths } from './paths.ts';
import { look, type VaultSecret } from './versions.ts';

/** A few at a time, so that a watch of many secrets leaves room for those who work. */
const AT_ONCE = 4;

interface Known {
  readonly number: number;
  readonly createdAt: string;
  readonly id: VersionId;
}

export interface VersionWatchDeps {
  readonly kv: Kv;
  readonly pathsOf: (name: string) => SecretPaths;
  readonly secretOf: (name: string, signal: AbortSignal) => VaultSecret;
}

/**
 * Tells which versions are current by the secrets' metadata; what has not changed costs one call and shows no value. A number that is new is looked up once, with the journal, for the name that Keyturn
 * gave the version.
 */
export function createVersionWatch({ kv, pathsOf, secretOf }: VersionWatchDeps): WatchesVersions {
  const known = new Map<string, Known>();

  async function currentOf(name: string, signal: AbortSignal): Promise<VersionId | undefined> {
    const newest = await kv.newest(pathsOf(name).metadata, signal);
    if (newest === undefined) return undefined;
    const before = known.get(name);
    if (before?.number === newest.number && before.createdAt === newest.createdAt) return before.id;
    const seen = await look(secretOf(name, signal));
    if (seen.newest === undefined || seen.currentId === undefined) return undefined;
    const { number, createdAt } = seen.newest;
    known.set(name, { number, createdAt, id: seen.currentId });
    return seen.currentId;
  }

  return {
    async currentVersions(names, signal) {
      const found = new Map<string, VersionId | undefined>();
      const waiting = [...new Set(names)];
      async function work(): Promise<void> {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          found.set(name, await currentOf(name, signal));
        }
      }
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, work));
      } finally {
        // After a failure nobody waits for the others.
        waiting.length = 0;
      }
      return found;
    },
  };
}
