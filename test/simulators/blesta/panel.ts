import { type Connector, createConnector } from '../connector/connector.ts';
import { createFaultSwitch, type FaultSwitch } from '../shared/faults.ts';
import { count, hashOf } from '../shared/hash.ts';
import { spread } from '../shared/panels.ts';
import type { VendorConfig } from '../shared/registrar-library.ts';
import type { Config, FaultMode, PanelConfig } from './config.ts';

export type Meta = Readonly<Record<string, string>>;

/** One Blesta installation. */
export interface Panel {
  config: PanelConfig;
  /** The server's own host. */
  readonly host: string;
  readonly vendor: VendorConfig;
  readonly faults: FaultSwitch<FaultMode>;
  readonly connector: Connector;
  /** module_rows with their meta, by row id. */
  readonly rows: Map<string, Meta>;
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
  return {
    config,
    host: whole.host,
    vendor: whole.vendor,
    faults: createFaultSwitch(),
    connector: createConnector(),
    rows: new Map(config.rows.map(({ id, meta }) => [id, meta])),
    actions: new Map(),
    writes: new Map(),
    pushes: new Map(),
  };
}

/** The address from which this panel calls the vendor. */
export function addressOf(panel: Panel): string {
  return panel.config.address ?? panel.host;
}

/** Stores a row's whole new meta, and counts it. */
export function writeRow(panel: Panel, row: string, meta: Meta): void {
  panel.rows.set(row, meta);
  count(panel.writes, row);
}

/** Counts one push of a key to a row. */
export function countPush(panel: Panel, row: string, key: string, applied: boolean): void {
  const name = `${row}:${hashOf(key)}`;
  const push = panel.pushes.get(name) ?? { received: 0, applied: 0 };
  push.received += 1;
  if (applied) push.applied += 1;
  panel.pushes.set(name, push);
}

/** Sums up one key over all panels. */
export function totalsOf(panels: readonly Panel[], keyHash: string) {
  const pushes = panels.flatMap((panel) =>
    [...panel.pushes].filter(([name]) => name.endsWith(`:${keyHash}`)).map(([, push]) => push),
  );
  return {
    panels: panels.length,
    holding: panels.filter((panel) => [...panel.rows.values()].some((meta) => hashOf(meta['key'] ?? '') === keyHash))
      .length,
    received: pushes.reduce((sum, one) => sum + one.received, 0),
    applied: pushes.reduce((sum, one) => sum + one.applied, 0),
    mostPerRow: Math.max(0, ...pushes.map((one) => one.received)),
  };
}
