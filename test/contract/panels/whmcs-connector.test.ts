import { panelContract } from '../panel.contract.ts';
import { startWhmcsConnectorWorld } from './whmcs-connector-world.ts';

panelContract('whmcs with the connector', () => startWhmcsConnectorWorld('127.0.0.33'));
