import { createClientexecPanel } from '../../../providers/panels/clientexec/index.ts';
import { clientexecSchemas } from '../../../providers/panels/clientexec/options.ts';
import { type ClientexecOptions, startClientexec } from '../../simulators/start.ts';
import { type ConnectorWorld, startConnectorWorld } from './connector-world.ts';

/** A simulated ClientExec with the snapin in it. Its only sign-in is the letter's signature. */
export function startClientexecWorld(
  host: string,
  panel: NonNullable<ClientexecOptions['panels']>[number] = {},
): Promise<ConnectorWorld> {
  return startConnectorWorld({
    host,
    access: {},
    storedAs: {
      username: 'plugin_Domainnameapi_Username',
      password: 'plugin_Domainnameapi_Password',
      testMode: 'plugin_Domainnameapi_Use testing server',
    },
    start: ({ vendor }, connector) => startClientexec({ host, vendor, panels: [{ connector, ...panel }] }),
    create(simulator, deps, { url = simulator.url, wrongSecret = false } = {}) {
      const pairing = wrongSecret ? 'env:OTHER_PAIRING' : 'env:PAIRING';
      return createClientexecPanel(clientexecSchemas.panel.parse({ url, connector: { pairing } }), deps);
    },
  });
}
