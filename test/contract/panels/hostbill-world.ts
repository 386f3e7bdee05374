import { createHostbillPanel } from '../../../providers/panels/hostbill/index.ts';
import { hostbillSchemas } from '../../../providers/panels/hostbill/options.ts';
import { type HostbillOptions, startHostbill } from '../../simulators/start.ts';
import { type ConnectorWorld, startConnectorWorld } from './connector-world.ts';

const ACCESS = {
  'env:HOSTBILL_ID': 'sim-api-id',
  'env:HOSTBILL_KEY': 'sim-api-key',
  'env:WRONG': 'not-the-hostbill-key',
};

/** An API key trimmed to what Keyturn calls. */
const KEY = {
  apiId: ACCESS['env:HOSTBILL_ID'],
  apiKey: ACCESS['env:HOSTBILL_KEY'],
  calls: ['module', 'getHostBillversion'],
};

/** A simulated HostBill with the plugin in it. */
export function startHostbillWorld(
  host: string,
  panel: NonNullable<HostbillOptions['panels']>[number] = {},
): Promise<ConnectorWorld> {
  return startConnectorWorld({
    host,
    access: ACCESS,
    storedAs: { username: 'username', password: 'password', testMode: 'testmode' },
    start: ({ vendor }, connector) =>
      startHostbill({ host, vendor, panels: [{ credentials: [KEY], connector, ...panel }] }),
    create(simulator, deps, { url = simulator.url, wrongSecret = false } = {}) {
      const apiKey = wrongSecret ? 'env:WRONG' : 'env:HOSTBILL_KEY';
      const options = { url: `${url}/admin`, apiId: 'env:HOSTBILL_ID', apiKey, connector: { pairing: 'env:PAIRING' } };
      return createHostbillPanel(hostbillSchemas.panel.parse(options), deps);
    },
  });
}
