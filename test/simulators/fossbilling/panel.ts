import { createFaultSwitch, type FaultSwitch } from '../shared/faults.ts';
import { count, hashOf } from '../shared/hash.ts';
import { spread } from '../shared/panels.ts';
import type { VendorConfig } from '../shared/registrar-library.ts';
import type { Config, FaultMode, PanelConfig } from './config.ts';

/** One row of tld_registrar; `config` is the JSON text of the database. */
export interface Registrar {
  readonly id: number;
  readonly title: string;
  readonly adapter: string;
  readonly config: string;
  readonly testMode: boolean;
}

/** One FOSSBilling installation. */
export interface Panel {
  config: PanelConfig;
  /** The server's own host. */
  readonly host: string;
  readonly vendor: VendorConfig;
  readonly faults: FaultSwitch<FaultMode>;
  readonly registrars: Map<number, Registrar>;
  readonly actions: Map<string, number>;
  readonly writes: Map<string, number>;
  readonly pushes: Map<string, { received: number; applied: number }>;
}

/** All panels of the process, by prefix. */
export function createPanels(config: Config): ReadonlyMap<string, Panel> {
  const first = config.panels[0];
  const configs = config.many && first ? spread(config.many).map((own) => ({ ...first, ...own })) : config.panels;
  return new Map(configs.map((one) => [one.prefix, createPanel(one, config)]));
}

function createPanel(config: PanelConfig, whole: Config): Panel {
  const panel: Panel = {
    config,
    host: whole.host,
    vendor: whole.vendor,
    faults: createFaultSwitch(),
    registrars: new Map(),
    actions: new Map(),
    writes: new Map(),
    pushes: new Map(),
  };
  installRegistrars(panel);
  return panel;
}

/** Makes the registrars anew from the panel's configuration. */
export function installRegistrars(panel: Panel): void {
  panel.registrars.clear();
  for (const { config, ...one } of panel.config.registrars) {
    panel.registrars.set(one.id, { ...one, config: JSON.stringify(config) });
  }
}

/** The address from which this panel calls the vendor. */
export function addressOf(panel: Panel): string {
  return panel.config.address ?? panel.host;
}

/** Stores a registrar, and counts it. */
export function writeRegistrar(panel: Panel, registrar: Registrar): void {
  panel.registrars.set(registrar.id, registrar);
  count(panel.writes, String(registrar.id));
}

/** Counts one push of a key to a registrar. */
export function countPush(panel: Panel, id: number, key: string, applied: boolean): void {
  const name = `${id}:${hashOf(key)}`;
  const push = panel.pushes.get(name) ?? { received: 0, applied: 0 };
  push.received += 1;
  if (applied) push.applied += 1;
  panel.pushes.set(name, push);
}
