import { panelContract } from '../panel.contract.ts';
import { startClientexecWorld } from './clientexec-world.ts';

panelContract('clientexec', () => startClientexecWorld('127.0.0.61'), { environments: ['live'] });
