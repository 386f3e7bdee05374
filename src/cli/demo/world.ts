import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startBlesta, startDomainNameApi, startWhmcs } from '../../../test/simulators/start.ts';
import { generateIdentity } from '../../compose/identity.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { initialize } from '../../infra/config/initialize.ts';

/** A small hosting company on this machine: the simulated vendor and three panels, each a process on its own address. */
export interface DemoWorld {
  readonly configPath: string;
  readonly addresses: readonly string[];
  readonly resellerId: string;
  /** The key that is current at the vendor. */
  readonly key: SecretValue;
  /** What a person does at the vendor: a new key, and the old one is dead at that moment. */
  regenerate(): Promise<SecretValue>;
  /** Who asked the vendor how often, by address: the proof that the panels themselves asked. */
  lookups(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
  close(): Promise<void>;
}

const VENDOR = '127.0.0.20';
const BILLING = '127.0.0.31';
const SHOP = '127.0.0.41';
const BRAND = '127.0.0.42';
const BLESTA = { apiUser: 'keyturn', apiKey: 'demo-blesta-api-key', validationBug: false };
const WHMCS = { identifier: 'demo-identifier', secret: 'demo-whmcs-secret' };

type Started = { stop(): Promise<void> };

/** Starts everything; what had started is stopped again if a later part fails. */
export async function startWorld(): Promise<DemoWorld> {
  const started: Started[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-demo-'));
  async function close(): Promise<void> {
    await Promise.allSettled(started.map((each) => each.stop()));
    await rm(directory, { recursive: true, force: true });
  }
  try {
    return { ...(await populate(directory, started)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function populate(directory: string, started: Started[]): Promise<Omit<DemoWorld, 'close'>> {
  const api = await startDomainNameApi({ host: VENDOR });
  started.push(api);
  const { resellerId, apiKey } = await api.control.currentKey({});
  const { vendor } = api;
  const [billing, shop, brand] = await Promise.all([
    startWhmcs({
      host: BILLING,
      vendor,
      panels: [
        {
          credentials: [WHMCS],
          settings: { API_UserName: resellerId, API_Password: 'an-old-and-forgotten-key', API_TestMode: '' },
        },
      ],
    }),
    // An invisible character came along with the key (guide cause 2).
    startBlesta({ host: SHOP, vendor, panels: [{ ...BLESTA, rows: [row(resellerId, `${apiKey}\u200b`)] }] }),
    // The two fields were swapped (guide cause 3).
    startBlesta({ host: BRAND, vendor, panels: [{ ...BLESTA, rows: [row(apiKey, resellerId)] }] }),
  ]);
  started.push(billing, shop, brand);
  await initialize(directory, { force: false, generateIdentity });
  const configPath = join(directory, 'keyturn.yaml');
  await writeFile(configPath, stringify(configOf(vendor, { billing: billing.url, shop: shop.url, brand: brand.url })));
  return {
    configPath,
    addresses: [
      `DomainNameAPI on ${VENDOR}`,
      `WHMCS "billing" on ${BILLING}`,
      `Blesta "shop" on ${SHOP}`,
      `Blesta "brand" on ${BRAND}`,
    ],
    resellerId,
    key: new SecretValue(apiKey),
    regenerate: async () => new SecretValue((await api.control.regenerate({})).apiKey),
    lookups: () => api.control.counters({ by: 'address' }),
  };
}

function row(user: string, key: string): { id: string; meta: Record<string, string> } {
  return { id: '3', meta: { user, key, sandbox: 'false' } };
}

function configOf(
  vendor: { live: string; test: string },
  urls: Readonly<Record<'billing' | 'shop' | 'brand', string>>,
): object {
  const bindings = [{ account: 'main' }];
  const blesta = { kind: 'blesta', user: BLESTA.apiUser, key: 'env:DEMO_BLESTA_KEY', bindings };
  return {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    vendor: { live: { url: vendor.live }, test: { url: vendor.test } },
    accounts: { main: { live: { secret: { store: 'local', name: 'domainnameapi/main' } } } },
    panels: {
      billing: {
        kind: 'whmcs',
        url: urls.billing,
        identifier: 'env:DEMO_WHMCS_IDENTIFIER',
        secret: 'env:DEMO_WHMCS_SECRET',
        bindings: [{ account: 'main', canaryDomainId: 1 }],
      },
      shop: { ...blesta, url: urls.shop },
      brand: { ...blesta, url: urls.brand },
    },
  };
}

/** The panels' own API credentials, as an operator would have them in the environment. */
export const DEMO_ENV: Readonly<Record<string, string>> = {
  DEMO_BLESTA_KEY: BLESTA.apiKey,
  DEMO_WHMCS_IDENTIFIER: WHMCS.identifier,
  DEMO_WHMCS_SECRET: WHMCS.secret,
};
