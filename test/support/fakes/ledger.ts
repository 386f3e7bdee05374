import { KeyturnError } from '../../../src/core/errors.ts';
import type {
  Lease,
  Leases,
  Ledger,
  RotationQueue,
  RotationRecord,
  Sighting,
  StoryLine,
} from '../../../src/core/ledger.ts';
import type { AccountTarget, BindingId, RotationId } from '../../../src/core/model.ts';
import type { BindingOutcome } from '../../../src/core/rotation/outcome.ts';
import { isSettled, isTerminal, nextState } from '../../../src/core/rotation/state.ts';

/** A lease that holds until the test takes it away. */
export interface FakeLease extends Lease {
  readonly names: readonly string[];
  readonly dropped: string[];
  lose(): void;
}

export interface FakeLeases extends Leases {
  readonly given: FakeLease[];
}

export function createFakeLeases(): FakeLeases {
  const given: FakeLease[] = [];
  return {
    given,
    async acquire(names) {
      const lease = createFakeLease(names, given.length + 1);
      given.push(lease);
      return lease;
    },
  };
}

export function createFakeLease(names: readonly string[] = [], token = 1): FakeLease {
  const lost = new AbortController();
  const dropped: string[] = [];
  return {
    names,
    token,
    session: 'session',
    dropped,
    signal: lost.signal,
    lose: () => lost.abort(),
    async confirm() {
      if (lost.signal.aborted) throw new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.');
    },
    async drop(name) {
      dropped.push(name);
    },
    release: () => Promise.resolve(),
  };
}

/** The queue as a list of what was asked of it. */
export interface FakeQueue extends RotationQueue {
  readonly calls: string[];
}

export function createFakeQueue(): FakeQueue {
  const calls: string[] = [];
  return {
    calls,
    advance: async (id) => void calls.push(`advance ${id}`),
    fanOut: async (id, chunks) => void calls.push(`fanOut ${id} ${String(chunks)}`),
    retryLater: async (id, binding) => void calls.push(`retryLater ${id} ${binding}`),
    sweep: async (runId) => void calls.push(`sweep ${runId}`),
  };
}

/** The ledger in this process's memory, without fencing: for use cases on their own. */
export interface FakeLedger extends Ledger {
  readonly records: Map<RotationId, RotationRecord>;
  readonly checkpoints: { readonly binding: BindingId; readonly outcome: BindingOutcome }[];
}

function slotOf(record: Pick<RotationRecord, 'accountId' | 'environment'>): string {
  return `${record.accountId}/${record.environment}`;
}

export function createFakeLedger(): FakeLedger {
  const records = new Map<RotationId, RotationRecord>();
  const latest = new Map<string, RotationId>();
  return {
    records,
    ...rotationsIn(records, latest),
    ...fanOutsIn(),
    ...sightingsIn(),
    async saveReports() {
      await Promise.resolve();
    },
    reportCount: async () => 0,
    reports: async () => new Map(),
  };
}

type Kept<Name extends keyof Ledger> = Pick<Ledger, Name>;

function rotationsIn(
  records: Map<RotationId, RotationRecord>,
  latest: Map<string, RotationId>,
): Kept<
  | 'rotation'
  | 'active'
  | 'open'
  | 'isSuperseded'
  | 'promoted'
  | 'rotations'
  | 'unfinished'
  | 'advance'
  | 'story'
  | 'tell'
> {
  const stories = new Map<RotationId, StoryLine[]>();
  async function tell(id: RotationId, what: string): Promise<void> {
    stories.set(id, [...(stories.get(id) ?? []), { at: '', what }]);
  }
  return {
    tell,
    story: async (id) => stories.get(id) ?? [],
    rotation: async (id) => records.get(id),
    active: async (accountId, environment) =>
      [...records.values()].find(
        (each) => slotOf(each) === slotOf({ accountId, environment }) && !isSettled(each.state),
      ),
    async open(record) {
      const known = records.get(record.rotationId) ?? record;
      records.set(record.rotationId, known);
      return known;
    },
    isSuperseded: async (record) => (latest.get(slotOf(record)) ?? record.rotationId) !== record.rotationId,
    promoted: async (accountId, environment) =>
      records.get(latest.get(slotOf({ accountId, environment })) ?? ('' as RotationId)),
    rotations: async (limit) => [...records.values()].slice(0, limit),
    unfinished: async () => [...records.values()].filter((each) => !isTerminal(each.state)),
    async advance(id, event, { patch, story }) {
      const before = records.get(id);
      const state = before && nextState(before.state, event);
      if (!state) throw new KeyturnError('SUPERSEDED', 'The rotation has moved on meanwhile.');
      const after = { ...before, ...patch, state };
      records.set(id, after);
      if (state === 'promoted') latest.set(slotOf(after), id);
      await tell(id, story);
      return after;
    },
  };
}

function sightingsIn(): Kept<'sightings' | 'sawVersion' | 'forgetSightings'> {
  const seen = new Map<string, Sighting>();
  function fieldOf({ accountId, environment, secret }: AccountTarget): string {
    return `${accountId}/${environment}@${secret.store}/${secret.name}`;
  }
  return {
    sightings: async (accounts) => accounts.map((account) => seen.get(fieldOf(account))),
    async sawVersion(account, versionId, when) {
      const before = seen.get(fieldOf(account));
      if (before?.versionId === versionId || (!before && when === 'if-watched')) return;
      seen.set(fieldOf(account), { versionId, changes: before ? before.changes + 1 : 0 });
    },
    forgetSightings: async () => seen.clear(),
  };
}

function fanOutsIn(): Kept<'saveChunks' | 'chunk' | 'chunkCount' | 'bindings' | 'checkpoint' | 'outcomes'> &
  Pick<FakeLedger, 'checkpoints'> {
  const plans = new Map<RotationId, readonly (readonly BindingId[])[]>();
  const outcomes = new Map<BindingId, BindingOutcome>();
  const checkpoints: FakeLedger['checkpoints'] = [];
  return {
    checkpoints,
    async saveChunks(id, chunks) {
      plans.set(id, chunks);
    },
    chunk: async (id, index) => plans.get(id)?.[index] ?? [],
    chunkCount: async (id) => plans.get(id)?.length ?? 0,
    bindings: async (id) => (plans.get(id) ?? []).flat(),
    async checkpoint(_id, binding, outcome, lease) {
      if (lease.signal.aborted) throw new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.');
      checkpoints.push({ binding, outcome });
      outcomes.set(binding, outcome);
    },
    outcomes: async (_id, bindings) =>
      new Map([...outcomes].filter(([binding]) => !bindings || bindings.includes(binding))),
  };
}
