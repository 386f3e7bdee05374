import { createBlestaPanel } from '../../providers/panels/blesta/index.ts';
import { blestaSchemas } from '../../providers/panels/blesta/options.ts';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelWorld, Stored } from '../contract/panel.contract.ts';
import { type HostOptions, type PanelHost, startHost } from '../hosts/start.ts';
import { startDomainNameApi } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';

/** How Keyturn reaches Blesta: the official API alone, the connector through the API, or the plugin's own address. */
export type Way = 'official' | 'api' | 'plugin';

const API_KEY = 'blesta-key-of-company-';
const WRONG = 'blesta-key-of-nobody';

export interface BlestaWorld extends PanelWorld {
  readonly host: PanelHost;
  /** The row's meta as Blesta's own code sees it. */
  row(id: string): Promise<Readonly<Record<string, string>>>;
  /** Options of the panel for another company's API key, or another way in. */
  options(change?: Change): unknown;
}

export interface Change {
  readonly way?: Way;
  readonly url?: string;
  readonly company?: 1 | 2;
  readonly wrongSecret?: boolean;
}

/** A Blesta in PHP with the real plugin in it, and a vendor of its own whose pace does not get in the way. */
export async function startBlestaWorld(way: Way, host: Partial<HostOptions> = {}): Promise<BlestaWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const panel = await startHost('blesta', {
    vendor: vendor.vendor,
    ...host,
    config: { apiKey: API_KEY, strictDefaults: true, validationBug: way !== 'official', ...host.config },
  });
  const secrets = await secretsOf(panel);
  function options(change: Change = {}): unknown {
    return optionsOf({ way, url: panel.url, ...change });
  }
  return {
    vendor,
    host: panel,
    options,
    address: panel.address,
    accessSecrets: [...secrets.values()],
    bindingOptions: blestaSchemas.binding.parse({}),
    says: says(way),
    resolveSecret: async (reference) => new SecretValue(secrets.get(reference) ?? ''),
    create: (deps, change) => createBlestaPanel(blestaSchemas.panel.parse(options(change)), deps),
    row: async (id) => rowIn(await panel.control('rows'), id),
    stored: async () => toStored(rowIn(await panel.control('rows'), '3')),
    async store({ username, password, testMode, others }) {
      const meta = { ...others, user: username, key: password, sandbox: String(testMode) };
      await panel.control('setRow', { row: '3', meta });
    },
    fail: (mode) => panel.fail(mode),
    async close() {
      await panel.stop();
      await vendor.stop();
    },
  };
}

function optionsOf({ way, url, company = 1, wrongSecret = false }: Change): unknown {
  if (way === 'plugin') return { url, connector: { pairing: wrongSecret ? 'env:STRANGER' : 'env:PAIRING' } };
  const access = { url, user: `user-${company}`, key: wrongSecret ? 'env:WRONG' : `env:KEY_${company}` };
  return way === 'api' ? { ...access, connector: { pairing: 'env:PAIRING' } } : access;
}

/** What a no means: Blesta's module says only yes or no, the connector passes the vendor's answer on. */
function says(way: Way): PanelWorld['says'] {
  if (way === 'official') return { badKey: 'unspecified', address: 'unspecified', outage: 'rejected' };
  return { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' };
}

async function secretsOf({ pairing }: PanelHost): Promise<ReadonlyMap<string, string>> {
  const stranger = (await createPairing()).text.reveal();
  const secrets = new Map([
    ['env:KEY_1', `${API_KEY}1`],
    ['env:KEY_2', `${API_KEY}2`],
    ['env:WRONG', WRONG],
    ['env:STRANGER', stranger],
    ...(pairing === '' ? [] : [['env:PAIRING', pairing] as const]),
  ]);
  for (const value of secrets.values()) recordSecret(value);
  return secrets;
}

function toStored(meta: Readonly<Record<string, string>>): Stored {
  const { user: username = '', key: password = '', sandbox = '', ...others } = meta;
  return { username, password, testMode: sandbox === 'true', others };
}

function rowIn(rows: unknown, id: string): Readonly<Record<string, string>> {
  const row = Object.entries(recordOf(rows)).find(([name]) => name === id)?.[1];
  return Object.fromEntries(Object.entries(recordOf(row)).map(([name, value]) => [name, String(value)]));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
