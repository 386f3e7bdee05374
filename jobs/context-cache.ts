import type { AppDeps } from '../src/app/deps.ts';
import { loadContext, type RotationContext } from '../src/app/rotation-context.ts';
import type { RotationId } from '../src/core/model.ts';

/** More rotations than this at once in one worker read their secret again; credentials should not linger in memory. */
const KEPT = 32;

export interface ContextCache {
  load(id: RotationId): Promise<RotationContext>;
}

/** Reads a rotation's credential once per process, not once per chunk. A failed read is forgotten. */
export function createContextCache(deps: AppDeps, stopping: AbortSignal): ContextCache {
  const contexts = new Map<RotationId, Promise<RotationContext>>();
  return {
    load(id) {
      const known = contexts.get(id);
      if (known) return known;
      const loading = loadContext(deps, id, stopping);
      contexts.set(id, loading);
      loading.catch(() => contexts.delete(id));
      const oldest = contexts.keys().next();
      if (contexts.size > KEPT && !oldest.done) contexts.delete(oldest.value);
      return loading;
    },
  };
}
