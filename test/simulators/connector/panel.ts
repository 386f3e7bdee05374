import { createFaultSwitch, type FaultSwitch } from '../shared/faults.ts';
import { count, hashOf } from '../shared/hash.ts';
import { spread } from '../shared/panels.ts';
import type { VendorConfig } from '../shared/registrar-library.ts';
import { type Connector, createConnector } from './connector.ts';
import type { ConnectorHost, Stored } from './host.ts';
import type { BasicPanelConfig, FaultMode, WholeConfig } from './panel-config.ts';

/** How one kind of panel names what it stores. */
export interface Fields {
  readonly kind: string;
  readonly username: string;
  readonly password: string;
  readonly testMode: string;
  readonly on: string;
  readonly off: string;
  /** False: the module never reads its switch. */
  readonly readsTestMode: boolean;
  /** The id of the place that every panel of the kind has. */
  readonly place: string;
}

type Settings = Readonly<Record<string, string>>;

/** One panel whose module's settings are reached through a connector. */
export interface Panel<C extends BasicPanelConfig = BasicPanelConfig> {
  config: C;
  readonly fields: Fields;
  readonly address: string;
  readonly vendor: VendorConfig;
  readonly faults: FaultSwitch<FaultMode>;
  readonly places: Map<string, Settings>;
  readonly connector: Connector;
  readonly actions: Map<string, number>;
  readonly writes: Map<string, number>;
  readonly pushes: Map<string, { received: number; applied: number }>;
}

/** All panels of the process, by prefix. */
export function createPanels<C extends BasicPanelConfig>(
  whole: WholeConfig<C>,
  fields: Fields,
): ReadonlyMap<string, Panel<C>> {
  const first = whole.panels[0];
  const configs = whole.many && first ? spread(whole.many).map((own) => ({ ...first, ...own })) : whole.panels;
  return new Map(configs.map((one) => [one.prefix, createPanel(one, whole, fields)]));
}

function createPanel<C extends BasicPanelConfig>(config: C, whole: WholeConfig<C>, fields: Fields): Panel<C> {
  return {
    config,
    fields,
    address: config.address ?? whole.host,
    vendor: whole.vendor,
    faults: createFaultSwitch(),
    places: new Map(Object.entries(config.places ?? { [fields.place]: config.settings })),
    connector: createConnector(),
    actions: new Map(),
    writes: new Map(),
    pushes: new Map(),
  };
}

/** The panel as its connector sees it, while this failure is switched on. */
export function hostOf(panel: Panel, mode: FaultMode): ConnectorHost {
  const { fields, config, address, vendor } = panel;
  const { present, active, moduleVersion: version, libraryVersion: library } = config;
  return {
    kind: fields.kind,
    version: config.panelVersion ?? null,
    address,
    vendor,
    readsTestMode: fields.readsTestMode,
    module: () => ({ present, active, version, library }),
    places: () => [...panel.places.keys()].map((id) => ({ id, label: id === '' ? 'DomainNameAPI' : id })),
    read: (place) => readPlace(panel, place),
    write: (place, wanted) => writePlace(panel, place, wanted, mode),
  };
}

function readPlace(panel: Panel, place: string): Stored | undefined {
  const { places, fields } = panel;
  const settings = places.get(placeName(panel, place));
  if (!settings) return undefined;
  const { [fields.username]: username = '', [fields.password]: password = '', ...rest } = settings;
  const { [fields.testMode]: testMode, ...others } = rest;
  return { username, password, testMode: testMode === fields.on, others };
}

function writePlace(panel: Panel, place: string, wanted: Stored, mode: FaultMode): void {
  const { fields, places, config } = panel;
  const applied = mode !== 'success-without-write';
  countPush(panel, wanted.password, applied);
  if (!applied) return;
  const own = {
    [fields.username]: wanted.username,
    [fields.password]: wanted.password,
    [fields.testMode]: wanted.testMode ? fields.on : fields.off,
  };
  const name = placeName(panel, place);
  const loses = config.update === 'replace' || (config.update === 'replace-once' && !panel.writes.has(name));
  places.set(name, loses ? own : { ...wanted.others, ...own });
  count(panel.writes, name);
}

/** A letter that names no place means the only one; if there are several, it means none. */
function placeName({ places }: Panel, place: string): string {
  const [only, ...more] = places.keys();
  return place === '' && only !== undefined && more.length === 0 ? only : place;
}

function countPush({ pushes }: Panel, key: string, applied: boolean): void {
  const push = pushes.get(hashOf(key)) ?? { received: 0, applied: 0 };
  push.received += 1;
  if (applied) push.applied += 1;
  pushes.set(hashOf(key), push);
}

/** Sums up one key over all panels. */
export function totalsOf(panels: readonly Panel[], keyHash: string) {
  const pushes = panels.map((panel) => panel.pushes.get(keyHash) ?? { received: 0, applied: 0 });
  function holds({ places, fields }: Panel): boolean {
    return [...places.values()].some((settings) => hashOf(settings[fields.password] ?? '') === keyHash);
  }
  return {
    panels: panels.length,
    holding: panels.filter(holds).length,
    received: pushes.reduce((sum, one) => sum + one.received, 0),
    applied: pushes.reduce((sum, one) => sum + one.applied, 0),
    mostPerPanel: Math.max(0, ...pushes.map((one) => one.received)),
  };
}
