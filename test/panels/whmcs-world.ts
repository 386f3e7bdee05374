import { createWhmcsPanel } from '../../providers/panels/whmcs/index.ts';
import { whmcsSchemas } from '../../providers/panels/whmcs/options.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelWorld, Stored } from '../contract/panel.contract.ts';
import { type HostOptions, type PanelHost, startHost } from '../hosts/start.ts';
import { CANARY_DOMAIN, startDomainNameApi } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';

export const ACCESS = {
  'env:WHMCS_IDENTIFIER': 'whmcs-identifier-3f27',
  'env:WHMCS_SECRET': 'whmcs-secret-8c1d0a66',
  'env:WHMCS_ACCESS_KEY': 'whmcs-access-5e71b2',
  'env:WRONG': 'whmcs-secret-of-nobody',
};

/** What the docs tell people to tick: with the connector this one action. */
export const CONNECTOR_ROLE = ['KeyturnConnector'];
export const OFFICIAL_ROLE = [
  'WhmcsDetails',
  'GetRegistrars',
  'GetModuleConfigurationParameters',
  'UpdateModuleConfiguration',
  'GetClientsDomains',
  'DomainGetNameservers',
];

export interface WhmcsWorld extends PanelWorld {
  readonly host: PanelHost;
  /** What the API credential's role ticks. */
  role(actions: readonly string[]): Promise<void>;
  /** All rows of the module, encrypted, as they lie in tblregistrars. */
  rows(): Promise<Readonly<Record<string, string>>>;
}

interface Setup extends Pick<HostOptions, 'config' | 'callers' | 'ini' | 'tls'> {
  /** False: the official API alone, with a canary; no connector is installed. */
  readonly connector?: boolean;
  /** The worker also sends WHMCS's access key. */
  readonly accessKey?: boolean;
}

/** A WHMCS in PHP and MariaDB, with the real connector inside if wanted, and a vendor whose pace does not get in the way. */
export async function startWhmcsWorld(setup: Setup = {}): Promise<WhmcsWorld> {
  const { connector = true, accessKey = false, config, ...options } = setup;
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const canary = { domainId: '1', domain: CANARY_DOMAIN };
  const host = await startHost('whmcs', {
    ...options,
    vendor: vendor.vendor,
    pairing: connector,
    config: { canary, ...config },
  });
  for (const value of Object.values(ACCESS)) recordSecret(value);
  const secrets: Readonly<Record<string, string>> = { ...ACCESS, 'env:PAIRING': host.pairing };
  async function role(actions: readonly string[]): Promise<void> {
    const credential = { identifier: ACCESS['env:WHMCS_IDENTIFIER'], secret: ACCESS['env:WHMCS_SECRET'], actions };
    await host.control('configure', { credentials: [credential] });
  }
  await role(connector ? CONNECTOR_ROLE : OFFICIAL_ROLE);
  return {
    vendor,
    host,
    role,
    rows: async () => textsOf(await host.control('rows')),
    address: host.address,
    accessSecrets: Object.values(secrets).filter((value) => value !== ''),
    bindingOptions: connector ? {} : { canaryDomainId: 1 },
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: async (reference) => new SecretValue(secrets[reference] ?? ''),
    create(deps, { url = host.url, wrongSecret = false } = {}) {
      const secret = wrongSecret ? 'env:WRONG' : 'env:WHMCS_SECRET';
      const access = { url, identifier: 'env:WHMCS_IDENTIFIER', secret };
      const paired = connector ? { connector: { pairing: 'env:PAIRING' } } : {};
      const key = accessKey ? { accessKey: 'env:WHMCS_ACCESS_KEY' } : {};
      return createWhmcsPanel(whmcsSchemas.panel.parse({ ...access, ...key, ...paired }), deps);
    },
    stored: async () => toStored(textsOf(await host.control('stored'))),
    async store({ username, password, testMode, others }) {
      const own = { API_UserName: username, API_Password: password, API_TestMode: testMode ? 'on' : '' };
      await host.control('store', { ...others, ...own });
    },
    fail: (mode) => host.fail(mode),
    async close() {
      await host.stop();
      await vendor.stop();
    },
  };
}

function toStored(settings: Readonly<Record<string, string>>): Stored {
  const { API_UserName: username = '', API_Password: password = '', API_TestMode: testMode = '', ...others } = settings;
  return { username, password, testMode: testMode === 'on', others };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw new Error('the host gave no settings');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
}
