import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  type ConnectorPanelControl,
  createPairing,
  type NewPairing,
  type Simulator,
  startDomainNameApi,
  type VendorSimulator,
} from '../../simulators/start.ts';
import { recordSecret } from '../../support/secret-ledger.ts';
import type { PanelWorld, Stored } from '../panel.contract.ts';

export type ConnectorSimulator = Simulator<ConnectorPanelControl>;

/** A simulated panel that is reached through its connector, with a vendor and a pairing of its own. */
export interface ConnectorWorld extends PanelWorld {
  readonly simulator: ConnectorSimulator;
  /** Both halves of the pairing that the panel accepts. */
  readonly pairing: NewPairing;
}

/** How one kind of panel names what it stores. */
export interface StoredAs {
  readonly username: string;
  readonly password: string;
  readonly testMode: string;
}

interface Parts {
  readonly host: string;
  readonly storedAs: StoredAs;
  /** What the panel's own sign-in needs, by reference. */
  readonly access: Readonly<Record<string, string>>;
  start(vendor: VendorSimulator, connector: { pairing: NewPairing['pairing'] }): Promise<ConnectorSimulator>;
  create(simulator: ConnectorSimulator, ...args: Parameters<PanelWorld['create']>): ReturnType<PanelWorld['create']>;
}

/** The parts of a world that are alike for every panel with a connector. */
export async function startConnectorWorld(parts: Parts): Promise<ConnectorWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const [pairing, other] = [createPairing(), createPairing()];
  const simulator = await parts.start(vendor, { pairing: pairing.pairing });
  const access = { ...parts.access, 'env:PAIRING': pairing.text, 'env:OTHER_PAIRING': other.text };
  const secrets = [pairing, other].flatMap(({ text }) => [text, text.split('.')[2] ?? '']);
  for (const secret of secrets) recordSecret(secret);
  const { storedAs } = parts;
  return {
    vendor,
    simulator,
    pairing,
    address: parts.host,
    accessSecrets: [...Object.values(parts.access), ...secrets],
    bindingOptions: {},
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: resolverOf(access),
    create: (...args) => parts.create(simulator, ...args),
    stored: async () => toStored(storedAs, await simulator.control.settings()),
    async store(stored) {
      await simulator.control.replaceSettings({ settings: toSettings(storedAs, stored) });
    },
    fail: async (mode) => {
      await simulator.control.setFault({ mode });
    },
    async close() {
      await simulator.stop();
      await vendor.stop();
    },
  };
}

/** Resolves the references of a world and no others. */
export function resolverOf(access: Readonly<Record<string, string>>): ProviderDeps['resolveSecret'] {
  return async (reference) => new SecretValue(Object.entries(access).find(([name]) => name === reference)?.[1] ?? '');
}

function toStored(as: StoredAs, settings: Readonly<Record<string, string>>): Stored {
  const own = [as.username, as.password, as.testMode];
  const others = Object.fromEntries(Object.entries(settings).filter(([name]) => !own.includes(name)));
  const [username = '', password = '', testMode = ''] = own.map((name) => settings[name] ?? '');
  return { username, password, testMode: testMode === '1', others };
}

function toSettings(as: StoredAs, { username, password, testMode, others }: Stored): Record<string, string> {
  return { ...others, [as.username]: username, [as.password]: password, [as.testMode]: testMode ? '1' : '0' };
}
