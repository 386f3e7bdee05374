import { panelContract } from '../contract/panel.contract.ts';
import { startWisecpWorld } from './wisecp-world.ts';

panelContract('WISECP 5', () => startWisecpWorld({ generation: 'v5' }));

panelContract('WISECP 3.1.7 to 4', () => startWisecpWorld({ generation: 'v3' }));
