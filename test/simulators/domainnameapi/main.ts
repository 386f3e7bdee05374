import { type Controls, serveControl } from '../shared/control.ts';
import { runSimulator } from '../shared/process.ts';
import { listen } from '../shared/web.ts';
import { pairOf, regenerate } from './accounts.ts';
import { type Config, config, type EnvironmentName } from './config.ts';
import { operations } from './control.ts';
import { answerVendor, createVendor, keyOf, type Vendor } from './vendor.ts';

function controlsOf({ pairs, gate, journal, faults, settings }: Vendor): Controls<typeof operations> {
  return {
    regenerate: (args) => ({ apiKey: regenerate(pairOf(pairs, args), args.apiKey, args.overlapMs) }),
    currentKey: (args) => {
      const { resellerId, resellerName, apiKey } = pairOf(pairs, args);
      return { resellerId, resellerName, apiKey };
    },
    setAllowList: (args) => {
      pairOf(pairs, args).allowedAddresses = args.addresses;
    },
    setBalance: (args) => {
      const pair = pairOf(pairs, args);
      pair.usdBalance = args.usd ?? pair.usdBalance;
      pair.tryBalance = args.try ?? pair.tryBalance;
    },
    setFault: ({ environment, ...fault }) => {
      for (const name of environment ? [environment] : (['live', 'test'] as const)) faults[name].set(fault);
    },
    setPacing: (args) => gate.configure(args),
    setRefusal: ({ style }) => {
      settings.refusal = style;
    },
    setLatency: ({ ms }) => {
      settings.latencyMs = ms;
    },
    requests: () => journal.entries(),
    counters: ({ by }) => journal.counters(by),
    forget: () => journal.forget(),
  };
}

async function start(options: Config) {
  const vendor = createVendor(options);
  function open(environment: EnvironmentName, host: string, port: number) {
    return listen((request) => answerVendor(vendor, environment, request), {
      host,
      port,
      tls: options.tls,
      over: (request, outcome) => {
        const { address, method, path } = request;
        vendor.journal.add({ environment, address, method, path, outcome }, keyOf(request));
      },
    });
  }
  const testHost = options.testHost ?? options.host;
  const live = await open('live', options.host, options.port);
  const test = await open('test', testHost, options.testPort);
  const control = await serveControl(operations, controlsOf(vendor), options.controlPort);
  const scheme = options.tls ? 'https' : 'http';
  return {
    ready: {
      live: `${scheme}://${options.host}:${live.port}/api/v1`,
      test: `${scheme}://${testHost}:${test.port}/api/v1`,
      control: `http://127.0.0.1:${control.port}`,
    },
    close: async () => {
      await Promise.all([live.close(), test.close(), control.close()]);
    },
  };
}

await runSimulator(config, start);
