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

export function createFakeStore(id = 'memory' as StoreId): FakeStore {
  let count = 0;
  const versions = new Map<VersionId, SecretValue>();
  const stages = new Map<Stage, VersionId>();
  const tokens = new Map<string, VersionId>();

  function keep(value: SecretValue, stage: Stage): VersionId {
    count += 1;
    const version = `v${String(count)}` as VersionId;
    versions.set(version, value);
    stages.set(stage, version);
    return version;
  }
  function begin(call: string): void {
    store.calls.push(call);
    const failure = store.failures.shift();
    if (failure) throw failure;
  }
  function find(which: Stage | { readonly version: VersionId }): SecretVersion | undefined {
    const versionId = typeof which === 'string' ? stages.get(which) : which.version;
    const value = versionId && versions.get(versionId);
    if (!versionId || !value) return undefined;
    const its = [...stages].filter(([, version]) => version === versionId).map(([stage]) => stage);
    return { versionId, value, stages: its };
  }

  const store: FakeStore = {
    id,
    versions,
    stages,
    calls: [],
    failures: [],
    writable: true,
    get capabilities() {
      return { writable: store.writable, stages: 'native', maxBytes: 65_536 } as const;
    },
    put: (stage, resellerId, apiKey) => keep(new SecretValue(JSON.stringify({ resellerId, apiKey })), stage),
    async read(_name, which) {
      begin(`read ${typeof which === 'string' ? which : which.version}`);
      return find(which);
    },
    async stage(_name, value, { token }) {
      begin('stage');
      const known = tokens.get(token);
      if (known) return known;
      const version = keep(value, 'pending');
      tokens.set(token, version);
      return version;
    },
    async promote(_name, versionId, { expectedCurrent }) {
      begin(`promote ${versionId}`);
      const current = stages.get('current');
      if (current === versionId) return;
      if (current !== expectedCurrent) throw new KeyturnError('STORE_CONFLICT', 'Another version is current.');
      if (current) stages.set('previous', current);
      stages.set('current', versionId);
      if (stages.get('pending') === versionId) stages.delete('pending');
    },
    async discard(_name, versionId) {
      begin(`discard ${versionId}`);
      if (stages.get('pending') === versionId) stages.delete('pending');
    },
    close: () => Promise.resolve(),
  };
  return store;
}
