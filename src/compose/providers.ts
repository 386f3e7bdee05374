import { panelKinds, storeKinds } from '../../providers/registry.ts';
import { createHttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { openVerifier } from '../../providers/vendors/domainnameapi/index.ts';
import { vendorOptions } from '../../providers/vendors/domainnameapi/options.ts';
import { KeyturnError } from '../core/errors.ts';
import { createFingerprinter } from '../core/fingerprint.ts';
import type { PanelId, StoreId } from '../core/model.ts';
import type { CredentialVerifier, Fingerprinter, Logger, PanelIntegration, SecretStore } from '../core/ports.ts';
import type { ResolveSecret } from '../core/secret-reference.ts';
import { systemClock } from '../infra/clock.ts';
import type { Config, ConfigKinds } from '../infra/config/config.ts';
import { createSecretResolver } from '../infra/config/secret-references.ts';

export const configKinds: ConfigKinds = { stores: storeKinds, panels: panelKinds, vendor: vendorOptions };

/** Everything that talks to somebody else's system, opened at first use. */
export interface Providers {
  readonly store: (id: StoreId) => Promise<SecretStore>;
  readonly panel: (id: PanelId) => Promise<PanelIntegration>;
  readonly verifier: CredentialVerifier;
  readonly fingerprint: Fingerprinter;
  readonly resolveSecret: ResolveSecret;
  readonly requestsPerSecond: number;
  close(): Promise<void>;
}

/** Wires the providers a configuration names. Reads the fingerprint key (CONFIG_INVALID if it is not there) and nothing else. */
export async function openProviders(
  config: Config,
  env: NodeJS.ProcessEnv,
  log: Logger,
  signal: AbortSignal,
): Promise<Providers> {
  const resolveSecret = createSecretResolver({
    directory: config.directory,
    env,
    log,
    readFromStore: async (id, name, within) => (await stores.get(id)).read(name, 'current', within),
  });
  const fingerprint = createFingerprinter(await resolveSecret(config.fingerprintKey, signal));
  const http = createHttpClient();
  const deps: ProviderDeps = { http, clock: systemClock, fingerprint, resolveSecret };
  const options = vendorOptions.parse(config.vendor);
  const verifier = await openVerifier(options, { clock: systemClock });
  const stores = once((id: StoreId) => openStore(config, id, deps));
  const panels = once((id: PanelId) => openPanel(config, id, deps));
  return {
    store: (id) => stores.get(id),
    panel: (id) => panels.get(id),
    verifier,
    fingerprint,
    resolveSecret,
    requestsPerSecond: options.pace.requestsPerSecond,
    async close() {
      const open = await Promise.allSettled([...stores.all(), ...panels.all()]);
      const closing = open.map((each) => (each.status === 'fulfilled' ? each.value.close() : Promise.resolve()));
      await Promise.allSettled([...closing, verifier.close(), http.close()]);
    },
  };
}

function openStore(config: Config, id: StoreId, deps: ProviderDeps): Promise<SecretStore> {
  const store = config.stores.find((each) => each.id === id);
  const kind = store && storeKinds[store.kind];
  if (!kind) throw unknown('store', id);
  return kind.create(id, store.options, deps);
}

function openPanel(config: Config, id: PanelId, deps: ProviderDeps): Promise<PanelIntegration> {
  const panel = config.panels.find((each) => each.id === id);
  const kind = panel && panelKinds[panel.kind];
  if (!kind) throw unknown('panel', id);
  return kind.create(panel.options, deps);
}

function unknown(what: string, id: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `The configuration has no ${what} ${id}.`);
}

/** Opens each at most once; a failed opening is forgotten. */
function once<Id, Opened>(
  open: (id: Id) => Promise<Opened>,
): { get(id: Id): Promise<Opened>; all(): Promise<Opened>[] } {
  const opened = new Map<Id, Promise<Opened>>();
  return {
    all: () => [...opened.values()],
    async get(id) {
      const known = opened.get(id);
      if (known) return known;
      const opening = open(id);
      opened.set(id, opening);
      opening.catch(() => opened.delete(id));
      return opening;
    },
  };
}
