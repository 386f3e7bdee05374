import { describe, expect, test } from 'vitest';
import type { BindingId } from '../../../../src/core/model.ts';
import { chunkSizeFor, planChunks, predictOutageSeconds } from '../../../../src/core/rotation/plan.ts';

function ids(count: number): BindingId[] {
  return Array.from({ length: count }, (_, index) => `p${String(index)}/acme/live` as BindingId);
}

test('small fan-outs have small chunks, large ones large chunks, and the configuration has the last word', () => {
  expect([0, 1, 250, 251, 1_000, 2_000, 10_000].map((total) => chunkSizeFor(total))).toEqual([
    25, 25, 25, 26, 100, 200, 200,
  ]);
  expect(chunkSizeFor(10_000, 7)).toBe(7);
});

test('chunks keep the order and cut where the size says', () => {
  expect(planChunks(ids(5), 2)).toEqual([ids(5).slice(0, 2), ids(5).slice(2, 4), ids(5).slice(4)]);
  expect(planChunks(ids(4), 2).map((chunk) => chunk.length)).toEqual([2, 2]);
  expect(planChunks([], 25)).toEqual([]);
});

test('a size that makes no sense still gives a plan', () => {
  expect(planChunks(ids(3), 0).map((chunk) => chunk.length)).toEqual([1, 1, 1]);
  expect(planChunks(ids(3), 2.9).map((chunk) => chunk.length)).toEqual([2, 1]);
});

describe('the predicted outage', () => {
  const pace = { concurrency: 100, callMs: 100, requestsPerSecond: 1 };

  test('is the latency of the panels where nothing is paced', () => {
    expect(predictOutageSeconds({ panels: 100, checks: 0 }, pace)).toBe(1);
    expect(predictOutageSeconds({ panels: 1_000, checks: 0 }, pace)).toBe(5);
  });

  test("is the vendor's pace where checks have to wait for it", () => {
    expect(predictOutageSeconds({ panels: 60, checks: 60 }, pace)).toBe(61);
    expect(predictOutageSeconds({ panels: 60, checks: 60 }, { ...pace, requestsPerSecond: 10 })).toBe(7);
  });

  test('knows a vendor without a pace', () => {
    expect(predictOutageSeconds({ panels: 10, checks: 10 }, { ...pace, requestsPerSecond: 0 })).toBe(1);
  });
});
