import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QUEUES } from '../../jobs/names.ts';
import { backoffMs } from '../../jobs/options.ts';
import type { BindingId } from '../../src/core/model.ts';
import { chunkSizeFor, planChunks, predictOutageSeconds } from '../../src/core/rotation/plan.ts';

const bindings = fc
  .uniqueArray(fc.string({ minLength: 1 }), { maxLength: 300 })
  .map((ids) => ids.map((id) => id as BindingId));

test('a plan holds every binding exactly once, in order, in chunks of the size and one rest', () => {
  fc.assert(
    fc.property(bindings, fc.integer({ min: 1, max: 120 }), (ids, size) => {
      const chunks = planChunks(ids, size);
      expect(chunks.flat()).toEqual(ids);
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
      expect(chunks.every((chunk) => chunk.length >= 1 && chunk.length <= size)).toBe(true);
      expect(chunks).toHaveLength(Math.ceil(ids.length / size));
    }),
  );
});

test('chunks have between 25 and 200 bindings, and a larger fan-out never has smaller ones', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (total) => {
      expect(chunkSizeFor(total)).toBeGreaterThanOrEqual(25);
      expect(chunkSizeFor(total)).toBeLessThanOrEqual(200);
      expect(chunkSizeFor(total + 1)).toBeGreaterThanOrEqual(chunkSizeFor(total));
    }),
  );
});

test('more panels, more checks, slower calls never predict a shorter outage; more slots and a faster pace never a longer one', () => {
  const forecast = fc.record({ panels: fc.nat(5_000), checks: fc.nat(5_000) });
  const pace = fc.record({
    concurrency: fc.integer({ min: 1, max: 1_000 }),
    callMs: fc.nat(10_000),
    requestsPerSecond: fc.constantFrom(0, 0.5, 1, 5, 100),
  });
  const more = fc.nat(500);
  fc.assert(
    fc.property(forecast, pace, more, (what, how, extra) => {
      const seconds = predictOutageSeconds(what, how);
      expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
      expect(predictOutageSeconds({ ...what, panels: what.panels + extra }, how)).toBeGreaterThanOrEqual(seconds);
      expect(predictOutageSeconds({ ...what, checks: what.checks + extra }, how)).toBeGreaterThanOrEqual(seconds);
      expect(predictOutageSeconds(what, { ...how, callMs: how.callMs + extra })).toBeGreaterThanOrEqual(seconds);
      expect(predictOutageSeconds(what, { ...how, concurrency: how.concurrency + extra })).toBeLessThanOrEqual(seconds);
      if (how.requestsPerSecond > 0)
        expect(
          predictOutageSeconds(what, { ...how, requestsPerSecond: how.requestsPerSecond + extra }),
        ).toBeLessThanOrEqual(seconds);
    }),
  );
});

test('a backoff is bounded, never below half a second, grows with the attempts, and honours what the vendor asked for', () => {
  const queues = fc.constantFrom(...QUEUES);
  fc.assert(
    fc.property(
      queues,
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (queue, attempts, random) => {
        const ms = backoffMs(queue, attempts, random);
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(300_000);
        expect(backoffMs(queue, attempts + 1, random)).toBeGreaterThanOrEqual(ms);
        expect(backoffMs(queue, attempts, random, 1_000_000)).toBe(1_000_000);
        expect(backoffMs(queue, attempts, random, 1)).toBe(ms);
      },
    ),
  );
});
