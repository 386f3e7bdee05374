import { panelContract } from '../panel.contract.ts';
import { startHostbillWorld } from './hostbill-world.ts';

panelContract('hostbill', () => startHostbillWorld('127.0.0.56'));
