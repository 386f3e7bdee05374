import { panelContract } from '../panel.contract.ts';
import { startFossbillingWorld } from './fossbilling-world.ts';

panelContract('fossbilling', () => startFossbillingWorld('127.0.0.51'));
