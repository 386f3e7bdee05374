import type { Pacing } from './config.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
  inFlight: number;
}

export interface Gate {
  configure(pacing: Pacing): void;
  /** Undefined: too fast, answer 429. Otherwise call the function when the request is answered. */
  enter(key: string): (() => void) | undefined;
  /** Seconds for `Retry-After`, if it is to be sent. */
  readonly retryAfter: number | undefined;
}

/** One token bucket and one in-flight count per key. */
export function createGate(initial: Pacing): Gate {
  const buckets = new Map<string, Bucket>();
  let pacing = initial;
  function bucketOf(key: string): Bucket {
    const now = performance.now();
    const room = 1 + pacing.burst;
    const bucket = buckets.get(key) ?? { tokens: room, filledAt: now, inFlight: 0 };
    bucket.tokens = Math.min(room, bucket.tokens + ((now - bucket.filledAt) / 1000) * pacing.perSecond);
    bucket.filledAt = now;
    buckets.set(key, bucket);
    return bucket;
  }
  return {
    configure(next) {
      pacing = next;
      for (const bucket of buckets.values()) bucket.tokens = 1 + next.burst;
    },
    get retryAfter() {
      return pacing.retryAfter;
    },
    enter(key) {
      const bucket = bucketOf(key);
      const tooMany = (pacing.refuseConcurrent && bucket.inFlight > 0) || bucket.tokens < 1;
      if (pacing.on && tooMany) return undefined;
      if (pacing.on) bucket.tokens -= 1;
      bucket.inFlight += 1;
      return () => {
        bucket.inFlight -= 1;
      };
    },
  };
}
