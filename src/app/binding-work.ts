import type { Lease } from '../core/ledger.ts';
import type { Binding } from '../core/model.ts';
import type { BindingOutcome } from '../core/rotation/outcome.ts';
import type { RotationContext } from './rotation-context.ts';

/** One binding's work within a rotation: what an earlier try left, under which lease, and until when. */
export interface BindingWork {
  readonly context: RotationContext;
  readonly binding: Binding;
  readonly earlier: BindingOutcome | undefined;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}
