import type { Environment } from './model.ts';

export interface Balance {
  readonly currency: string;
  readonly amount: number;
}

export type RejectionReason =
  | 'bad-credential'
  | 'wrong-account'
  | 'wrong-environment'
  | 'address-not-allowed'
  /** Refused, and whoever refused did not say why (Blesta's check answers only true or false). */
  | 'unspecified';

export type InconclusiveReason = 'outage' | 'rate-limited' | 'unexpected-response';

/**
 * What a balance lookup says about a credential. Never a boolean: an outage is neither yes nor no (DESIGN.md section 2).
 * `inconclusive` must never cause a write, a rollback or a drift alarm. `detail` is in our words and safe to show.
 */
export type Verdict =
  | {
      readonly verdict: 'valid';
      readonly resellerId?: string;
      readonly balances: readonly Balance[];
      readonly detail: string;
    }
  | { readonly verdict: 'rejected'; readonly reason: RejectionReason; readonly detail: string }
  | {
      readonly verdict: 'inconclusive';
      readonly reason: InconclusiveReason;
      readonly detail: string;
      readonly retryAfterMs?: number;
    };

/** `balance`: the panel asked the vendor for the balance. `behaviour`: the panel's module did something only a valid key can do. */
export type CheckMethod = 'balance' | 'behaviour';

/** A verdict made from the panel's own address with what the panel itself has stored; or why none can be had. */
export type PanelCheck =
  | (Verdict & { readonly method: CheckMethod })
  | { readonly verdict: 'not-observable'; readonly detail: string };

/** Who must answer for the credential to count as proven. */
export interface AccountIdentity {
  readonly resellerId: string;
  readonly environment: Environment;
}
