import { panelContract } from '../contract/panel.contract.ts';
import { startWhmcsWorld } from './whmcs-world.ts';

panelContract('whmcs in PHP, with the connector', () => startWhmcsWorld());
panelContract('whmcs in PHP, official API only', () => startWhmcsWorld({ connector: false }));
