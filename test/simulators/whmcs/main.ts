import { type Controls, serveControl } from '../shared/control.ts';
import { chosen } from '../shared/panels.ts';
import { runSimulator } from '../shared/process.ts';
import { listen, pause } from '../shared/web.ts';
import { encrypt } from './cipher.ts';
import { type Config, config } from './config.ts';
import { operations } from './control.ts';
import { reconfigured, totalsOf } from './inspect.ts';
import { addressOf, createPanels, readSettings } from './panel.ts';
import { answerWhmcs } from './serve.ts';

async function start(options: Config) {
  const panels = createPanels(options);
  let latencyMs = options.latencyMs;
  const server = await listen(
    async (request) => {
      if (latencyMs > 0) await pause(latencyMs);
      return answerWhmcs(panels, request);
    },
    { host: options.host, port: options.port },
  );
  const url = `http://${options.host}:${server.port}`;
  const controls: Controls<typeof operations> = {
    panels: () => [...panels].map(([prefix, one]) => ({ prefix, url: `${url}${prefix}`, address: addressOf(one) })),
    settings: ({ panel }) => readSettings(chosen(panels, panel)),
    rows: ({ panel }) => Object.fromEntries(chosen(panels, panel).rows),
    setSettings: ({ panel, settings }) => {
      for (const [name, value] of Object.entries(settings)) chosen(panels, panel).rows.set(name, encrypt(value));
    },
    removeSettings: ({ panel, names }) => {
      for (const name of names) chosen(panels, panel).rows.delete(name);
    },
    reconfigure: ({ panel, change }) => {
      const one = chosen(panels, panel);
      one.config = reconfigured(one.config, change);
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
    pushTotals: ({ keyHash }) => totalsOf([...panels.values()], keyHash),
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

await runSimulator(config, start);
