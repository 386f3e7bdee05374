import { rm } from 'node:fs/promises';
import { type Controls, serveControl } from '../../simulators/shared/control.ts';
import { runSimulator } from '../../simulators/shared/process.ts';
import { config, type FrontConfig, operations } from './config.ts';
import { createFailureSwitch } from './failures.ts';
import { startPhp } from './php.ts';
import { openFront } from './serve.ts';

/** The process of one host: the front, PHP behind it, and the control address. It ends when its parent does, and PHP with it. */
async function start(options: FrontConfig) {
  const failures = createFailureSwitch();
  const front = await openFront(options, failures);
  const php = await startPhp(options, { KEYTURN_HOST_PORT: String(front.port) });
  front.sendTo(php);
  const controls: Controls<typeof operations> = {
    fail: ({ mode, times, paths }) => failures.set(mode, times, paths),
    requests: () => Object.fromEntries(front.requests),
  };
  const control = await serveControl(operations, controls, 0);
  const scheme = options.tls ? 'https' : 'http';
  return {
    ready: {
      url: `${scheme}://${options.address}:${front.port}`,
      inner: `http://${options.address}:${php.controlPort}`,
      control: `http://127.0.0.1:${control.port}`,
    },
    async close() {
      await Promise.all([front.close(), control.close(), php.stop()]);
      await rm(options.folder, { recursive: true, force: true });
    },
  };
}

await runSimulator(config, start);
