import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';

const never = new AbortController().signal;

describe('systemClock', () => {
  test('tells the time in milliseconds', () => {
    vi.useFakeTimers({ now: 1_700_000_000_123 });
    expect(systemClock.now()).toBe(1_700_000_000_123);
    vi.useRealTimers();
  });

  test('wakes after the time, not before', async () => {
    const start = performance.now();
    await systemClock.sleep(30, never);
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
  });

  test.each([0, -5])('does not wait for %i ms', async (ms) => {
    await expect(systemClock.sleep(ms, never)).resolves.toBeUndefined();
  });

  test('rejects with ABORTED when it is, before or while it sleeps, and also for no time at all', async () => {
    await expect(systemClock.sleep(0, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(systemClock.sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    const stop = new AbortController();
    const sleep = systemClock.sleep(60_000, stop.signal);
    stop.abort();
    await expect(sleep).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('sleeps longer than a timer can hold (half a year is the rotation interval)', async () => {
    const stop = new AbortController();
    let awake = false;
    const sleep = systemClock.sleep(182 * 86_400_000, stop.signal).then(
      () => (awake = true),
      () => undefined,
    );
    await systemClock.sleep(20, never);
    expect(awake).toBe(false);
    stop.abort();
    await sleep;
    expect(awake).toBe(false);
  });
});
