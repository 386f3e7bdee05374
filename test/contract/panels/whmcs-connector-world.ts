import { createWhmcsPanel } from '../../../providers/panels/whmcs/index.ts';
import { whmcsSchemas } from '../../../providers/panels/whmcs/options.ts';
import { createPairing } from '../../simulators/start.ts';
import type { PanelWorld } from '../panel.contract.ts';
import { resolverOf } from './connector-world.ts';
import { ACCESS, startWhmcsWorld } from './whmcs-world.ts';

/** The simulated WHMCS with the connector's custom action, and a role that allows nothing else. */
export async function startWhmcsConnectorWorld(host: string): Promise<PanelWorld> {
  const { pairing, text } = createPairing();
  const credential = { identifier: ACCESS['env:WHMCS_IDENTIFIER'], secret: ACCESS['env:WHMCS_SECRET'] };
  const credentials = [{ ...credential, actions: ['KeyturnConnector'] }];
  const world = await startWhmcsWorld(host, { credentials, connector: { pairing } });
  const access = { ...ACCESS, 'env:PAIRING': text };
  return {
    ...world,
    accessSecrets: Object.values(access),
    bindingOptions: {},
    resolveSecret: resolverOf(access),
    create(deps, { url = world.whmcs.url, wrongSecret = false } = {}) {
      const secret = wrongSecret ? 'env:WRONG' : 'env:WHMCS_SECRET';
      const connector = { pairing: 'env:PAIRING' };
      const options = { url, identifier: 'env:WHMCS_IDENTIFIER', secret, connector };
      return createWhmcsPanel(whmcsSchemas.panel.parse(options), deps);
    },
  };
}
