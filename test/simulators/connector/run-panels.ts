import { type Controls, serveControl } from '../shared/control.ts';
import { chosen, locate } from '../shared/panels.ts';
import type { Running } from '../shared/process.ts';
import { isRecord, type Reader } from '../shared/read.ts';
import { type Listening, listen, type Outcome, page, pause, type WebRequest } from '../shared/web.ts';
import { createPanels, type Fields, type Panel, totalsOf } from './panel.ts';
import type { BasicPanelConfig, WholeConfig } from './panel-config.ts';
import { operations } from './panel-control.ts';

/** One kind of panel. */
export interface PanelKind<C extends BasicPanelConfig> {
  readonly fields: Fields;
  readonly config: Reader<C, unknown>;
  /** Answers a request; `rest` is its path below the panel's prefix. Undefined: there is nothing at this path. */
  answer(panel: Panel<C>, request: WebRequest, rest: string): Promise<Outcome | undefined>;
}

/** Runs the panels of one process, with their control address. */
export async function runPanels<C extends BasicPanelConfig>(
  options: WholeConfig<C>,
  kind: PanelKind<C>,
): Promise<Running> {
  const panels = createPanels(options, kind.fields);
  const latency = { ms: options.latencyMs };
  async function handle(request: WebRequest): Promise<Outcome> {
    if (latency.ms > 0) await pause(latency.ms);
    const found = locate(panels, request.path);
    return (found && (await kind.answer(found.panel, request, found.rest))) ?? page(404, '404 Not Found');
  }
  const server = await listen(handle, { host: options.host, port: options.port });
  const url = `http://${options.host}:${server.port}`;
  const control = await serveControl(operations, controlsOf(panels, kind, url, latency), options.controlPort);
  return {
    ready: { url, control: `http://127.0.0.1:${control.port}` },
    close: () => closeAll(server, control),
  };
}

async function closeAll(...servers: readonly Listening[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

function controlsOf<C extends BasicPanelConfig>(
  panels: ReadonlyMap<string, Panel<C>>,
  kind: PanelKind<C>,
  url: string,
  latency: { ms: number },
): Controls<typeof operations> {
  function change(prefix: string | undefined, part: Readonly<Record<string, unknown>>): void {
    const one = chosen(panels, prefix);
    one.config = kind.config.read({ ...one.config, ...part }, 'change');
  }
  return {
    panels: () => [...panels].map(([prefix, { address }]) => ({ prefix, url: `${url}${prefix}`, address })),
    settings: ({ panel, place }) => settingsAt(chosen(panels, panel), place),
    replaceSettings: ({ panel, place, settings }) => {
      chosen(panels, panel).places.set(place ?? kind.fields.place, settings);
    },
    config: ({ panel }) => ({ ...chosen(panels, panel).config }),
    reconfigure: ({ panel, change: part }) => change(panel, part),
    reconfigureConnector: ({ panel, change: part }) => {
      const { connector } = chosen(panels, panel).config;
      change(panel, { connector: { ...(isRecord(connector) && connector), ...part } });
    },
    setFault: ({ panel, ...fault }) => chosen(panels, panel).faults.set(fault),
    setLatency: ({ ms }) => {
      latency.ms = ms;
    },
    counters: ({ panel }) => {
      const { actions, writes } = chosen(panels, panel);
      return { actions: Object.fromEntries(actions), writes: Object.fromEntries(writes) };
    },
    pushes: ({ panel }) => Object.fromEntries(chosen(panels, panel).pushes),
    pushTotals: ({ keyHash }) => totalsOf([...panels.values()], keyHash),
    forget: () => {
      for (const { actions, writes, pushes } of panels.values()) {
        for (const counter of [actions, writes, pushes]) counter.clear();
      }
    },
  };
}

function settingsAt({ places, fields }: Panel, place = fields.place): Readonly<Record<string, string>> {
  const settings = places.get(place);
  if (!settings) throw new Error(`no place ${place}`);
  return settings;
}
