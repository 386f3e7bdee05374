import type { SecretClient } from '@azure/keyvault-secrets';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { WatchesVersions } from '../../../src/core/store-powers.ts';
import type { AzureClient } from './client.ts';
import type { Vault } from './vault.ts';
import { newestOf } from './versions.ts';

/** Azure gives at most this many secrets in one answer. */
const PAGE = 25;
/** As many secrets as this are asked about one by one: hardly dearer than a listing. */
const FEW = 5;
/** Single questions on their way at the same time. */
const AT_ONCE = 5;
/** A listing may have this many times the pages that our own secrets fill (each has one beside it), before it is given up. */
const PATIENCE = 6;
/** Azure tells times in whole seconds: something that changed just now may change again and look the same. */
const SETTLED_MS = 5_000;

/** What a listing says of one secret, to tell one state of it from another, and when that state came to be. */
interface Seen {
  readonly mark: string;
  readonly updatedMs: number;
}

interface Known {
  readonly mark: string;
  readonly current: VersionId | undefined;
}

interface Deps {
  readonly client: AzureClient;
  readonly clock: Clock;
  readonly open: (signal: AbortSignal) => Pick<Vault, 'list'>;
}

/**
 * Which versions are current, without a value being read. The vault's listing tells 25 secrets in one call when each of them changed
 * last; only those that are not as they were are asked about, one call each. A listing that is denied (a role on single secrets) or
 * that is mostly other people's secrets is not tried again by this store.
 */
export function createCurrentVersions({ client, clock, open }: Deps): WatchesVersions['currentVersions'] {
  const known = new Map<string, Known>();
  let listing = true;
  return async (names, signal) => {
    const seen = listing && names.length > FEW ? await list(client, names, signal) : undefined;
    if (names.length > FEW && seen === undefined) listing = false;
    const vault = open(signal);
    const unsure = names.filter((name) => !isAsKnown(known.get(name), seen?.get(listed(name)), seen !== undefined));
    for (let start = 0; start < unsure.length; start += AT_ONCE) {
      const some = unsure.slice(start, start + AT_ONCE);
      await Promise.all(some.map((name) => ask(name)));
    }
    return new Map(names.map((name) => [name, isGone(name) ? undefined : known.get(name)?.current]));

    function isGone(name: string): boolean {
      return seen !== undefined && !seen.has(listed(name));
    }
    async function ask(name: string): Promise<void> {
      const current = isGone(name) ? undefined : newestOf(await vault.list(name));
      const state = seen?.get(listed(name));
      const isSettled = state !== undefined && state.updatedMs + SETTLED_MS < clock.now();
      known.set(name, { mark: isSettled ? state.mark : '', current });
    }
  };
}

/** Key Vault tells names apart without regard to case, and lists them as they were first written. */
function listed(name: string): string {
  return name.toLowerCase();
}

function isAsKnown(known: Known | undefined, seen: Seen | undefined, isListed: boolean): boolean {
  return isListed && known !== undefined && seen !== undefined && known.mark === seen.mark;
}

/** Undefined if the listing is not worth making: denied, or too long for what we look for in it. */
async function list(
  client: AzureClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen> | undefined> {
  const wanted = new Set(names.map(listed));
  const mostPages = Math.ceil(names.length / PAGE) * PATIENCE;
  try {
    return await client.find(signal, (sdk, options) => readPages(sdk, { wanted, mostPages, options }));
  } catch (error) {
    if (error instanceof KeyturnError && error.code === 'PERMISSION_DENIED') return undefined;
    throw error;
  }
}

interface Listing {
  readonly wanted: ReadonlySet<string>;
  readonly mostPages: number;
  readonly options: { abortSignal: AbortSignal };
}

async function readPages(
  sdk: SecretClient,
  { wanted, mostPages, options }: Listing,
): Promise<ReadonlyMap<string, Seen> | undefined> {
  const seen = new Map<string, Seen>();
  let pages = 0;
  for await (const page of sdk.listPropertiesOfSecrets(options).byPage()) {
    pages += 1;
    if (pages > mostPages) return undefined;
    for (const { name, createdOn, updatedOn, enabled, tags } of page) {
      if (!wanted.has(listed(name))) continue;
      const updatedMs = updatedOn?.getTime() ?? 0;
      seen.set(listed(name), { updatedMs, mark: JSON.stringify([createdOn?.getTime(), updatedMs, enabled, tags]) });
    }
  }
  return seen;
}
