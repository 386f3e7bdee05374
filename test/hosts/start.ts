import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildConnector } from '../../providers/shared/connector/archive.ts';
import type { ConnectorLayout } from '../../providers/shared/connector/layout.ts';
import { createPairing, type NewPairing } from '../../providers/shared/connector/pairing-files.ts';
import { connectControl } from '../simulators/shared/control.ts';
import { spawnSimulator } from '../simulators/shared/spawn.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import type { KeyedCertificate } from '../support/tls.ts';
import { createDatabase, dropDatabase } from './database.ts';
import { type HostFailure, operations, ready } from './front/config.ts';
import { PHP } from './php-binary.ts';

export type { HostFailure };

/** Each kind has an address of its own, from which it also calls the vendor. */
const ADDRESSES = {
  whmcs: '127.0.0.21',
  wisecp: '127.0.0.22',
  hostbill: '127.0.0.23',
  blesta: '127.0.0.24',
  clientexec: '127.0.0.25',
} as const;
export type HostKind = keyof typeof ADDRESSES;

export interface HostOptions {
  /** REST base URLs of the simulated vendor, as `VendorSimulator.vendor` has them. */
  readonly vendor: { readonly live: string; readonly test: string };
  /** Where the panel listens and calls from; each kind has a default. */
  readonly address?: string;
  /** False: no connector is installed. */
  readonly pairing?: boolean;
  /** Callers that the connector accepts; left out: any. */
  readonly callers?: readonly string[];
  /** A server certificate: the front then speaks TLS. */
  readonly tls?: KeyedCertificate;
  /** What this kind's PHP reads with `Keyturn\Host\config()`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** PHP settings beyond the usual, `display_errors` for one. */
  readonly ini?: Readonly<Record<string, string>>;
}

/** A simulated panel in real PHP. It ends with `stop`, or with the process that started it. */
export interface PanelHost {
  /** Without a slash at its end. */
  readonly url: string;
  readonly address: string;
  /** The panel's folder. */
  readonly home: string;
  /** The pairing text that the worker keeps; empty without a connector. */
  readonly pairing: string;
  /** Calls a control of this kind's control.php (or `configure`), around the front. Throws with PHP's own words. */
  control(name: string, values?: Readonly<Record<string, unknown>>): Promise<unknown>;
  fail(mode: HostFailure, options?: { readonly times?: number; readonly paths?: readonly string[] }): Promise<void>;
  /** Requests since the start, by `METHOD /path`. */
  requests(): Promise<Readonly<Record<string, number>>>;
  /** Every log of the panel, of PHP and of the web server in one text: what is searched for secrets. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

/** Assembles a panel of this kind in a fresh folder, installs the connector into it, and starts it. */
export async function startHost(kind: HostKind, options: HostOptions): Promise<PanelHost> {
  const address = options.address ?? ADDRESSES[kind];
  const folder = await mkdtemp(join(tmpdir(), `keyturn-host-${kind}-`));
  const [root, logs] = [join(folder, 'panel'), join(folder, 'logs')];
  const source = join(import.meta.dirname, kind);
  await Promise.all([mkdir(logs), mkdir(join(folder, 'tmp')), cp(join(source, 'panel'), root, { recursive: true })]);
  const [pairing, database] = await Promise.all([install(kind, root, address, options), createDatabase()]);
  const { vendor, config = {} } = options;
  const settings = { kind, address, root, source, logs, vendor, database, config };
  await writeFile(join(folder, 'host.json'), JSON.stringify(settings), { mode: 0o600 });
  const front = await spawnSimulator('../hosts/front', frontConfig(folder, address, options), ready);
  const host = connect(front.ready, address, { root, logs, pairing });
  await host.control('install');
  return {
    ...host,
    async stop() {
      await front.stop();
      await dropDatabase(database);
    },
  };
}

/** Puts the archive into the panel, as a person would unpack it. Gives the worker's pairing text. */
async function install(kind: HostKind, root: string, address: string, options: HostOptions): Promise<string> {
  if (options.pairing === false) return '';
  const pairing = await createPairing();
  await installConnector(kind, root, {
    pairing,
    vendor: options.vendor,
    outgoing: address,
    addresses: options.callers ?? [],
  });
  const text = pairing.text.reveal();
  recordSecret(text);
  recordSecret(pairing.key.reveal());
  recordSecret(pairing.keypair.reveal());
  return text;
}

async function installConnector(
  kind: HostKind,
  root: string,
  settings: {
    readonly pairing: NewPairing;
    readonly vendor: HostOptions['vendor'];
    readonly outgoing: string;
    readonly addresses: readonly string[];
  },
): Promise<void> {
  const place: unknown = await import(`../../providers/panels/${kind}/connector.ts`);
  const { files } = await buildConnector(kind, { ...settings, layout: layoutIn(place, kind) });
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

function layoutIn(module: unknown, kind: string): ConnectorLayout {
  const layout = typeof module === 'object' && module !== null && 'connectorLayout' in module && module.connectorLayout;
  if (typeof layout !== 'object' || layout === null || !('home' in layout) || typeof layout.home !== 'string') {
    throw new Error(`providers/panels/${kind}/connector.ts exports no connectorLayout`);
  }
  return { home: layout.home, install: [] };
}

function frontConfig(folder: string, address: string, { tls, ini }: HostOptions) {
  return {
    address,
    folder,
    php: PHP,
    root: join(folder, 'panel'),
    router: join(import.meta.dirname, 'shared/router.php'),
    log: join(folder, 'logs/php-server.log'),
    env: { KEYTURN_HOST: join(folder, 'host.json') },
    tls,
    ini: {
      display_errors: '0',
      log_errors: '1',
      error_reporting: '32767',
      error_log: join(folder, 'logs/php-error.log'),
      sys_temp_dir: join(folder, 'tmp'),
      upload_tmp_dir: join(folder, 'tmp'),
      'session.save_path': join(folder, 'tmp'),
      'opcache.enable_cli': '0',
      ...ini,
    },
  };
}

function connect(
  { url, inner, control: frontControl }: { readonly url: string; readonly inner: string; readonly control: string },
  address: string,
  { root, logs, pairing }: { readonly root: string; readonly logs: string; readonly pairing: string },
): Omit<PanelHost, 'stop'> {
  const front = connectControl(operations, frontControl);
  async function control(name: string, values: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const response = await fetch(`${inner}/__host/${name}`, { method: 'POST', body: JSON.stringify(values) });
    const text = await response.text();
    if (!response.ok) throw new Error(`host control ${name}: ${text}`);
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined;
  }
  return {
    url,
    address,
    home: root,
    pairing,
    control,
    fail: (mode, options = {}) => front.fail({ mode, ...options }),
    requests: () => front.requests(),
    async logs() {
      const files = (await readdir(logs)).toSorted();
      const texts = await Promise.all(files.map((name) => readFile(join(logs, name), 'utf8')));
      return [...texts, JSON.stringify(await control('logs'))].join('\n');
    },
  };
}
