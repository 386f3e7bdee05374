import { randomUUID } from 'node:crypto';
import { type Answer, azureError, json, type WireAnswer, type WireRequest } from './azure-wire.ts';

/** One version as the API shows it; times are whole seconds, as Azure keeps them. */
export interface StoredVersion {
  readonly version: string;
  readonly value: string;
  contentType?: string;
  tags: Record<string, string>;
  attributes: { enabled: boolean; created: number; updated: number; nbf?: number; exp?: number };
  readonly managed?: boolean;
}

/** What a rotation and a person do to one vault. Names as the data actions of Azure's roles. */
export type Right = 'getSecret' | 'setSecret' | 'readMetadata' | 'update';

/**
 * The secrets of a vault with the rules of Azure that matter here: the newest version answers to the name, a disabled one answers
 * 403 and hides no older one, a deleted secret keeps its name, versions are listed by their ids, 25 to a page.
 */
export interface AzureVault {
  readonly answer: Answer;
  readonly secrets: Map<string, StoredVersion[]>;
  readonly deleted: Map<string, StoredVersion[]>;
  readonly rights: Set<Right>;
  /** As a person or another program writes a version. Gives its id. */
  write(name: string, value: string, more?: Partial<Pick<StoredVersion, 'tags' | 'contentType' | 'managed'>>): string;
  newest(name: string): StoredVersion | undefined;
  delete(name: string): void;
}

const MOST_BYTES = 25_600;
const PAGE = 25;

export function createAzureVault(now: () => number = Date.now): AzureVault {
  const secrets = new Map<string, StoredVersion[]>();
  const deleted = new Map<string, StoredVersion[]>();
  const rights = new Set<Right>(['getSecret', 'setSecret', 'readMetadata', 'update']);
  const vault: AzureVault = {
    secrets,
    deleted,
    rights,
    newest: (name) => secrets.get(name)?.at(-1),
    delete(name) {
      deleted.set(name, secrets.get(name) ?? []);
      secrets.delete(name);
    },
    write(name, value, more = {}) {
      const seconds = Math.floor(now() / 1000);
      const attributes = { enabled: true, created: seconds, updated: seconds };
      const version = { version: randomUUID().replaceAll('-', ''), value, tags: {}, attributes, ...more };
      secrets.set(name, [...(secrets.get(name) ?? []), version]);
      return version.version;
    },
    answer(request) {
      const { right, allowed } = route(vault, request);
      return rights.has(right) ? allowed() : azureError(403, 'Forbidden', 'ForbiddenByRbac');
    },
  };
  return vault;
}

function route(vault: AzureVault, request: WireRequest): { readonly right: Right; readonly allowed: () => WireAnswer } {
  const [, collection = '', name = '', version = ''] = request.path.split('/');
  if (collection === 'deletedsecrets') return { right: 'readMetadata', allowed: () => showDeleted(vault, name) };
  if (request.method === 'PUT') return { right: 'setSecret', allowed: () => put(vault, name, request) };
  if (request.method === 'PATCH') return { right: 'update', allowed: () => patch(vault, name, version, request) };
  if (name === '') return { right: 'readMetadata', allowed: () => listSecrets(vault, request) };
  if (version === 'versions') return { right: 'readMetadata', allowed: () => listVersions(vault, name, request) };
  return { right: 'getSecret', allowed: () => show(vault, name, version) };
}

function show({ secrets }: AzureVault, name: string, version: string): WireAnswer {
  const all = secrets.get(name) ?? [];
  const found = version === '' ? all.at(-1) : all.find((one) => one.version === version);
  if (!found) return azureError(404, 'SecretNotFound');
  if (found.attributes.enabled) return json(bundle(name, found));
  return azureError(403, 'Forbidden', 'SecretDisabled', 'Operation get is not allowed on a disabled secret.');
}

function showDeleted({ deleted }: AzureVault, name: string): WireAnswer {
  const found = deleted.get(name)?.at(-1);
  if (!found) return azureError(404, 'SecretNotFound');
  return json({ ...item(name, found), recoveryId: `https://127.0.0.1/deletedsecrets/${name}` });
}

function put(vault: AzureVault, name: string, { text }: WireRequest): WireAnswer {
  const { value, tags = {}, contentType, attributes } = JSON.parse(text) as Partial<StoredVersion>;
  if (typeof value !== 'string' || Buffer.byteLength(value) > MOST_BYTES) return azureError(400, 'BadParameter');
  if (vault.deleted.has(name)) return azureError(409, 'Conflict', 'ObjectIsDeletedButRecoverable');
  vault.write(name, value, { tags, ...(contentType !== undefined && { contentType }) });
  const written = vault.newest(name);
  if (!written) return azureError(500, 'InternalServerError');
  Object.assign(written.attributes, attributes);
  return json(bundle(name, written));
}

function patch({ secrets }: AzureVault, name: string, version: string, { text }: WireRequest): WireAnswer {
  const found = secrets.get(name)?.find((one) => one.version === version);
  if (!found) return azureError(404, 'SecretNotFound');
  const { tags, attributes } = JSON.parse(text) as Partial<StoredVersion>;
  if (tags) found.tags = tags;
  Object.assign(found.attributes, attributes);
  return json(item(name, found));
}

function listVersions({ secrets }: AzureVault, name: string, request: WireRequest): WireAnswer {
  const all = secrets.get(name);
  if (!all) return azureError(404, 'SecretNotFound');
  const sorted = all.toSorted((one, other) => one.version.localeCompare(other.version));
  return page(
    sorted.map((one) => item(name, one)),
    request,
  );
}

/** Each secret once, with the attributes and tags of its newest version and without that one's id. */
function listSecrets({ secrets }: AzureVault, request: WireRequest): WireAnswer {
  const all = [...secrets].flatMap(([name, versions]) => {
    const newest = versions.at(-1);
    return newest ? [{ ...item(name, newest), id: `https://127.0.0.1/secrets/${name}` }] : [];
  });
  return page(all, request);
}

function page(items: readonly object[], { path, query, host }: WireRequest): WireAnswer {
  const from = Number(query.get('$skiptoken') ?? 0);
  const nextLink = `https://${host}${path}?api-version=7.6&$skiptoken=${String(from + PAGE)}`;
  return json({ value: items.slice(from, from + PAGE), ...(items.length > from + PAGE && { nextLink }) });
}

function item(name: string, { version, value: _, ...shown }: StoredVersion): object {
  return { id: `https://127.0.0.1/secrets/${name}/${version}`, ...shown };
}

function bundle(name: string, version: StoredVersion): object {
  return { ...item(name, version), value: version.value };
}
