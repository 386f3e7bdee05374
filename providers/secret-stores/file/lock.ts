import { KeyturnError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { fsErrorCode, toFileError } from './errors.ts';

/** A lock of a killed process is free after this; a live one renews it every second. */
const STALE_MS = 3000;
const PATIENCE_MS = 15_000;
const POLL_MS = 25;

/** Refuses, with LEASE_LOST, if the lock has passed to somebody else (a process that slept too long). */
export type AssertHeld = () => void;

/**
 * Runs `work` while this process alone, of all on this disk, holds the file's lock. Throws TIMEOUT when others hold it for 15 s.
 * `work` calls what it is given right before it writes.
 */
export async function underLock<T>(
  path: string,
  clock: Clock,
  signal: AbortSignal,
  work: (assertHeld: AssertHeld) => Promise<T>,
): Promise<T> {
  let lost = false;
  const release = await acquire(path, clock, signal, () => {
    lost = true;
  });
  const acquiredAt = clock.now();
  try {
    return await work(() => {
      if (lost || clock.now() - acquiredAt >= STALE_MS) throw lockLost();
    });
  } finally {
    // Fails only if the lock is somebody else's by now, and then there is nothing to give back.
    await release().catch(() => undefined);
  }
}

async function acquire(
  path: string,
  clock: Clock,
  signal: AbortSignal,
  onLost: () => void,
): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile');
  const options = { realpath: false, stale: STALE_MS, update: 1000, onCompromised: onLost };
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await lock(path, options);
    } catch (error) {
      if (fsErrorCode(error) !== 'ELOCKED') throw toFileError(error, 'A file of the store could not be locked');
    }
    if (clock.now() >= giveUpAt) throw lockBusy();
    await clock.sleep(POLL_MS + Math.random() * POLL_MS, signal);
  }
}

function lockLost(): KeyturnError {
  return new KeyturnError('LEASE_LOST', 'The lock of a secret passed to another process in the middle of a write.', {
    fix: 'Run the same command again.',
    untouched: 'The secret was not changed.',
  });
}

function lockBusy(): KeyturnError {
  return new KeyturnError('TIMEOUT', 'Other processes held the lock of a secret for too long.', {
    fix: 'Run the same command again; look for a Keyturn process that hangs if it stays.',
    untouched: 'The secret was not changed.',
  });
}
