import type { ZodType } from 'zod';
import type { StoreId } from '../../src/core/model.ts';
import type { Clock, Fingerprinter, PanelIntegration, SecretStore } from '../../src/core/ports.ts';
import type { ConnectorLayout } from './connector/layout.ts';
import type { HttpClient } from './http.ts';
import type { ResolveSecret } from './secret-reference.ts';

/** What every provider may use from outside; each takes what it needs. */
export interface ProviderDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly fingerprint: Fingerprinter;
  readonly resolveSecret: ResolveSecret;
}

/** Schemas of one panel kind: `panel` for the panel's own options, `binding` for those of each of its bindings. */
export interface PanelSchemas<Options> {
  readonly panel: ZodType<Options>;
  readonly binding: ZodType;
  /** Names of the binding options that tell two places in one panel apart (none: it has one place); all of them if absent. */
  readonly place?: readonly string[];
}

export interface PanelKind {
  readonly title: string;
  /** Light: loads the option schemas alone, for reading the configuration and for the JSON Schema. */
  schemas(): Promise<PanelSchemas<unknown>>;
  /** Loads the integration. Throws a ZodError if `options` is not what the schema wants; the configuration checked it before. */
  create(options: unknown, deps: ProviderDeps): Promise<PanelIntegration>;
  /** How the connector is installed there; left out by a kind that has none. */
  connector?(): Promise<ConnectorLayout>;
}

export interface StoreKind {
  readonly title: string;
  schema(): Promise<ZodType>;
  create(id: StoreId, options: unknown, deps: ProviderDeps): Promise<SecretStore>;
}

/** Ties a panel kind's schema to its factory so that the factory gets parsed options; both load on first use. */
export function definePanelKind<Options>(kind: {
  readonly title: string;
  readonly schemas: () => Promise<PanelSchemas<Options>>;
  readonly load: () => Promise<(options: Options, deps: ProviderDeps) => PanelIntegration>;
  readonly connector?: () => Promise<ConnectorLayout>;
}): PanelKind {
  return {
    title: kind.title,
    schemas: kind.schemas,
    ...(kind.connector && { connector: kind.connector }),
    async create(options, deps) {
      const [schemas, create] = await Promise.all([kind.schemas(), kind.load()]);
      return create(schemas.panel.parse(options), deps);
    },
  };
}

/** The same for a secret store. */
export function defineStoreKind<Options>(kind: {
  readonly title: string;
  readonly schema: () => Promise<ZodType<Options>>;
  readonly load: () => Promise<(id: StoreId, options: Options, deps: ProviderDeps) => SecretStore>;
}): StoreKind {
  return {
    title: kind.title,
    schema: kind.schema,
    async create(id, options, deps) {
      const [schema, create] = await Promise.all([kind.schema(), kind.load()]);
      return create(id, schema.parse(options), deps);
    },
  };
}
