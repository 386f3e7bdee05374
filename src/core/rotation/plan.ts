import type { BindingId } from '../model.ts';

/** Ten chunks let a second worker share a fan-out; beyond these sizes they cost speed or Redis (reference performance.md, section 7). */
const CHUNKS = 10;
const SMALLEST_CHUNK = 25;
const LARGEST_CHUNK = 200;

/** Bindings per chunk for a fan-out of `total`, unless the configuration fixes it. */
export function chunkSizeFor(total: number, configured?: number): number {
  if (configured !== undefined) return configured;
  return Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, Math.ceil(total / CHUNKS)));
}

/** Cuts a fan-out into chunks, in order, each binding in exactly one. */
export function planChunks(bindings: readonly BindingId[], size: number): readonly (readonly BindingId[])[] {
  const step = Math.max(1, Math.floor(size));
  const chunks: BindingId[][] = [];
  for (let start = 0; start < bindings.length; start += step) chunks.push(bindings.slice(start, start + step));
  return chunks;
}

export interface OutageForecast {
  readonly panels: number;
  /** Of them, checks that have to keep the vendor's pace. */
  readonly checks: number;
}

export interface OutagePace {
  readonly concurrency: number;
  /** One panel call, observed in preflight. */
  readonly callMs: number;
  /** 0: the vendor's pace is not kept. */
  readonly requestsPerSecond: number;
}

/**
 * Seconds from the old key's death to the last panel proven: the larger of the panels' latency budget (four calls each, at most
 * `concurrency` at a time) and the vendor's pace for one key, plus one balance lookup from the worker before anything is written.
 */
export function predictOutageSeconds(forecast: OutageForecast, pace: OutagePace): number {
  const rounds = Math.ceil(forecast.panels / Math.max(1, pace.concurrency));
  const panelsMs = rounds * 4 * pace.callMs;
  const checksMs = pace.requestsPerSecond > 0 ? (forecast.checks * 1000) / pace.requestsPerSecond : 0;
  return Math.ceil((pace.callMs + Math.max(panelsMs, checksMs)) / 1000);
}
