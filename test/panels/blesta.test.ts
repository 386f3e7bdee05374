import { panelContract } from '../contract/panel.contract.ts';
import { startBlestaWorld } from './blesta-world.ts';

panelContract('blesta by its official API', () => startBlestaWorld('official', { pairing: false }));
panelContract('blesta by the connector through the API', () => startBlestaWorld('api'));
panelContract("blesta by the connector at the plugin's own address", () => startBlestaWorld('plugin'));
