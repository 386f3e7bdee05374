import type { VersionId } from './model.ts';
import type { Finding, SecretStore } from './ports.ts';

/* What only some stores can do: interfaces of their own beside `SecretStore` (DESIGN.md section 6). */

/** The store can find out what Keyturn's sign-in may do there, without doing it. */
export interface ProbesRights {
  /**
   * Tries each right that a rotation of the secret `name` needs and changes nothing, whatever the answers are.
   *
   * Findings, at least one: `ok` names the rights that are there; `blocker` names one that is missing, by the product's own name
   * for it, with the fix; `warning` one that could not be tried, and why. A secret that is not there is a blocker if the store
   * may not make it. Failures that say nothing about rights (unreachable, throttled, sign-in expired) throw a KeyturnError.
   */
  probeRights(name: string, signal: AbortSignal): Promise<readonly Finding[]>;
}

export function probesRights(store: SecretStore): store is SecretStore & ProbesRights {
  return 'probeRights' in store && typeof store.probeRights === 'function';
}

/** The store can tell which versions are current without giving out a value: what a watch asks again and again. */
export interface WatchesVersions {
  /**
   * The current version of each secret; undefined for one that is not there or has none. In as few calls as the product allows, and
   * none that reads a value: a listing with versions in it (AWS ListSecrets), metadata of one secret after the other (Vault
   * `metadata/`, Azure's list of versions) with a few at a time, or what the file system says of a file.
   *
   * The answer may be some minutes old where the product's listing is; whoever acts on it reads the secret first. The ids are those
   * of `read`. Throws as `read` does, RATE_LIMITED with `retryAfterMs` if the product says when to come back.
   */
  currentVersions(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, VersionId | undefined>>;
}

export function watchesVersions(store: SecretStore): store is SecretStore & WatchesVersions {
  return 'currentVersions' in store && typeof store.currentVersions === 'function';
}
