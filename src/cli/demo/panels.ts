import {
  createPairing,
  startBlesta,
  startClientexec,
  startHostbill,
  startWhmcs,
  startWisecp,
} from '../../../test/simulators/start.ts';

/** What the panels of the demo are seeded with. */
export interface Seed {
  readonly vendor: { readonly live: string; readonly test: string };
  readonly resellerId: string;
  /** The key that is current at the vendor, and the one before it, which is dead. */
  readonly key: string;
  readonly oldKey: string;
}

/** A panel that runs: its part of the configuration, and the secrets behind the references in it. */
export interface DemoPanel {
  readonly stop: () => Promise<void>;
  readonly name: string;
  /** `WHMCS "billing" on 127.0.0.31`. */
  readonly place: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** The five panels of the guide; each has drifted in a way of its own. */
export const demoPanels: readonly ((seed: Seed) => Promise<DemoPanel>)[] = [
  startBilling,
  startShop,
  startHosting,
  startBrand,
  startOffice,
];

/** The key was rotated and this panel forgotten (guide cause 6). */
async function startBilling({ vendor, resellerId, oldKey }: Seed): Promise<DemoPanel> {
  const [host, { pairing, text }] = ['127.0.0.31', createPairing()];
  const settings = { API_UserName: resellerId, API_Password: oldKey, API_TestMode: '' };
  const credentials = [{ identifier: 'demo-identifier', secret: 'demo-whmcs-secret', actions: ['keyturnconnector'] }];
  const { url, stop } = await startWhmcs({ host, vendor, panels: [{ settings, credentials, connector: { pairing } }] });
  return {
    stop,
    name: 'billing',
    place: `WHMCS "billing" on ${host}`,
    options: {
      kind: 'whmcs',
      url,
      identifier: 'env:DEMO_WHMCS_IDENTIFIER',
      secret: 'env:DEMO_WHMCS_SECRET',
      connector: { pairing: 'env:DEMO_WHMCS_PAIRING' },
    },
    env: {
      DEMO_WHMCS_IDENTIFIER: 'demo-identifier',
      DEMO_WHMCS_SECRET: 'demo-whmcs-secret',
      DEMO_WHMCS_PAIRING: text,
    },
  };
}

/** An invisible character came along with the key (guide cause 2). */
async function startShop({ vendor, resellerId, key }: Seed): Promise<DemoPanel> {
  const [host, { pairing, text }] = ['127.0.0.51', createPairing()];
  const settings = { username: resellerId, password: `${key}\u200b`, 'test-mode': '0' };
  const credentials = [{ key: 'demo-wisecp-key' }];
  const { url, stop } = await startWisecp({
    host,
    vendor,
    panels: [{ settings, credentials, connector: { pairing } }],
  });
  return {
    stop,
    name: 'shop',
    place: `WISECP "shop" on ${host}`,
    options: {
      kind: 'wisecp',
      url,
      generation: 'v5',
      apiKey: 'env:DEMO_WISECP_KEY',
      connector: { pairing: 'env:DEMO_WISECP_PAIRING' },
    },
    env: { DEMO_WISECP_KEY: 'demo-wisecp-key', DEMO_WISECP_PAIRING: text },
  };
}

/** The two fields were swapped (guide cause 3). */
async function startHosting({ vendor, resellerId, key }: Seed): Promise<DemoPanel> {
  const [host, { pairing, text }] = ['127.0.0.56', createPairing()];
  const settings = { username: key, password: resellerId, testmode: '0' };
  const credentials = [{ apiId: 'demo-api-id', apiKey: 'demo-hostbill-key', calls: ['module', 'getHostBillversion'] }];
  const { url, stop } = await startHostbill({
    host,
    vendor,
    panels: [{ settings, credentials, connector: { pairing } }],
  });
  return {
    stop,
    name: 'hosting',
    place: `HostBill "hosting" on ${host}`,
    options: {
      kind: 'hostbill',
      url: `${url}/admin`,
      apiId: 'env:DEMO_HOSTBILL_ID',
      apiKey: 'env:DEMO_HOSTBILL_KEY',
      connector: { pairing: 'env:DEMO_HOSTBILL_PAIRING' },
    },
    env: {
      DEMO_HOSTBILL_ID: 'demo-api-id',
      DEMO_HOSTBILL_KEY: 'demo-hostbill-key',
      DEMO_HOSTBILL_PAIRING: text,
    },
  };
}

/** The test switch was left on (guide cause 5). */
async function startBrand({ vendor, resellerId, key }: Seed): Promise<DemoPanel> {
  const host = '127.0.0.41';
  const access = { apiUser: 'keyturn', apiKey: 'demo-blesta-api-key', validationBug: false };
  const rows = [{ id: '3', meta: { user: resellerId, key, sandbox: 'true' } }];
  const { url, stop } = await startBlesta({ host, vendor, panels: [{ ...access, rows }] });
  return {
    stop,
    name: 'brand',
    place: `Blesta "brand" on ${host}`,
    options: { kind: 'blesta', url, user: access.apiUser, key: 'env:DEMO_BLESTA_KEY' },
    env: { DEMO_BLESTA_KEY: access.apiKey },
  };
}

/** The user name and password from before the migration are still there (guide cause 1). */
async function startOffice({ vendor }: Seed): Promise<DemoPanel> {
  const [host, { pairing, text }] = ['127.0.0.61', createPairing()];
  const settings = {
    plugin_Domainnameapi_Username: 'hostingcompany',
    plugin_Domainnameapi_Password: 'password-of-the-old-platform',
  };
  const { url, stop } = await startClientexec({ host, vendor, panels: [{ settings, connector: { pairing } }] });
  return {
    stop,
    name: 'office',
    place: `ClientExec "office" on ${host}`,
    options: { kind: 'clientexec', url, connector: { pairing: 'env:DEMO_CLIENTEXEC_PAIRING' } },
    env: { DEMO_CLIENTEXEC_PAIRING: text },
  };
}
