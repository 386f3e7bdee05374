import { join } from 'node:path';
import { type ConnectorPanelControl, type Simulator, startWisecp } from '../simulators/start.ts';
import type { CliResult } from './cli.ts';
import type { CliWorld } from './cli-world.ts';
import { type PairingFile, readPairingFile, unpack } from './connector-archive.ts';

const HOME = 'coremio/modules/Addons/Keyturn';
const KEY = 'world-wisecp-api-key';
const CHOSEN = { 'whois-hide': '1', currency: 'USD' };

/** The company of a `CliWorld` with a WISECP beside its other panels, into which archives are unpacked. */
export interface ConnectorCompany {
  readonly desk: Simulator<ConnectorPanelControl>;
  readonly archive: string;
  /** The panel's own API key. */
  readonly key: string;
  /** The WISECP's part of keyturn.yaml as it is, or as changed; the credential in the panel is the live one. */
  configure(change?: object): Promise<void>;
  run(args: readonly string[]): Promise<CliResult>;
  /** What an administrator does with an archive: unpacks it over the panel. */
  install(archive: string): Promise<PairingFile | undefined>;
  stop(): Promise<void>;
}

export async function startConnectorCompany(world: CliWorld): Promise<ConnectorCompany> {
  world.hide(KEY);
  const credentials = [{ key: KEY }];
  const desk = await startWisecp({ vendor: world.vendor.vendor, panels: [{ credentials }] });
  const { control } = desk;
  return {
    desk,
    key: KEY,
    archive: join(world.directory, 'keyturn-desk-connector.zip'),
    async configure(change = {}) {
      const { resellerId, apiKey } = world.live;
      const settings = { ...CHOSEN, username: resellerId, password: apiKey, 'test-mode': '0' };
      await control.setFault({ mode: 'none' });
      await control.replaceSettings({ settings });
      const access = { url: desk.url, generation: 'v5', apiKey: 'env:WISECP_KEY' };
      const connector = { pairing: 'file:.keyturn/desk.pairing' };
      const own = { kind: 'wisecp', ...access, connector, bindings: [{ account: 'main' }], ...change };
      await world.configure((whole) => ({ ...whole, panels: { ...whole.panels, desk: own } }));
    },
    run: (args) => world.run(args, { env: { WISECP_KEY: KEY } }),
    async install(archive) {
      const text = (await unpack(archive)).get(`${HOME}/pairing.php`);
      if (text === undefined) return undefined;
      const pairing = readPairingFile(text);
      world.hide(pairing.key);
      world.hide(pairing.keypair);
      const { connector, key, keypair, addresses } = pairing;
      await control.reconfigure({ change: { connector: { pairing: { connector, key, keypair, addresses } } } });
      return pairing;
    },
    stop: () => desk.stop(),
  };
}
