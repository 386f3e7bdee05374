import type { Filter } from '@aws-sdk/client-secrets-manager';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { WatchesVersions } from '../../../src/core/store-powers.ts';
import type { AwsClient } from './client.ts';
import { readLabels } from './labels.ts';

type Versions = Map<string, VersionId | undefined>;

/** AWS gives at most this many secrets in one answer of ListSecrets. */
const PAGE = 100;
/** A filter of ListSecrets takes this many values. */
const MAX_PREFIXES = 10;
/** As many secrets as this are asked about one by one: that is exact, and hardly dearer than a listing. */
const FEW = 5;
/** Single questions on their way at the same time; AWS allows far more, but not only to us. */
const AT_ONCE = 5;
/** A listing may read this many times the pages that our own secrets fill, before it is given up as full of others'. */
const PATIENCE = 3;

/**
 * Which versions are AWSCURRENT. Many secrets: ListSecrets, a hundred in one call, by the folders that their names begin with. Few:
 * DescribeSecret, one call each. A listing that is denied, or that is mostly other people's secrets, is not tried again by this
 * store; then every secret is described. AWS says that a listing may be five minutes old.
 */
export function createCurrentVersions(client: AwsClient): WatchesVersions['currentVersions'] {
  let listing = true;
  return async (names, signal) => {
    const versions: Versions = new Map();
    const listable = names.filter((name) => !name.startsWith('arn:'));
    if (listing && listable.length > FEW) {
      listing = await list(client, { names: listable, versions }, signal);
    }
    await describeAll(client, { names: names.filter((name) => !versions.has(name)), versions }, signal);
    return versions;
  };
}

async function describeAll(client: AwsClient, { names, versions }: Listing, signal: AbortSignal): Promise<void> {
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const some = names.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map((name) => describe(client, name, signal)));
    for (const [index, name] of some.entries()) versions.set(name, found[index]);
  }
}

async function describe(client: AwsClient, name: string, signal: AbortSignal): Promise<VersionId | undefined> {
  const found = await client.find(signal, (sdk, options) => sdk.describeSecret({ SecretId: name }, options));
  return found?.DeletedDate === undefined ? readLabels(found?.VersionIdsToStages).current : undefined;
}

interface Listing {
  readonly names: readonly string[];
  /** Filled with what is found. */
  readonly versions: Versions;
}

/** Whether the listing came to its end and is worth making again. */
async function list(client: AwsClient, { names, versions }: Listing, signal: AbortSignal): Promise<boolean> {
  const wanted = new Set(names);
  const filters = filtersFor(names);
  const lastPage = Math.ceil(names.length / PAGE) * PATIENCE;
  let next: string | undefined;
  for (let page = 1; page <= lastPage; page += 1) {
    const input = { MaxResults: PAGE, Filters: filters, ...(next !== undefined && { NextToken: next }) };
    const found = await unlessDenied(client.call(signal, (sdk, options) => sdk.listSecrets(input, options)));
    if (!found) return false;
    for (const { Name, SecretVersionsToStages } of found.SecretList ?? []) {
      if (Name !== undefined && wanted.has(Name)) versions.set(Name, readLabels(SecretVersionsToStages).current);
    }
    next = found.NextToken;
    if (next === undefined) {
      noteMissing({ names, versions });
      return true;
    }
  }
  return false;
}

/** What a whole listing does not have is not there. */
function noteMissing({ names, versions }: Listing): void {
  for (const name of names) {
    if (!versions.has(name)) versions.set(name, undefined);
  }
}

/** The right to list is no right that a rotation needs, so a policy may leave it out. */
async function unlessDenied<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof KeyturnError && error.code === 'PERMISSION_DENIED') return undefined;
    throw error;
  }
}

/** By the folders that the names are in, as deep as a filter can hold them; else by what all begin with; else everything. */
function filtersFor(names: readonly string[]): Filter[] {
  const depth = Math.max(...names.map((name) => name.split('/').length - 1));
  for (let parts = depth; parts > 0; parts -= 1) {
    const folders = new Set(names.map((name) => folderOf(name, parts)));
    if (!folders.has('') && folders.size <= MAX_PREFIXES) return [{ Key: 'name', Values: [...folders] }];
  }
  const start = names.reduce(commonStart);
  return start === '' ? [] : [{ Key: 'name', Values: [start] }];
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** At most `parts` folders of a name, with the `/` behind them; empty if it has none. */
function folderOf(name: string, parts: number): string {
  const folders = name.split('/').slice(0, -1).slice(0, parts);
  return folders.map((folder) => `${folder}/`).join('');
}
