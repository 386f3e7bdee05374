import type { AppDeps } from '../src/app/deps.ts';
import { watchStore } from '../src/app/watch-store.ts';
import { type KeyturnError, toKeyturnError } from '../src/core/errors.ts';
import type { Lease } from '../src/core/ledger.ts';
import type { StoreId } from '../src/core/model.ts';

export interface WatchingOptions {
  /** Time between two looks at a store. */
  readonly everyMs: number;
  /** How long a new version must stay before it is rolled out: of several within that time only the last is. */
  readonly settleMs: number;
}

export interface Watching {
  /** Cuts off what is under way; the next worker finds it again. */
  stop(): Promise<void>;
}

/** Up to this much of a pause is added or taken away, so that the stores' customers do not all ask at once. */
const JITTER = 0.2;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A store that cannot be asked cheaply is asked this many times less often. */
const READING_FACTOR = 5;
/** How soon another worker takes over from one that has died, besides its lease's own time. */
const LOOK_FOR_LEASE_MS = 5_000;

/** Watches every store that an account is in. One worker at a time watches a store; the others stand by. */
export function startWatching(deps: AppDeps, options: WatchingOptions): Watching {
  const stopping = new AbortController();
  const stores = [...new Set(deps.estate.accounts().map(({ secret }) => secret.store))];
  const ended = Promise.all(stores.map((store) => watchWhileRunning(deps, { store, ...options }, stopping.signal)));
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

interface Watch extends WatchingOptions {
  readonly store: StoreId;
}

async function watchWhileRunning(deps: AppDeps, watch: Watch, stopping: AbortSignal): Promise<void> {
  const tell = createComplaints(deps, watch);
  while (!stopping.aborted) {
    try {
      const lease = await claim(deps, watch, stopping);
      if (lease) await watchUnder(deps, { ...watch, lease, tell }, stopping);
    } catch (thrown) {
      tell(toKeyturnError(thrown));
    }
    await pause(deps, Math.min(watch.everyMs, LOOK_FOR_LEASE_MS), stopping);
  }
}

/** The right to watch a store, if nobody has it: asked for once, without waiting in line. */
async function claim({ leases }: AppDeps, { store }: Watch, stopping: AbortSignal): Promise<Lease | undefined> {
  try {
    return await leases.acquire([`watch:${store}`], AbortSignal.any([stopping, AbortSignal.timeout(1)]));
  } catch (thrown) {
    if (toKeyturnError(thrown).code === 'ABORTED') return undefined;
    throw thrown;
  }
}

interface Held extends Watch {
  readonly lease: Lease;
  readonly tell: Complaints;
}

async function watchUnder(deps: AppDeps, watch: Held, stopping: AbortSignal): Promise<void> {
  const { lease, everyMs } = watch;
  const signal = AbortSignal.any([stopping, lease.signal]);
  try {
    for (let waitMs = 0; !signal.aborted; ) {
      waitMs = await lookOnce(deps, watch, Math.max(waitMs, everyMs), signal);
      await pause(deps, waitMs, signal);
    }
  } finally {
    await lease.release().catch(() => undefined);
  }
}

/** Gives the pause until the next look. */
async function lookOnce(deps: AppDeps, watch: Held, before: number, signal: AbortSignal): Promise<number> {
  const { everyMs, settleMs, tell } = watch;
  try {
    const { unsettled, byReading } = await watchStore(deps, watch, signal);
    tell(undefined);
    if (unsettled > 0) return settleMs;
    return byReading ? everyMs * READING_FACTOR : everyMs;
  } catch (thrown) {
    if (signal.aborted) return 0;
    const error = toKeyturnError(thrown);
    tell(error);
    if (error.code !== 'RATE_LIMITED') return everyMs;
    // Even the shortest pause that jitter makes of it is as long as the store asked for.
    const asked = (error.retryAfterMs ?? 0) / (1 - JITTER);
    return Math.max(asked, Math.min(before * 2, Math.max(LONGEST_PAUSE_MS, everyMs)));
  }
}

type Complaints = (error: KeyturnError | undefined) => void;

/** A trouble that stays is logged once, not at every look; and once more that it is over. */
function createComplaints({ log }: AppDeps, { store }: Watch): Complaints {
  let latest: KeyturnError['code'] | undefined;
  return (error) => {
    if (error === undefined && latest !== undefined) log.info({ store }, 'the store can be watched again');
    if (error !== undefined && error.code !== latest) log.warn({ store, err: error }, 'the store could not be watched');
    latest = error?.code;
  };
}

/** Ends early and quietly when `signal` fires. */
async function pause({ clock }: AppDeps, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms * (1 - JITTER + 2 * JITTER * Math.random()), signal).catch(() => undefined);
}
