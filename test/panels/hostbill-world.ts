import { createHostbillPanel } from '../../providers/panels/hostbill/index.ts';
import { hostbillSchemas } from '../../providers/panels/hostbill/options.ts';
import type { ConnectorPanel } from '../../providers/shared/connector/panel.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelWorld, Stored } from '../contract/panel.contract.ts';
import { type HostOptions, type PanelHost, startHost } from '../hosts/start.ts';
import { startDomainNameApi } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';

const ACCESS = {
  'env:HOSTBILL_ID': 'hbid-6d0c1f52',
  'env:HOSTBILL_KEY': 'hbkey-94c27be1a50f',
  'env:WRONG': 'hbkey-of-nobody',
};

export interface HostbillWorld extends PanelWorld {
  create(deps: ProviderDeps, change?: { readonly url?: string; readonly wrongSecret?: boolean }): ConnectorPanel;
  readonly host: PanelHost;
  /** The key's record in HostBill: its addresses and its functions; left out, the trimmed key of the docs. */
  key(change?: { readonly ip?: string; readonly functions?: string | null }): Promise<void>;
  storedAt(app?: number): Promise<Stored>;
}

interface Setup {
  readonly config?: HostOptions['config'];
  readonly callers?: readonly string[];
  readonly pairing?: boolean;
  /** The credential stands in an App. `switch`: the App keeps a test switch. */
  readonly app?: { readonly name: string; readonly switch?: boolean };
}

/** A HostBill in PHP with the real connector inside, and a vendor of its own whose pace does not get in the way. */
export async function startHostbillWorld(setup: Setup = {}): Promise<HostbillWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const host = await startHost('hostbill', {
    vendor: vendor.vendor,
    ...(setup.config && { config: setup.config }),
    ...(setup.callers && { callers: setup.callers }),
    ...(setup.pairing !== undefined && { pairing: setup.pairing }),
  });
  const app = setup.app === undefined ? undefined : Number(await host.control('addApp', setup.app));
  const place = app === undefined ? {} : { app };
  const secrets: Readonly<Record<string, string>> = { ...ACCESS, 'env:PAIRING': host.pairing };
  for (const value of Object.values(ACCESS)) recordSecret(value);

  async function key({
    ip = '127.0.0.0/8',
    functions = 'module,getHostBillversion',
  }: {
    readonly ip?: string;
    readonly functions?: string | null;
  } = {}) {
    await host.control('key', { id: ACCESS['env:HOSTBILL_ID'], key: ACCESS['env:HOSTBILL_KEY'], ip, functions });
  }
  await key();
  return {
    vendor,
    host,
    key,
    address: host.address,
    accessSecrets: Object.values(secrets).filter((value) => value !== ''),
    bindingOptions: place,
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: async (reference) => new SecretValue(secrets[reference] ?? ''),
    create(deps, { url = `${host.url}/admin`, wrongSecret = false } = {}) {
      const apiKey = wrongSecret ? 'env:WRONG' : 'env:HOSTBILL_KEY';
      const options = { url, apiId: 'env:HOSTBILL_ID', apiKey, connector: { pairing: 'env:PAIRING' } };
      return createHostbillPanel(hostbillSchemas.panel.parse(options), deps);
    },
    stored: async () => readStored(await host.control('stored', place)),
    storedAt: async (id) => readStored(await host.control('stored', id === undefined ? {} : { app: id })),
    store: async (stored) => {
      await host.control('store', { ...place, ...stored });
    },
    fail: (mode) => host.fail(mode),
    async close() {
      await host.stop();
      await vendor.stop();
    },
  };
}

function readStored(value: unknown): Stored {
  const record = recordOf(value);
  const { username, password, testMode } = record;
  if (typeof username !== 'string' || typeof password !== 'string' || typeof testMode !== 'boolean') {
    throw new Error('the host gave no stored settings');
  }
  const others: Record<string, string> = {};
  for (const [name, one] of Object.entries(recordOf(record['others']))) others[name] = String(one);
  return { username, password, testMode, others };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
