import type { AccountId, Environment } from './model.ts';
import type { CredentialFacts, Observation } from './observation.ts';
import type { PanelCheck, Verdict } from './verdict.ts';

/**
 * Every cause that drift can have (DESIGN.md section 5), in the order in which to mend them: first a module that could not use
 * any credential, then fields that hold the wrong sort of thing, then the right sort from the wrong place, then a damaged value.
 * The caller's address comes last, because it can be judged only once everything else is right (guide section 3, cause 7).
 */
export const DRIFT_KINDS = [
  'outdated-module',
  'not-configured',
  'legacy-credentials',
  'email-as-reseller-id',
  'swapped-fields',
  'wrong-account',
  'wrong-environment',
  'stale-key',
  'stray-characters',
  'unknown-credential',
  'address-not-authorised',
  'unobservable',
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

export type Confidence = 'certain' | 'likely' | 'possible';

/** One cause. `evidence` is why we think so, in plain words: lengths, flags, versions and account names, never a value. */
export interface DriftFinding {
  readonly kind: DriftKind;
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
}

/** A credential of another registered account, or of another environment of this one. */
export interface OtherCredential {
  readonly accountId: AccountId;
  readonly environment: Environment;
  readonly credential: CredentialFacts;
}

/** What the stores say: this binding's own credential, and all others that a panel might hold by mistake. */
export interface ExpectedState {
  readonly accountId: AccountId;
  readonly environment: Environment;
  readonly current: CredentialFacts;
  readonly previous?: CredentialFacts;
  /** The same account's credential for the other environment. */
  readonly otherEnvironment?: CredentialFacts;
  readonly otherAccounts: readonly OtherCredential[];
}

export interface DriftInput {
  readonly expected: ExpectedState;
  readonly observation: Observation;
  readonly panelKind: string;
  /** What the vendor said to the panel, asked with the credential that the panel has stored. */
  readonly panelCheck?: PanelCheck;
  /** What the vendor said to the worker, asked with the store's current credential. */
  readonly workerVerdict?: Verdict;
}

/**
 * `in-sync`       the copy is right: seen, or proven by a check
 * `drift`         at least one cause is named
 * `unobservable`  the copy could not be seen, and no check says anything about it
 * `inconclusive`  there is an answer, but it cannot be told what it means; look again later
 */
export type DriftStatus = 'in-sync' | 'drift' | 'unobservable' | 'inconclusive';

export interface DriftReport {
  readonly status: DriftStatus;
  /** In the order to mend them. Empty for `in-sync` and `inconclusive`; one `unobservable` finding for `unobservable`. */
  readonly findings: readonly DriftFinding[];
  /** What else was noticed and belongs to no one finding. */
  readonly evidence: readonly string[];
}
