import { panelContract } from '../contract/panel.contract.ts';
import { startClientexecWorld } from './clientexec-world.ts';

panelContract('ClientExec in PHP', () => startClientexecWorld(), { environments: ['live'] });
