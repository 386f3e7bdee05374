import { panelContract } from '../contract/panel.contract.ts';
import { startHostbillWorld } from './hostbill-world.ts';

panelContract('HostBill, the module configuration', () => startHostbillWorld());

panelContract('HostBill, an App of the module', () => startHostbillWorld({ app: { name: 'DomainNameAPI live' } }));
