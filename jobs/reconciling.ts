import type { AppDeps } from '../src/app/deps.ts';
import { reconcile } from '../src/app/reconcile.ts';

const EVERY_MS = 5_000;
/** Stragglers cost one look-up each, and their own backoff is slow: once a minute is often enough. */
const STRAGGLERS_EVERY = 12;

export interface Reconciling {
  /** Ends after the pass that is under way. */
  stop(): Promise<void>;
}

/** Compares queue and ledger at once and from then on every few seconds. A pass that fails is logged; the next one tries again. */
export function startReconciling(deps: AppDeps, everyMs = EVERY_MS): Reconciling {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    for (let pass = 0; !stopping.signal.aborted; pass += 1) {
      await reconcile(deps, { stragglers: pass % STRAGGLERS_EVERY === 0 }).catch((thrown: unknown) => {
        deps.log.warn({ err: thrown }, 'queue and ledger could not be compared');
      });
      await deps.clock.sleep(everyMs, stopping.signal).catch(() => undefined);
    }
  }
  const ended = run();
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}
