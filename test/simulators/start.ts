import type { config as blestaConfig } from './blesta/config.ts';
import { ready as blestaReady } from './blesta/config.ts';
import { operations as blestaOperations } from './blesta/control.ts';
import type { config as clientexecConfig } from './clientexec/config.ts';
import { ready as connectorPanelReady } from './connector/panel-config.ts';
import { operations as connectorPanelOperations } from './connector/panel-control.ts';
import type { config as vendorConfig } from './domainnameapi/config.ts';
import { ready as vendorReady } from './domainnameapi/config.ts';
import { operations as vendorOperations } from './domainnameapi/control.ts';
import type { config as fossbillingConfig } from './fossbilling/config.ts';
import { ready as fossbillingReady } from './fossbilling/config.ts';
import { operations as fossbillingOperations } from './fossbilling/control.ts';
import type { config as hostbillConfig } from './hostbill/config.ts';
import { type Control, connectControl } from './shared/control.ts';
import type { In } from './shared/read.ts';
import { spawnSimulator } from './shared/spawn.ts';
import type { config as vaultConfig } from './vault/config.ts';
import { ready as vaultReady } from './vault/config.ts';
import { operations as vaultOperations } from './vault/control.ts';
import type { config as whmcsConfig } from './whmcs/config.ts';
import { ready as whmcsReady } from './whmcs/config.ts';
import { operations as whmcsOperations } from './whmcs/control.ts';
import type { config as wisecpConfig } from './wisecp/config.ts';

export { createPairing, type NewPairing } from './connector/pairing.ts';
export { CANARY_DOMAIN } from './domainnameapi/config.ts';
export { hashOf } from './shared/hash.ts';

export type VendorOptions = In<typeof vendorConfig>;
export type WhmcsOptions = In<typeof whmcsConfig>;
export type BlestaOptions = In<typeof blestaConfig>;
export type FossbillingOptions = In<typeof fossbillingConfig>;
export type WisecpOptions = In<typeof wisecpConfig>;
export type HostbillOptions = In<typeof hostbillConfig>;
export type ClientexecOptions = In<typeof clientexecConfig>;
export type VaultOptions = In<typeof vaultConfig>;
export type VaultControl = Control<typeof vaultOperations>;
export type VendorControl = Control<typeof vendorOperations>;
export type WhmcsControl = Control<typeof whmcsOperations>;
export type BlestaControl = Control<typeof blestaOperations>;
export type FossbillingControl = Control<typeof fossbillingOperations>;
/** Of the panels that are reached through their connector: WISECP, HostBill, ClientExec. */
export type ConnectorPanelControl = Control<typeof connectorPanelOperations>;

/** A simulator in a process of its own. It ends with `stop`, or with the process that started it. */
export interface Simulator<C> {
  readonly url: string;
  readonly controlUrl: string;
  readonly control: C;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** `url` and `testUrl` are the REST bases of the two environments; `vendor` is what the panel simulators want to know. */
export interface VendorSimulator extends Simulator<VendorControl> {
  readonly testUrl: string;
  readonly vendor: { readonly live: string; readonly test: string };
}

/** Starts the simulated vendor. Throws an Error with the simulator's own words if it does not come up. */
export async function startDomainNameApi(options: VendorOptions = {}): Promise<VendorSimulator> {
  const { ready, pid, stop } = await spawnSimulator('domainnameapi', options, vendorReady);
  const control = connectControl(vendorOperations, ready.control);
  const vendor = { live: ready.live, test: ready.test };
  return { url: ready.live, testUrl: ready.test, vendor, controlUrl: ready.control, control, pid, stop };
}

/** Starts a simulated WHMCS, or several hundred of them with `many`. */
export async function startWhmcs(options: WhmcsOptions): Promise<Simulator<WhmcsControl>> {
  const { ready, pid, stop } = await spawnSimulator('whmcs', options, whmcsReady);
  return {
    url: ready.url,
    controlUrl: ready.control,
    control: connectControl(whmcsOperations, ready.control),
    pid,
    stop,
  };
}

/** Starts a simulated Blesta, or several hundred of them with `many`. */
export async function startBlesta(options: BlestaOptions): Promise<Simulator<BlestaControl>> {
  const { ready, pid, stop } = await spawnSimulator('blesta', options, blestaReady);
  return {
    url: ready.url,
    controlUrl: ready.control,
    control: connectControl(blestaOperations, ready.control),
    pid,
    stop,
  };
}

/** Starts a simulated FOSSBilling, or several hundred of them with `many`. */
export async function startFossbilling(options: FossbillingOptions): Promise<Simulator<FossbillingControl>> {
  const { ready, pid, stop } = await spawnSimulator('fossbilling', options, fossbillingReady);
  return {
    url: ready.url,
    controlUrl: ready.control,
    control: connectControl(fossbillingOperations, ready.control),
    pid,
    stop,
  };
}

/** Starts a simulated WISECP, or several hundred of them with `many`. */
export function startWisecp(options: WisecpOptions): Promise<Simulator<ConnectorPanelControl>> {
  return startConnectorPanel('wisecp', options);
}

/** Starts a simulated HostBill, or several hundred of them with `many`. */
export function startHostbill(options: HostbillOptions): Promise<Simulator<ConnectorPanelControl>> {
  return startConnectorPanel('hostbill', options);
}

/** Starts a simulated ClientExec, or several hundred of them with `many`. */
export function startClientexec(options: ClientexecOptions): Promise<Simulator<ConnectorPanelControl>> {
  return startConnectorPanel('clientexec', options);
}

async function startConnectorPanel(name: string, options: unknown): Promise<Simulator<ConnectorPanelControl>> {
  const { ready, pid, stop } = await spawnSimulator(name, options, connectorPanelReady);
  const control = connectControl(connectorPanelOperations, ready.control);
  return { url: ready.url, controlUrl: ready.control, control, pid, stop };
}

/** Starts a simulated Vault: KV version 2, tokens, policies, sign-in by login, namespaces. */
export async function startVault(options: VaultOptions): Promise<Simulator<VaultControl>> {
  const { ready, pid, stop } = await spawnSimulator('vault', options, vaultReady);
  const control = connectControl(vaultOperations, ready.control);
  return { url: ready.url, controlUrl: ready.control, control, pid, stop };
}
