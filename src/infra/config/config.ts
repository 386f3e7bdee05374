import type { ZodType } from 'zod';
import type { AccountTarget, Binding, PanelId, StoreId } from '../../core/model.ts';
import type { SecretReference } from '../../core/secret-reference.ts';
import type { WorkerOptions } from './schema.ts';

export interface StoreConfig {
  readonly id: StoreId;
  readonly kind: string;
  /** As its kind's schema parsed them, relative paths made absolute. */
  readonly options: unknown;
}

export interface PanelConfig {
  readonly id: PanelId;
  readonly kind: string;
  /** As its kind's schema parsed them, relative paths made absolute. */
  readonly options: unknown;
}

/** A configuration file that was read, checked and found right. It holds references to secrets and no secret. */
export interface Config {
  /** Absolute path of the file, and of the directory that its relative paths start from. */
  readonly path: string;
  readonly directory: string;
  readonly fingerprintKey: SecretReference;
  readonly redis?: { readonly url: SecretReference };
  readonly stores: readonly StoreConfig[];
  readonly accounts: readonly AccountTarget[];
  readonly panels: readonly PanelConfig[];
  readonly bindings: readonly Binding[];
  /** What the vendor's own schema parsed; its provider knows the type. */
  readonly vendor: unknown;
  readonly worker: WorkerOptions;
}

/** What the configuration must know of the providers to check their options; `providers/registry.ts` has this shape. */
export interface ConfigKinds {
  readonly stores: Readonly<Record<string, { readonly title: string; schema(): Promise<ZodType> }>>;
  readonly panels: Readonly<Record<string, { readonly title: string; schemas(): Promise<PanelOptionSchemas> }>>;
  readonly vendor: ZodType;
}

export interface PanelOptionSchemas {
  readonly panel: ZodType;
  readonly binding: ZodType;
  /** Names of the binding options that tell two places in one panel apart; all of them if absent. */
  readonly place?: readonly string[];
}
