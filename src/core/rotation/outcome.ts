import type { ErrorCode } from '../errors.ts';
import type { CheckMethod } from '../verdict.ts';
import type { RotationEvent } from './state.ts';

export type Wrote = 'no' | 'maybe' | 'yes';

/**
 * How far one binding came in one rotation; this is what a checkpoint holds. Times are ISO 8601; no field can hold a secret.
 *
 * writing   a write was begun on a panel that cannot be read back; after a crash the worker looks before it writes again
 * written   that panel has taken the key; the check is still to come
 * applied   the panel has taken the key and nothing could prove that it works there
 * proven    the panel asked the vendor with the new key and was answered as the right account (or an operator vouches for it)
 * by-hand   an operator has to enter the key; `detail` says where
 * restored  the vendor refused the new key from this panel while the previous one still worked, so that one was put back
 * failed    not done; `retrying` says whether Keyturn goes on by itself
 */
export type BindingOutcome =
  | { readonly outcome: 'writing' | 'written'; readonly at: string }
  | { readonly outcome: 'applied'; readonly detail: string; readonly at: string }
  | {
      readonly outcome: 'proven';
      readonly method: CheckMethod | 'operator';
      readonly detail: string;
      readonly at: string;
    }
  | { readonly outcome: 'by-hand'; readonly detail: string; readonly at: string }
  | { readonly outcome: 'restored'; readonly detail: string; readonly at: string }
  | {
      readonly outcome: 'failed';
      readonly code: ErrorCode;
      readonly detail: string;
      readonly fix?: string;
      readonly retrying: boolean;
      /** Whether the key may have reached a panel that cannot be read back. */
      readonly wrote: Wrote;
      readonly at: string;
    };

export function isProven(outcome: BindingOutcome | undefined): boolean {
  return outcome?.outcome === 'proven';
}

/** Nothing is left that Keyturn would do by itself in this pass; a repeat of the chunk skips it. */
export function isDone(outcome: BindingOutcome | undefined): boolean {
  return outcome !== undefined && !['writing', 'written', 'failed'].includes(outcome.outcome);
}

/** Whether an earlier try wrote the key, as far as the ledger can know. */
export function wroteBefore(outcome: BindingOutcome | undefined): Wrote {
  switch (outcome?.outcome) {
    case undefined:
      return 'no';
    case 'writing':
      return 'maybe';
    case 'failed':
      return outcome.wrote;
    case 'written':
    case 'applied':
    case 'proven':
    case 'by-hand':
    case 'restored':
      return 'yes';
  }
}

/** The key is there, or on its way through an operator's hands; only the proof may be missing. */
function isReached(outcome: BindingOutcome | undefined): boolean {
  return outcome !== undefined && ['proven', 'applied', 'written', 'by-hand'].includes(outcome.outcome);
}

/** The event a finished fan-out gives the state machine. No bindings at all counts as proven: there is nothing to prove. */
export function summarize(outcomes: readonly (BindingOutcome | undefined)[]): RotationEvent {
  if (outcomes.every(isProven)) return 'all-proven';
  return outcomes.some(isReached) ? 'some-reached' : 'none-reached';
}
