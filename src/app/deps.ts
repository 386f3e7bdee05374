import type { Leases, Ledger, RotationQueue } from '../core/ledger.ts';
import type { AccountId, AccountTarget, Binding, BindingId, Environment, PanelId, StoreId } from '../core/model.ts';
import type {
  Clock,
  CredentialVerifier,
  Fingerprinter,
  Logger,
  Notifier,
  Pacer,
  PanelIntegration,
  SecretStore,
} from '../core/ports.ts';

/** What the configuration says there is. Lookups throw CONFIG_INVALID when it is not there (any more). */
export interface Estate {
  accounts(): readonly AccountTarget[];
  account(id: AccountId, environment: Environment): AccountTarget;
  bindings(): readonly Binding[];
  binding(id: BindingId): Binding;
}

/** Runs work in one of a fixed number of slots shared by everything in this process that calls panels. */
export type Gate = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** The ports a use case may need. Providers open on first use. */
export interface AppDeps {
  readonly estate: Estate;
  readonly store: (id: StoreId) => Promise<SecretStore>;
  readonly panel: (id: PanelId) => Promise<PanelIntegration>;
  readonly verifier: CredentialVerifier;
  readonly pacer: Pacer;
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly queue: RotationQueue;
  readonly clock: Clock;
  /** A fresh UUID. */
  readonly newId: () => string;
  readonly fingerprint: Fingerprinter;
  readonly notifier: Notifier;
  readonly log: Logger;
  readonly gate: Gate;
  readonly settings: {
    readonly concurrency: number;
    readonly chunkSize?: number;
    readonly requestsPerSecond: number;
  };
}
