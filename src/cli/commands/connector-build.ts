import { rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { relative, resolve } from 'node:path';
import type { MadeConnector, PlannedConnector } from '../../compose/connector.ts';
import { KeyturnError } from '../../core/errors.ts';
import type { SecretValue } from '../../core/secret-value.ts';
import type { Config } from '../../infra/config/config.ts';
import { createLogger } from '../../infra/log/logger.ts';
import { isThere, replacePrivateFile, writeNewPrivateFile } from '../../infra/private-file.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { findPanel } from '../targets.ts';

export interface BuildOptions {
  readonly out?: string;
  readonly newPairing: boolean;
  /** Comma-separated addresses or CIDR blocks that may call the connector. */
  readonly addresses?: string;
}

/** `keyturn connector build`: the archive to install in a panel, and, the first time, the pairing for both sides. */
export async function connectorBuild(session: Session, name: string, options: BuildOptions): Promise<number> {
  const addresses = addressesOf(options.addresses);
  const [{ readConfiguration }, { makeConnector, planConnector }] = await Promise.all([
    import('../../compose.ts'),
    import('../../compose/connector.ts'),
  ]);
  const config = await readConfiguration(session.options.config, process.env);
  const panel = findPanel(config, name);
  const log = createLogger({ level: session.options.logLevel ?? 'warn' });
  const planned = await planConnector(config, panel, { env: process.env, log, signal: session.signal });
  const newPairing = options.newPairing || planned.paired === undefined;
  if (!newPairing && addresses.length > 0) throw addressesNeedPairing(planned);
  const made = await makeConnector(config, planned, { newPairing, addresses });
  const archive = resolve(options.out ?? `keyturn-${panel.id}-${newPairing ? 'connector' : 'connector-upgrade'}.zip`);
  const written = await writeAll(config, planned, made, archive);
  sayBuilt(session.output, { planned, made, written });
  return EXIT.ok;
}

function addressesOf(text: string | undefined): readonly string[] {
  const addresses = (text ?? '').split(',').map((part) => part.trim());
  const wanted = addresses.filter((address) => address !== '');
  for (const address of wanted) if (!isAddress(address)) throw notAnAddress();
  return wanted;
}

function isAddress(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function notAnAddress(): KeyturnError {
  return new KeyturnError(
    'CONFIG_INVALID',
    'What was given as --addresses is no list of IP addresses or CIDR blocks.',
    {
      fix: 'Give them like this: --addresses 192.0.2.7,2001:db8::/48',
      untouched: 'Nothing was made.',
    },
  );
}

function addressesNeedPairing({ layout }: PlannedConnector): KeyturnError {
  const what = 'An upgrade leaves the pairing.php in the panel as it is, so --addresses would have no effect.';
  return new KeyturnError('CONFIG_INVALID', what, {
    fix: `Change the list 'addresses' in ${layout.home}/pairing.php, or pair anew with --new-pairing.`,
    untouched: 'Nothing was made.',
  });
}

interface Written {
  readonly archive: string;
  /** Where the pairing text went; undefined for an upgrade. */
  readonly pairing?: string;
  /** Where the pairing text of before went, if there was one. */
  readonly kept?: string;
}

/** Where the workers' half goes. `kept`: the name under which the text that is there now stays. */
interface PairingPlace {
  readonly path: string;
  readonly kept?: string;
}

async function pairingPlace(
  config: Config,
  { pairing, paired }: PlannedConnector,
  archive: string,
): Promise<PairingPlace> {
  const { filePath } = await import('../../compose/connector.ts');
  const path = pairing.from === 'file' ? filePath(config, pairing.path) : `${archive}.pairing`;
  return pairing.from === 'file' && paired !== undefined ? { path, kept: `${path}.${paired}` } : { path };
}

/** The archive first: a pairing that no archive belongs to would be taken for one that is installed. */
async function writeAll(
  config: Config,
  planned: PlannedConnector,
  { archive, pairing }: MadeConnector,
  path: string,
): Promise<Written> {
  if (!pairing) {
    await writeNewPrivateFile(path, archive.zip);
    return { archive: path };
  }
  const place = await pairingPlace(config, planned, path);
  const taken = place.kept ?? place.path;
  if (await isThere(taken)) throw alreadyThere(taken);
  await writeNewPrivateFile(path, archive.zip);
  try {
    await writePairing(place, pairing.text);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { archive: path, pairing: place.path, ...(place.kept !== undefined && { kept: place.kept }) };
}

function writePairing({ path, kept }: PairingPlace, text: SecretValue): Promise<void> {
  return kept === undefined ? writeNewPrivateFile(path, text) : replacePrivateFile(path, text, kept);
}

function alreadyThere(path: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `There is a ${path} already, which may hold a pairing in use.`, {
    fix: 'Move it away if it is not needed any more, then run the same command again.',
    untouched: 'Nothing was made.',
  });
}

interface Built {
  readonly planned: PlannedConnector;
  readonly made: MadeConnector;
  readonly written: Written;
}

function sayBuilt(output: Output, built: Built): void {
  const { planned, made, written } = built;
  const steps = stepsOf(built);
  const connector = made.pairing?.connector ?? planned.paired ?? null;
  output.say(`${planned.title} connector for panel ${planned.panel.id}: ${shown(written.archive)}`);
  if (written.pairing !== undefined) output.say(`Pairing text for the worker: ${shown(written.pairing)}`);
  if (written.kept !== undefined) output.say(`The pairing text of before is kept: ${shown(written.kept)}`);
  output.say();
  for (const [index, step] of steps.entries()) output.sayHung(`${String(index + 1).padStart(3)}. `, step);
  output.result({
    panel: planned.panel.id,
    kind: planned.panel.kind,
    archive: written.archive,
    files: made.archive.files.size,
    connector,
    newPairing: made.pairing !== undefined,
    pairing: written.pairing ?? null,
    keptPairing: written.kept ?? null,
    steps,
  });
}

/** Relative where that is shorter. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** PHP may keep a compiled copy of the files that were there before. */
const RESTART_PHP = 'Restart PHP (php-fpm, or the web server) if it does not look for changed files by itself.';

function stepsOf({ planned, made, written }: Built): readonly string[] {
  const { panel, layout, title } = planned;
  const archive = shown(written.archive);
  const verify = `Prove the installation: keyturn connector verify ${panel.id}`;
  if (!made.pairing) {
    const copy = `Unpack ${archive} over ${title}'s root folder, as the user that PHP runs as. Its pairing.php stays as it is.`;
    return [copy, RESTART_PHP, ...(layout.upgrade ?? []), verify];
  }
  const copy = `Copy ${archive} to the panel's machine over an encrypted connection (scp, SFTP). It holds the connector's own key: delete both copies once it is unpacked.`;
  return [copy, ...layout.install, ...workerSteps(planned, written), verify];
}

function workerSteps({ pairing }: PlannedConnector, written: Written): readonly string[] {
  const path = shown(written.pairing ?? '');
  const restart = 'then restart the worker.';
  switch (pairing.from) {
    case 'file':
      return written.kept === undefined
        ? []
        : [`${RESTART_PHP} Then restart the worker: until both are done, neither side understands the other.`];
    case 'env':
      return [`Set ${pairing.name} for every worker to the text in ${path}, delete that file, ${restart}`];
    case 'store': {
      const field = pairing.field === undefined ? '' : `, in its field ${pairing.field}`;
      return [
        `Put the text in ${path} into the store ${pairing.store} as the secret ${pairing.name}${field}; delete that file, ${restart}`,
      ];
    }
  }
}
