import { type Connector, createConnector } from '../connector/connector.ts';
import { createFaultSwitch, type FaultSwitch } from '../shared/faults.ts';
import { count, hashOf } from '../shared/hash.ts';
import { spread } from '../shared/panels.ts';
import type { VendorConfig } from '../shared/registrar-library.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { Config, FaultMode, PanelConfig } from './config.ts';

/** One WHMCS installation. */
export interface Panel {
  config: PanelConfig;
  /** The server's own host. */
  readonly host: string;
  readonly vendor: VendorConfig;
  readonly faults: FaultSwitch<FaultMode>;
  /** tblregistrars: setting to encrypted value. */
  readonly rows: Map<string, string>;
  readonly connector: Connector;
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
    rows: new Map(),
    connector: createConnector(),
    actions: new Map(),
    writes: new Map(),
    pushes: new Map(),
  };
  for (const [name, value] of Object.entries(config.settings)) panel.rows.set(name, encrypt(value));
  return panel;
}

/** The address from which this panel calls the vendor. */
export function addressOf(panel: Panel): string {
  return panel.config.address ?? panel.host;
}

/** A stored setting as the module reads it; empty if there is no row. */
export function readSetting(panel: Panel, name: string): string {
  const row = panel.rows.get(name);
  return row === undefined ? '' : decrypt(row);
}

/** All stored settings in plain text. */
export function readSettings(panel: Panel): Record<string, string> {
  return Object.fromEntries([...panel.rows].map(([name, row]) => [name, decrypt(row)]));
}

/** Stores what a call to the API sent, and counts it. */
export function writeSettings(panel: Panel, settings: Readonly<Record<string, string>>): void {
  if (panel.config.update === 'replace') panel.rows.clear();
  for (const [name, value] of Object.entries(settings)) {
    panel.rows.set(name, encrypt(value));
    count(panel.writes, name);
  }
}

/** Counts one push of a key. */
export function countPush(panel: Panel, key: string, applied: boolean): void {
  const push = panel.pushes.get(hashOf(key)) ?? { received: 0, applied: 0 };
  push.received += 1;
  if (applied) push.applied += 1;
  panel.pushes.set(hashOf(key), push);
}
