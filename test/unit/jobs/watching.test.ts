import { expect, test } from 'vitest';
import { startWatching } from '../../../jobs/watching.ts';
import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { createUnitWorld } from '../../support/fakes/world.ts';

const EVERY_MS = 60_000;
const SETTLE_MS = 5_000;

type Answer = 'ok' | KeyturnError;

/** Lets the watch look as often as there are answers; gives the pauses in between, and what was logged. */
async function watch(answers: readonly Answer[], power: 'metadata' | 'none' = 'metadata') {
  const world = createUnitWorld(0);
  const script = [...answers];
  const pauses: number[] = [];
  const lines: string[] = [];
  const over = Promise.withResolvers<undefined>();
  async function look(): Promise<void> {
    const answer = script.shift();
    if (answer instanceof KeyturnError) throw answer;
  }
  const store: SecretStore & { currentVersions?: unknown } = {
    ...world.store,
    read: async () => look().then(() => undefined),
    ...(power === 'metadata' && { currentVersions: async () => look().then(() => new Map()) }),
  };
  const clock = {
    now: () => 0,
    async sleep(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      pauses.push(ms);
      if (script.length > 0) return;
      over.resolve(undefined);
      await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }));
    },
  };
  function note(fields: object, message: string): void {
    lines.push('err' in fields && fields.err instanceof KeyturnError ? `${fields.err.code} ${message}` : message);
  }
  const log = { ...world.deps.log, warn: note, info: note };
  const watching = startWatching(
    { ...world.all, clock, log, store: async () => store },
    { everyMs: EVERY_MS, settleMs: SETTLE_MS },
  );
  await over.promise;
  await watching.stop();
  return { pauses: pauses.slice(0, answers.length), lines, leases: world.leases.given.map(({ names }) => names) };
}

function failure(code: ErrorCode, retryAfterMs?: number): KeyturnError {
  return new KeyturnError(code, 'The store said no.', retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** Within the jitter of a fifth. */
function expectPauses(pauses: readonly number[], seconds: readonly number[]): void {
  expect(pauses).toHaveLength(seconds.length);
  for (const [index, expected] of seconds.entries()) {
    expect(pauses[index]).toBeGreaterThanOrEqual(expected * 800);
    expect(pauses[index]).toBeLessThanOrEqual(expected * 1_200);
  }
}

test('looks at the configured pace, with jitter, under a lease of the store', async () => {
  const { pauses, lines, leases } = await watch(Array.from({ length: 20 }, () => 'ok' as const));
  expectPauses(
    pauses,
    Array.from({ length: 20 }, () => 60),
  );
  expect(new Set(pauses).size).toBeGreaterThan(10);
  expect(leases).toEqual([['watch:memory']]);
  expect(lines).toEqual([]);
});

test('a store that throttles is left alone for longer and longer, up to a quarter of an hour, then normally again', async () => {
  const { pauses, lines } = await watch([...Array.from({ length: 4 }, () => failure('RATE_LIMITED')), 'ok', 'ok']);
  const [first = 0, second = 0, third = 0, fourth = 0, ...rest] = pauses;
  expectPauses([first], [120]);
  for (const [before, after] of [
    [first, second],
    [second, third],
  ] as const)
    expect(after / before).toBeGreaterThan(1.2);
  expect(fourth).toBeGreaterThan(third);
  expect(fourth).toBeLessThanOrEqual(15 * 60_000 * 1.2);
  expectPauses(rest, [60, 60]);
  expect(lines).toEqual(['RATE_LIMITED the store could not be watched', 'the store can be watched again']);
});

test('never comes back sooner than the store asked for', async () => {
  const { pauses } = await watch([failure('RATE_LIMITED', 3_600_000), 'ok']);
  expect(pauses[0]).toBeGreaterThanOrEqual(3_600_000);
});

test('an expired sign-in is logged once and not at every look, and once that it works again', async () => {
  const expired = failure('SIGN_IN_EXPIRED');
  const { pauses, lines } = await watch([expired, expired, expired, 'ok', expired]);
  expectPauses(pauses, [60, 60, 60, 60, 60]);
  expect(lines).toEqual([
    'SIGN_IN_EXPIRED the store could not be watched',
    'the store can be watched again',
    'SIGN_IN_EXPIRED the store could not be watched',
  ]);
});

test('a store that can only be read is asked five times less often', async () => {
  const { pauses } = await watch(['ok', 'ok'], 'none');
  expectPauses(pauses, [300, 300]);
});
