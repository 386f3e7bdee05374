import { createClientexecPanel } from '../../providers/panels/clientexec/index.ts';
import { clientexecSchemas } from '../../providers/panels/clientexec/options.ts';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import type { ConnectorPanel } from '../../providers/shared/connector/panel.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelWorld, Stored } from '../contract/panel.contract.ts';
import { type HostOptions, type PanelHost, startHost } from '../hosts/start.ts';
import { startDomainNameApi, type VendorSimulator } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';

const PREFIX = 'plugin_Domainnameapi_';
const [USERNAME, PASSWORD, SWITCH] = ['Username', 'Password', 'Use testing server'] as const;

export interface ClientexecWorld extends PanelWorld {
  create(...args: Parameters<PanelWorld['create']>): ConnectorPanel;
  readonly host: PanelHost;
  /** Every row of the plugin in ClientExec's settings, by its label. */
  settings(): Promise<Readonly<Record<string, string>>>;
  /** Asks the vendor as the plugin does in an order. Gives the HTTP status. */
  askVendor(): Promise<unknown>;
}

/** A ClientExec in PHP, the real connector inside it, and a vendor whose pace does not get in the way. */
export async function startClientexecWorld(
  options: Partial<HostOptions> & { readonly shared?: VendorSimulator } = {},
): Promise<ClientexecWorld> {
  const { shared, ...own } = options;
  const vendor = shared ?? (await startDomainNameApi({ pacing: { on: false } }));
  const host = await startHost('clientexec', { vendor: vendor.vendor, ...own });
  const stranger = (await createPairing()).text.reveal();
  const access: Readonly<Record<string, string>> = { 'env:PAIRING': host.pairing, 'env:STRANGER': stranger };
  const accessSecrets = Object.values(access).flatMap(secretsOf);
  for (const secret of accessSecrets) recordSecret(secret);
  async function settings() {
    return labelled(await host.control('stored'));
  }
  return {
    vendor,
    host,
    settings,
    accessSecrets,
    address: host.address,
    bindingOptions: {},
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: async (reference) => new SecretValue(access[reference] ?? ''),
    create(deps, { url = host.url, wrongSecret = false } = {}) {
      const pairing = wrongSecret ? 'env:STRANGER' : 'env:PAIRING';
      return createClientexecPanel(clientexecSchemas.panel.parse({ url, connector: { pairing } }), deps);
    },
    stored: async () => toStored(await settings()),
    async store({ username, password, testMode, others }) {
      const values = { ...others, [USERNAME]: username, [PASSWORD]: password, [SWITCH]: testMode ? '1' : '0' };
      const rows = Object.entries(values).map(([label, value]): [string, string] => [`${PREFIX}${label}`, value]);
      await host.control('store', Object.fromEntries(rows));
    },
    fail: (mode) => host.fail(mode),
    askVendor: () => host.control('askVendor'),
    async close() {
      await host.stop();
      if (shared === undefined) await vendor.stop();
    },
  };
}

/** The whole text, and the key in it, which could turn up alone. */
function secretsOf(pairing: string): string[] {
  return [pairing, pairing.split('.')[2] ?? ''].filter((text) => text !== '');
}

function labelled(rows: unknown): Record<string, string> {
  const all = typeof rows === 'object' && rows !== null ? Object.entries(rows) : [];
  const own = all.filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(PREFIX.length), String(value)]));
}

function toStored(settings: Readonly<Record<string, string>>): Stored {
  const { [USERNAME]: username = '', [PASSWORD]: password = '', [SWITCH]: testMode, ...others } = settings;
  return { username, password, testMode: testMode === '1', others };
}
