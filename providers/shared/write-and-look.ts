import { type KeyturnError, toKeyturnError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/core/ports.ts';

/** Pauses before looking again: a store may need a moment until a write shows. */
const LOOK_AGAIN_MS = [150, 500, 1500];

export interface StoreWrite {
  send(): Promise<unknown>;
  /** Looks whether what was wanted is there now. */
  reached(): Promise<boolean>;
  /** What to throw when the store accepted the write and nothing is there. */
  readonly notWritten: () => KeyturnError;
}

/**
 * Sends a write and resolves once `reached` holds. What the write answered is not decisive: a call that timed out may have taken
 * effect, and one that was accepted may not. Throws what the write threw, or `notWritten`.
 */
export async function writeAndLook(write: StoreWrite, clock: Clock, signal: AbortSignal): Promise<void> {
  const refusal = await refusalOf(write);
  if (refusal === undefined) {
    if (!(await reachedInTime(write, clock, signal))) throw write.notWritten();
  } else if (refusal.code === 'ABORTED' || !(await write.reached().catch(() => false))) {
    throw refusal;
  }
}

async function reachedInTime(write: StoreWrite, clock: Clock, signal: AbortSignal): Promise<boolean> {
  if (await write.reached()) return true;
  for (const pause of LOOK_AGAIN_MS) {
    await clock.sleep(pause, signal);
    if (await write.reached()) return true;
  }
  return false;
}

async function refusalOf(write: StoreWrite): Promise<KeyturnError | undefined> {
  try {
    await write.send();
    return undefined;
  } catch (error) {
    return toKeyturnError(error);
  }
}
