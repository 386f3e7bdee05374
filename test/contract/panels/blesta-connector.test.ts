import { panelContract } from '../panel.contract.ts';
import { startBlestaConnectorWorld } from './blesta-connector-world.ts';

panelContract('blesta with the connector, through the API', () => startBlestaConnectorWorld('127.0.0.68', 'api'));
panelContract("blesta with the connector, at the plugin's own address", () =>
  startBlestaConnectorWorld('127.0.0.69', 'plugin'),
);
