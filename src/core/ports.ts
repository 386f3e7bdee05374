import type {
  AccountTarget,
  BindingId,
  BindingTarget,
  Credential,
  Fingerprint,
  Stage,
  StoreId,
  VersionId,
} from './model.ts';
import type { Observation } from './observation.ts';
import type { SecretValue } from './secret-value.ts';
import type { AccountIdentity, CheckMethod, PanelCheck, Verdict } from './verdict.ts';

/** One version of a secret, as its store keeps it. `value` is the whole payload; `credential-payload.ts` reads it. */
export interface SecretVersion {
  readonly versionId: VersionId;
  readonly stages: readonly Stage[];
  readonly value: SecretValue;
  /** ISO 8601, if the store knows. */
  readonly createdAt?: string;
}

export interface StageOptions {
  /** Idempotency token, a UUID: the same token and value twice gives the same version; with another value it is STORE_CONFLICT. */
  readonly token: string;
}

export interface PromoteOptions {
  /** The version the caller believes is current; undefined means "there is none yet". Anything else there is STORE_CONFLICT. */
  readonly expectedCurrent: VersionId | undefined;
}

/**
 * Where the one true copy lives. Four verbs, one meaning of current, pending and previous on every product.
 *
 * Obligations: `undefined` from `read` means the store's own documented "no such secret/version" and nothing else; denied,
 * throttled, expired sign-in, unreachable and malformed answers throw a KeyturnError. Every call honours `signal`.
 */
export interface SecretStore {
  readonly id: StoreId;
  readonly capabilities: {
    /** False for a store that Keyturn may only read; stage, promote and discard then throw CAPABILITY_MISSING. */
    readonly writable: boolean;
    readonly stages: 'native' | 'emulated' | 'none';
    readonly maxBytes: number;
  };
  read(
    name: string,
    which: Stage | { readonly version: VersionId },
    signal: AbortSignal,
  ): Promise<SecretVersion | undefined>;
  /** Keeps `value` as the pending version. An older pending version of ours loses its stage; current is not touched. */
  stage(name: string, value: SecretValue, options: StageOptions, signal: AbortSignal): Promise<VersionId>;
  /** Makes a version current and the one before it previous. Already current is success. */
  promote(name: string, versionId: VersionId, options: PromoteOptions, signal: AbortSignal): Promise<void>;
  /** Takes the pending stage off a version. Never touches current or previous; a version that is not pending is success. */
  discard(name: string, versionId: VersionId, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type FindingLevel = 'ok' | 'warning' | 'blocker';

/** One thing preflight found. A `blocker` makes the rotation NO-GO; `fix` says what to click or change. */
export interface Finding {
  readonly level: FindingLevel;
  readonly what: string;
  readonly fix?: string;
}

export interface PanelCapabilities {
  readonly write: 'remote' | 'connector' | 'manual';
  readonly readBack: 'value' | 'fingerprint' | 'none';
  /** What `check` can prove from the panel's own address. */
  readonly check: CheckMethod | 'none';
  /** The panel looks the account up at the vendor before it saves: a write then needs a turn of the key, as a check does. */
  readonly asksVendorOnWrite: boolean;
}

export interface ApplyOptions {
  /** Idempotency token of the rotation. */
  readonly token: string;
  /** Fingerprint of the password field last observed; an integration that can compare-and-set must refuse if it changed. */
  readonly lastSeen?: Fingerprint;
  /** Asks whether this worker may still write; to be awaited right before every request that writes. Throws LEASE_LOST. */
  readonly confirm?: () => Promise<void>;
}

export type ApplyResult =
  | { readonly result: 'changed' }
  /** Nobody can write this panel by program; the operator has to, following the menu path. */
  | { readonly result: 'by-hand'; readonly instructions: string };

/**
 * One panel installation. The secret never leaves the panel further than it must: `observe` gives facts, not values.
 *
 * Obligations: a panel that answers no (wrong permission, refused by its own validation) throws with an operator code; one that
 * cannot be reached or answers nonsense throws with a retry code; neither ever comes back as an empty observation.
 * `apply` writes username, password and test mode together and must be safe to repeat. `check` never uses a cached answer.
 */
export interface PanelIntegration {
  readonly kind: string;
  readonly capabilities: PanelCapabilities;
  /** The guide's menu path to the module's settings (guide section 5), for instructions to an operator. */
  readonly menuPath: string;
  /** Reachability, permissions, module present and recent enough. Changes nothing. */
  preflight(target: BindingTarget, signal: AbortSignal): Promise<readonly Finding[]>;
  observe(target: BindingTarget, signal: AbortSignal): Promise<Observation>;
  apply(
    target: BindingTarget,
    credential: Credential,
    options: ApplyOptions,
    signal: AbortSignal,
  ): Promise<ApplyResult>;
  /** Has the panel ask the vendor with the credential that the panel itself has stored. */
  check(target: BindingTarget, expected: AccountIdentity, signal: AbortSignal): Promise<PanelCheck>;
  close(): Promise<void>;
}

/** Asks the vendor whether a credential works, from the worker's address. Expected refusals are verdicts, not exceptions. */
export interface CredentialVerifier {
  verify(credential: Credential, expected: AccountIdentity, signal: AbortSignal): Promise<Verdict>;
  close(): Promise<void>;
}

/**
 * Hands out turns so that calls with one key keep the vendor's pace, over all workers together.
 * Resolves when the turn has come; rejects with ABORTED, and with RATE_LIMITED at once for one that is too far off to be waited
 * for. `backOff` moves the key's next turn after a 429.
 */
export interface Pacer {
  turn(key: Fingerprint, signal: AbortSignal): Promise<void>;
  backOff(key: Fingerprint, ms: number): Promise<void>;
}

/** How a new key arrives: a prompt, standard input, later an HTTP form or a watch on the store. */
export interface KeySource {
  receive(account: AccountTarget, signal: AbortSignal): Promise<SecretValue>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with ABORTED when `signal` fires first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A keyed HMAC under the installation's own key; the same on every worker. */
export type Fingerprinter = (text: string) => Fingerprint;

/** pino's call shape: fields first, then one static message. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What ops are told. No field can hold a secret. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: string;
  readonly lines: readonly string[];
  /** Stable: the same incident always has the same key. */
  readonly dedupKey: string;
  readonly bindings: readonly BindingId[];
}

export interface Notifier {
  readonly id: string;
  notify(notice: Notice, signal: AbortSignal): Promise<void>;
}
