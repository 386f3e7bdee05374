import { createWisecpPanel } from '../../../providers/panels/wisecp/index.ts';
import { wisecpSchemas } from '../../../providers/panels/wisecp/options.ts';
import { startWisecp, type WisecpOptions } from '../../simulators/start.ts';
import { type ConnectorWorld, startConnectorWorld } from './connector-world.ts';

const ACCESS = { 'env:WISECP_KEY': 'sim-wisecp-key', 'env:WRONG': 'not-the-key-of-wisecp' };

/** A simulated WISECP of one of the two API generations, with the addon in it. */
export function startWisecpWorld(
  host: string,
  generation: 'v5' | 'v3',
  panel: NonNullable<WisecpOptions['panels']>[number] = {},
): Promise<ConnectorWorld> {
  return startConnectorWorld({
    host,
    access: ACCESS,
    storedAs: { username: 'username', password: 'password', testMode: 'test-mode' },
    start: ({ vendor }, connector) => startWisecp({ host, vendor, panels: [{ generation, connector, ...panel }] }),
    create(simulator, deps, { url = simulator.url, wrongSecret = false } = {}) {
      const apiKey = wrongSecret ? 'env:WRONG' : 'env:WISECP_KEY';
      const options = { url, generation, apiKey, connector: { pairing: 'env:PAIRING' } };
      return createWisecpPanel(wisecpSchemas.panel.parse(options), deps);
    },
  });
}
