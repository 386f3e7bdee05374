import { panelContract } from '../panel.contract.ts';
import { startWisecpWorld } from './wisecp-world.ts';

panelContract('wisecp 5', () => startWisecpWorld('127.0.0.51', 'v5'));
panelContract('wisecp 3 and 4', () => startWisecpWorld('127.0.0.52', 'v3'));
