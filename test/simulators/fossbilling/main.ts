import { type Controls, serveControl } from '../shared/control.ts';
import { chosen } from '../shared/panels.ts';
import { runSimulator } from '../shared/process.ts';
import { listen, pause } from '../shared/web.ts';
import { settingsOf } from './adapter.ts';
import { type Config, config, panelConfig } from './config.ts';
import { operations } from './control.ts';
import { addressOf, createPanels, installRegistrars, type Panel, type Registrar } from './panel.ts';
import { answerFossbilling } from './serve.ts';

async function start(options: Config) {
  const panels = createPanels(options);
  let latencyMs = options.latencyMs;
  const server = await listen(
    async (request) => {
      if (latencyMs > 0) await pause(latencyMs);
      return answerFossbilling(panels, request);
    },
    { host: options.host, port: options.port },
  );
  const url = `http://${options.host}:${server.port}`;
  const controls: Controls<typeof operations> = {
    panels: () => [...panels].map(([prefix, one]) => ({ prefix, url: `${url}${prefix}`, address: addressOf(one) })),
    registrar: ({ panel, id }) => {
      const found = registrarOf(chosen(panels, panel), id);
      return { config: settingsOf(found), testMode: found.testMode };
    },
    setRegistrar: ({ panel, id, config: settings, testMode }) => {
      const one = chosen(panels, panel);
      one.registrars.set(id, { ...registrarOf(one, id), config: JSON.stringify(settings), testMode });
    },
    reconfigure: ({ panel, change }) => {
      const one = chosen(panels, panel);
      one.config = panelConfig.read({ ...one.config, ...change }, 'change');
      if ('registrars' in change) installRegistrars(one);
    },
    setFault: ({ panel, ...fault }) => chosen(panels, panel).faults.set(fault),
    setLatency: ({ ms }) => {
      latencyMs = ms;
    },
    counters: ({ panel }) => {
      const { actions, writes } = chosen(panels, panel);
      return { actions: Object.fromEntries(actions), writes: Object.fromEntries(writes) };
    },
    pushes: ({ panel }) => Object.fromEntries(chosen(panels, panel).pushes),
    forget: () => {
      for (const { actions, writes, pushes } of panels.values()) {
        for (const counter of [actions, writes, pushes]) counter.clear();
      }
    },
  };
  const control = await serveControl(operations, controls, options.controlPort);
  return {
    ready: { url, control: `http://127.0.0.1:${control.port}` },
    close: async () => {
      await Promise.all([server.close(), control.close()]);
    },
  };
}

function registrarOf(panel: Panel, id: number): Registrar {
  const found = panel.registrars.get(id);
  if (!found) throw new Error(`no registrar ${id}`);
  return found;
}

await runSimulator(config, start);
