import { createBlestaPanel } from '../../../providers/panels/blesta/index.ts';
import { blestaSchemas } from '../../../providers/panels/blesta/options.ts';
import { createPairing } from '../../simulators/start.ts';
import type { PanelWorld } from '../panel.contract.ts';
import { ACCESS, startBlestaWorld } from './blesta-world.ts';
import { resolverOf } from './connector-world.ts';

/** The simulated Blesta with the plugin, reached through the API or at the plugin's own address. */
export async function startBlestaConnectorWorld(host: string, via: 'api' | 'plugin'): Promise<PanelWorld> {
  const [own, other] = [createPairing(), createPairing()];
  const world = await startBlestaWorld(host, { connector: { pairing: own.pairing } });
  const access = { ...ACCESS, 'env:PAIRING': own.text, 'env:OTHER_PAIRING': other.text };
  return {
    ...world,
    accessSecrets: Object.values(access),
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: resolverOf(access),
    create(deps, { url = world.blesta.url, wrongSecret = false } = {}) {
      const key = wrongSecret ? 'env:WRONG' : 'env:BLESTA_KEY';
      const pairing = wrongSecret && via === 'plugin' ? 'env:OTHER_PAIRING' : 'env:PAIRING';
      const options = { url, connector: { pairing }, ...(via === 'api' && { user: 'sim-user', key }) };
      return createBlestaPanel(blestaSchemas.panel.parse(options), deps);
    },
  };
}
