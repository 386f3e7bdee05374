import { z } from 'zod';
import { createWisecpPanel } from '../../providers/panels/wisecp/index.ts';
import { type WisecpOptions, wisecpSchemas } from '../../providers/panels/wisecp/options.ts';
import type { ConnectorPanel } from '../../providers/shared/connector/panel.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelWorld, Stored } from '../contract/panel.contract.ts';
import { type HostOptions, type PanelHost, startHost } from '../hosts/start.ts';
import { startDomainNameApi } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';

type Generation = WisecpOptions['generation'];

export const KEY = 'wisecp-key-2f81c5d90b7e46a3';
const WRONG_KEY = 'wisecp-key-of-nobody-at-all';
export const SCOPE = { v5: 'Module:Addons/Keyturn/letter', v3: 'Keyturn/Letter' } as const;

interface Credential {
  readonly scopes?: readonly string[];
  readonly addresses?: readonly string[];
  readonly budget?: number;
}

export interface WisecpWorld extends PanelWorld {
  readonly host: PanelHost;
  /** The API credential as the panel has it; what is left out is as a careful person sets it. */
  key(change?: Credential): Promise<void>;
  create(...parts: Parameters<PanelWorld['create']>): ConnectorPanel;
  /** config.php as it lies on the disk. `text`: the password as it is kept. */
  file(): Promise<z.infer<typeof fileSchema>>;
}

interface Setup {
  readonly generation?: Generation;
  readonly callers?: readonly string[];
  readonly config?: HostOptions['config'];
  readonly pairing?: boolean;
}

const fileSchema = z.object({
  username: z.string(),
  password: z.union([z.string(), z.literal(false)]),
  testMode: z.boolean(),
  others: z.record(z.string(), z.unknown()),
  text: z.string(),
  meta: z.record(z.string(), z.unknown()),
});

/** OPcache as on a busy server: a file is compiled once, and read again only when PHP is told so. */
const OPCACHE = {
  'opcache.enable_cli': '1',
  'opcache.validate_timestamps': '0',
  'opcache.file_update_protection': '0',
};

/** A WISECP in PHP with the real connector inside, and a vendor of its own whose pace does not get in the way. */
export async function startWisecpWorld({ generation = 'v5', ...setup }: Setup = {}): Promise<WisecpWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const host = await startHost('wisecp', {
    vendor: vendor.vendor,
    ini: OPCACHE,
    ...setup,
    config: { generation, ...setup.config },
  });
  const secrets = { 'env:KEY': KEY, 'env:WRONG': WRONG_KEY, 'env:PAIRING': host.pairing };
  recordSecret(KEY);
  recordSecret(WRONG_KEY);

  async function key(change: Credential = {}) {
    const scopes = [SCOPE[generation], 'Modules/GetModules'];
    await host.control('configure', { keys: [{ key: KEY, scopes, ...change }] });
  }
  async function file() {
    return fileSchema.parse(await host.control('stored'));
  }
  await key();
  return {
    vendor,
    host,
    key,
    file,
    address: host.address,
    accessSecrets: Object.values(secrets).filter((value) => value !== ''),
    bindingOptions: {},
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    resolveSecret: async (reference) =>
      new SecretValue(Object.entries(secrets).find(([name]) => name === reference)?.[1] ?? ''),
    create(deps, { url = host.url, wrongSecret = false } = {}) {
      const apiKey = wrongSecret ? 'env:WRONG' : 'env:KEY';
      const options = { url, generation, apiKey, connector: { pairing: 'env:PAIRING' } };
      return createWisecpPanel(wisecpSchemas.panel.parse(options), deps);
    },
    stored: async () => toStored(await file()),
    store: async (stored) => {
      await host.control('store', { ...stored });
    },
    fail: (mode) => host.fail(mode),
    async close() {
      await host.stop();
      await vendor.stop();
    },
  };
}

function toStored({ username, password, testMode, others }: z.infer<typeof fileSchema>): Stored {
  const texts = Object.entries(others).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return { username, password: password === false ? '' : password, testMode, others: Object.fromEntries(texts) };
}
