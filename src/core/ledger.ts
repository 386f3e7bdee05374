import type { AccountId, AccountTarget, BindingId, Environment, RotationId, VersionId } from './model.ts';
import type { BindingOutcome } from './rotation/outcome.ts';
import type { RotationEvent, RotationState } from './rotation/state.ts';

export type RotationReason = 'scheduled' | 'exposure' | 'requested' | 'from-store';

/** What is known of the key that was replaced: `none` when there was none, or when it is the same key. */
export type PreviousKey = 'none' | 'dead' | 'alive' | 'unknown';

/** One rotation, as the ledger keeps it. Ids, handles and times only. Times are ISO 8601. */
export interface RotationRecord {
  readonly rotationId: RotationId;
  readonly accountId: AccountId;
  readonly environment: Environment;
  readonly reason: RotationReason;
  /** Who asked: `cli:alice`, `watch:vault`, `schedule`. */
  readonly actor: string;
  readonly state: RotationState;
  /** The version being rolled out: staged in the store before the rotation was opened. */
  readonly versionId: VersionId;
  /** The version that was current when the rotation was opened. */
  readonly previousVersionId?: VersionId;
  readonly bindings: number;
  readonly openedAt: string;
  readonly finishedAt?: string;
  readonly previousKey?: PreviousKey;
}

/** What a watch knows of an account's secret: the version it saw last as current, and how many changes it has seen until then. */
export interface Sighting {
  readonly versionId: VersionId;
  readonly changes: number;
}

/** One line of a rotation's story, oldest first. */
export interface StoryLine {
  readonly at: string;
  readonly what: string;
}

export type RotationPatch = Partial<Pick<RotationRecord, 'finishedAt' | 'previousKey' | 'bindings'>>;

/** A claim on names, good while its holder keeps renewing it. `token` grows with every claim; a write under an older one loses. */
export interface Lease {
  readonly token: number;
  /** The sign of life that the lease hangs on; a write under a session that is over is refused. */
  readonly session: string;
  /** Fires when the lease is known to be lost; all work under it must stop. */
  readonly signal: AbortSignal;
  /** Asks the ledger whether the lease still holds; call it right before every external write. Throws LEASE_LOST. */
  confirm(): Promise<void>;
  /** Gives one name back early, so that somebody else can work on it. */
  drop(name: string): Promise<void>;
  release(): Promise<void>;
}

export interface Leases {
  /**
   * Claims all names or none, waiting while another holder has one of them. A holder that died loses its claim after the
   * lease's time (about a second). Throws ABORTED.
   */
  acquire(names: readonly string[], signal: AbortSignal): Promise<Lease>;
}

/**
 * The record of every rotation: what was decided, how far each binding came, and the story of it. The queue may run a job twice;
 * the ledger is what makes that harmless. Writes that carry a lease are refused with LEASE_LOST when its token is no longer alive.
 */
export interface Ledger {
  /**
   * Opens a rotation, unless one is still running for this account and environment: then that one is returned.
   * Opening the same id twice returns the first record.
   */
  open(record: RotationRecord): Promise<RotationRecord>;
  rotation(id: RotationId): Promise<RotationRecord | undefined>;
  /** The rotation that is running for this account and environment: begun and not settled. */
  active(accountId: AccountId, environment: Environment): Promise<RotationRecord | undefined>;
  /** A later rotation of the same account and environment has promoted its key: retries of this one must stop. */
  isSuperseded(record: RotationRecord): Promise<boolean>;
  /** The latest rotation of this account and environment that has made its key current. */
  promoted(accountId: AccountId, environment: Environment): Promise<RotationRecord | undefined>;
  /** Every rotation that is not at its end and that no later one has superseded: what workers have to see through. */
  unfinished(): Promise<readonly RotationRecord[]>;
  /** Newest first. */
  rotations(limit: number): Promise<readonly RotationRecord[]>;
  /** Moves a rotation on and adds a line to its story. Throws SUPERSEDED when the event does not fit the state any more. */
  advance(
    id: RotationId,
    event: RotationEvent,
    change: { patch?: RotationPatch; story: string },
    lease: Lease,
  ): Promise<RotationRecord>;
  story(id: RotationId): Promise<readonly StoryLine[]>;
  /** Adds a line to the story without moving the state. */
  tell(id: RotationId, what: string): Promise<void>;

  saveChunks(id: RotationId, chunks: readonly (readonly BindingId[])[]): Promise<void>;
  chunk(id: RotationId, index: number): Promise<readonly BindingId[]>;
  chunkCount(id: RotationId): Promise<number>;
  bindings(id: RotationId): Promise<readonly BindingId[]>;
  /** Checkpoints one binding. Batched with others of the same moment; resolves when Redis has acknowledged it. */
  checkpoint(id: RotationId, bindingId: BindingId, outcome: BindingOutcome, lease: Lease): Promise<void>;
  outcomes(id: RotationId, bindings?: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingOutcome>>;

  /** Keeps the result of a drift check, whole chunks at a time; kept for a day. */
  saveReports(runId: string, reports: ReadonlyMap<BindingId, string>): Promise<void>;
  reportCount(runId: string): Promise<number>;
  reports(runId: string): Promise<ReadonlyMap<BindingId, string>>;

  /** What was last seen of these accounts' secrets, in their order. An account that moves to another secret was never seen there. */
  sightings(accounts: readonly AccountTarget[]): Promise<readonly (Sighting | undefined)[]>;
  /** Notes a version as seen; the same one again changes nothing. `if-watched`: only if a watch has seen the secret before. */
  sawVersion(account: AccountTarget, versionId: VersionId, when: 'always' | 'if-watched'): Promise<void>;
  /** Forgets everything seen, for all accounts: what changed while nobody watched is no news when somebody does again. */
  forgetSightings(): Promise<void>;
}

/** Every call is safe to repeat: while a job of it is alive nothing happens; one that has ended is put to work again. */
export interface RotationQueue {
  /** Has a worker carry the rotation on from whatever state it is in. */
  advance(id: RotationId): Promise<void>;
  /** Queues the fan-out: one job per chunk, and one that finalizes when they have ended. */
  fanOut(id: RotationId, chunks: number): Promise<void>;
  /** Gives a binding that failed to the slow path, a job of its own with backoff. */
  retryLater(id: RotationId, bindingId: BindingId, afterMs: number): Promise<void>;
  /** Queues a drift check over chunks of bindings. */
  sweep(runId: string, chunks: readonly (readonly BindingId[])[], options: SweepOptions): Promise<void>;
}

export interface SweepOptions {
  /** Also have each panel ask the vendor (paced per key). */
  readonly lookup: boolean;
}
