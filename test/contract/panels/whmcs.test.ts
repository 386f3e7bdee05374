import { panelContract } from '../panel.contract.ts';
import { startWhmcsWorld } from './whmcs-world.ts';

panelContract('whmcs', () => startWhmcsWorld('127.0.0.61'));
