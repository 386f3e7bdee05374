import { panelContract } from '../panel.contract.ts';
import { startBlestaWorld } from './blesta-world.ts';

panelContract('blesta', () => startBlestaWorld('127.0.0.62'));
