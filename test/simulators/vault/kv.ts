import { isRecord } from '../shared/read.ts';
import type { WebAnswer } from '../shared/web.ts';
import { envelope, NO_CONTENT, VaultError } from './reply.ts';

interface Version {
  readonly data: Readonly<Record<string, unknown>>;
  readonly created: string;
  deleted: string;
  destroyed: boolean;
}

interface Secret {
  readonly versions: Map<number, Version>;
  current: number;
  maxVersions: number;
  casRequired: boolean;
  custom: Record<string, unknown> | null;
  readonly created: string;
}

/** What the engine keeps when neither the mount nor the secret says how many. */
const KEPT_BY_DEFAULT = 10;

/** One KV engine, version 2. */
export type Engine = Map<string, Secret>;

interface Call {
  readonly engine: Engine;
  readonly name: string;
  readonly now: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

function make({ engine, name, now }: Call): Secret {
  const fresh: Secret = {
    versions: new Map(),
    current: 0,
    maxVersions: 0,
    casRequired: false,
    custom: null,
    created: now,
  };
  const secret = engine.get(name) ?? fresh;
  engine.set(name, secret);
  return secret;
}

function metadataOf(secret: Secret, number: number, version: Version): Record<string, unknown> {
  const { created, deleted, destroyed } = version;
  return {
    created_time: created,
    custom_metadata: secret.custom,
    deletion_time: deleted,
    destroyed,
    version: number,
  };
}

function readData({ engine, name, query }: Call): WebAnswer {
  const secret = engine.get(name);
  if (!secret) throw new VaultError(404);
  const number = Number(query.get('version') ?? '0') || secret.current;
  const version = secret.versions.get(number);
  if (!version) throw new VaultError(404);
  const gone = version.destroyed || version.deleted !== '';
  const data = gone ? null : version.data;
  return envelope(gone ? 404 : 200, { data: { data, metadata: metadataOf(secret, number, version) } });
}

function writeData(call: Call): WebAnswer {
  const { data, options } = call.body;
  if (!isRecord(data)) throw new VaultError(400, 'no data provided');
  const cas = isRecord(options) ? options['cas'] : undefined;
  const known = call.engine.get(call.name);
  if (cas === undefined && known?.casRequired) {
    throw new VaultError(400, 'check-and-set parameter required for this call');
  }
  if (cas !== undefined && cas !== (known?.current ?? 0)) {
    throw new VaultError(400, 'check-and-set parameter did not match the current version');
  }
  const secret = make(call);
  secret.current += 1;
  const version: Version = { data: sorted(data), created: call.now, deleted: '', destroyed: false };
  secret.versions.set(secret.current, version);
  prune(secret);
  return envelope(200, { data: metadataOf(secret, secret.current, version) });
}

/** As Go writes a map. */
function sorted(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prune({ versions, current, maxVersions }: Secret): void {
  const kept = maxVersions === 0 ? KEPT_BY_DEFAULT : maxVersions;
  for (const number of versions.keys()) if (number <= current - kept) versions.delete(number);
}

function deleteNewest({ engine, name, now }: Call): WebAnswer {
  const secret = engine.get(name);
  const newest = secret?.versions.get(secret.current);
  if (newest && newest.deleted === '') newest.deleted = now;
  return NO_CONTENT;
}

function change(call: Call, each: (version: Version) => void): WebAnswer {
  const numbers = Array.isArray(call.body['versions']) ? call.body['versions'] : [];
  const versions = call.engine.get(call.name)?.versions;
  for (const number of numbers) {
    const version = versions?.get(Number(number));
    if (version) each(version);
  }
  return NO_CONTENT;
}

function readMetadata({ engine, name }: Call): WebAnswer {
  const secret = engine.get(name);
  if (!secret) throw new VaultError(404);
  const versions = [...secret.versions].map(([number, { created, deleted, destroyed }]) => [
    number,
    { created_time: created, deletion_time: deleted, destroyed },
  ]);
  const data = {
    cas_required: secret.casRequired,
    created_time: secret.created,
    current_version: secret.current,
    custom_metadata: secret.custom,
    max_versions: secret.maxVersions,
    versions: Object.fromEntries(versions) as unknown,
  };
  return envelope(200, { data });
}

function writeMetadata(call: Call): WebAnswer {
  const { max_versions: max, cas_required: cas, custom_metadata: custom } = call.body;
  const secret = make(call);
  if (typeof max === 'number') secret.maxVersions = max;
  if (typeof cas === 'boolean') secret.casRequired = cas;
  if (isRecord(custom)) secret.custom = custom;
  return NO_CONTENT;
}

function forget({ engine, name }: Call): WebAnswer {
  engine.delete(name);
  return NO_CONTENT;
}

const OPERATIONS: Readonly<Record<string, (call: Call) => WebAnswer>> = {
  'GET data': readData,
  'POST data': writeData,
  'PUT data': writeData,
  'DELETE data': deleteNewest,
  'POST delete': (call) =>
    change(call, (version) => {
      version.deleted = call.now;
    }),
  'POST undelete': (call) =>
    change(call, (version) => {
      version.deleted = '';
    }),
  'POST destroy': (call) =>
    change(call, (version) => {
      version.destroyed = true;
    }),
  'GET metadata': readMetadata,
  'POST metadata': writeMetadata,
  'DELETE metadata': forget,
};

/** One call to a KV engine; `area` is the first part of the path below the mount. */
export function answerKv(method: string, area: string, call: Call): WebAnswer {
  const operation = OPERATIONS[`${method} ${area}`];
  if (!operation) throw new VaultError(405, 'unsupported operation');
  return operation(call);
}

/** The same for version 1, which knows neither versions nor check-and-set. */
export function answerUnversioned(method: string, path: string, call: Call): WebAnswer {
  const named = { ...call, name: path };
  if (method === 'POST' || method === 'PUT') {
    const version = { data: call.body, created: call.now, deleted: '', destroyed: false };
    make(named).versions.set(1, version);
    return NO_CONTENT;
  }
  const version = call.engine.get(path)?.versions.get(1);
  if (!version) throw new VaultError(404);
  return envelope(200, { data: version.data });
}
