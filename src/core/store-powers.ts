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
