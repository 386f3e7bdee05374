import { KeyturnError } from '../../../src/core/errors.ts';
import type { Stage, StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore, SecretVersion } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

/** A secret store in this process, for one secret, open to inspection. */
export interface FakeStore extends SecretStore {
  readonly versions: Map<VersionId, SecretValue>;
  readonly stages: Map<Stage, VersionId>;
  readonly calls: string[];
  /** Thrown by the next calls, one after another. */
  readonly failures: KeyturnError[];
  writable: boolean;
  put(stage: Stage, resellerId: string, apiKey: string): VersionId;
}

type Contents = Pick<FakeStore, 'versions' | 'stages'>;

export function createFakeStore(id = 'memory' as StoreId): FakeStore {
  const contents: Contents = { versions: new Map(), stages: new Map() };
  const tokens = new Map<string, VersionId>();
  function begin(call: string): void {
    store.calls.push(call);
    const failure = store.failures.shift();
    if (failure) throw failure;
  }
  const store: FakeStore = {
    id,
    ...contents,
    calls: [],
    failures: [],
    writable: true,
    get capabilities() {
      return { writable: store.writable, stages: 'native', maxBytes: 65_536 } as const;
    },
    put: (stage, resellerId, apiKey) => keep(contents, stage, new SecretValue(JSON.stringify({ resellerId, apiKey }))),
    async read(_name, which) {
      begin(`read ${typeof which === 'string' ? which : which.version}`);
      return find(contents, which);
    },
    async stage(_name, value, { token }) {
      begin('stage');
      const version = tokens.get(token) ?? keep(contents, 'pending', value);
      tokens.set(token, version);
      return version;
    },
    async promote(_name, versionId, { expectedCurrent }) {
      begin(`promote ${versionId}`);
      makeCurrent(contents, versionId, expectedCurrent);
    },
    async discard(_name, versionId) {
      begin(`discard ${versionId}`);
      if (contents.stages.get('pending') === versionId) contents.stages.delete('pending');
    },
    close: () => Promise.resolve(),
  };
  return store;
}

let count = 0;

function keep({ versions, stages }: Contents, stage: Stage, value: SecretValue): VersionId {
  count += 1;
  const version = `v${String(count)}` as VersionId;
  versions.set(version, value);
  stages.set(stage, version);
  return version;
}

function find(
  { versions, stages }: Contents,
  which: Stage | { readonly version: VersionId },
): SecretVersion | undefined {
  const versionId = typeof which === 'string' ? stages.get(which) : which.version;
  const value = versionId && versions.get(versionId);
  if (!versionId || !value) return undefined;
  const its = [...stages].filter(([, version]) => version === versionId).map(([stage]) => stage);
  return { versionId, value, stages: its };
}

function makeCurrent({ stages }: Contents, versionId: VersionId, expected: VersionId | undefined): void {
  const current = stages.get('current');
  if (current === versionId) return;
  if (current !== expected) throw new KeyturnError('STORE_CONFLICT', 'Another version is current.');
  if (current) stages.set('previous', current);
  stages.set('current', versionId);
  if (stages.get('pending') === versionId) stages.delete('pending');
}
