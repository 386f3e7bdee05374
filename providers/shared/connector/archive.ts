import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { strToU8, type ZipOptions, zipSync } from 'fflate';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { ConnectorLayout } from './layout.ts';
import { type ConnectorSettings, type NewPairing, pairingPhp } from './pairing-files.ts';

/** The PHP files, at the same place beside this module in the source tree and in the package. */
const SOURCES = join(import.meta.dirname, '../../panels/connector');

/** Both ways of Apache to say no; a file that a web server of another make ignores holds nothing of worth. */
const DENY = `<IfModule mod_authz_core.c>
    Require all denied
</IfModule>
<IfModule !mod_authz_core.c>
    Deny from all
</IfModule>
`;

export interface ConnectorParts extends ConnectorSettings {
  readonly layout: ConnectorLayout;
  /** Left out for an upgrade: the panel then keeps the pairing.php it has. */
  readonly pairing?: NewPairing;
}

export interface ConnectorArchive {
  /** Path below the panel's root, with `/`, to the bytes of the file. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The same as a zip; the same files give the same bytes, whenever and wherever it is made. */
  readonly zip: Uint8Array;
}

/** Puts together what is installed in a panel of `kind`: its own files, the core below `layout.home`, and the pairing if new. */
export async function buildConnector(kind: string, parts: ConnectorParts): Promise<ConnectorArchive> {
  const { home } = parts.layout;
  const [own, core] = await Promise.all([readTree(join(SOURCES, kind)), readTree(join(SOURCES, 'core'))]);
  if (own.size === 0 || core.size === 0) throw incomplete(kind);
  const all = new Map<string, Uint8Array>([
    ...own,
    ...[...core].map(([path, bytes]): [string, Uint8Array] => [`${home}/core/${path}`, bytes]),
    [`${home}/core/.htaccess`, strToU8(DENY)],
    [`${home}/state/.htaccess`, strToU8(DENY)],
  ]);
  if (parts.pairing) all.set(pairingPath(parts.layout), strToU8(pairingPhp(parts.pairing, parts)));
  else for (const path of parts.layout.keptOnUpgrade ?? []) all.delete(path);
  const files = new Map([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { files, zip: zip(files, pairingPath(parts.layout)) };
}

function pairingPath({ home }: ConnectorLayout): string {
  return `${home}/pairing.php`;
}

function incomplete(kind: string): KeyturnError {
  return new KeyturnError('INVARIANT_BROKEN', `This installation of Keyturn lacks the connector's files for ${kind}.`, {
    fix: 'Install Keyturn again; if it stays, report it.',
    untouched: 'Nothing was made.',
  });
}

/** Every file below a folder, by its path from there. A folder that is not there holds nothing. */
async function readTree(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(noneIfMissing);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file): Promise<[string, Uint8Array]> => {
    const path = relative(folder, file).split(sep).join('/');
    return [path, new Uint8Array(await readFile(file))];
  });
  return new Map(await Promise.all(read));
}

function noneIfMissing(error: unknown): never[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

/** fflate writes a date as the local clock shows it, so one that is made from local parts is the same everywhere. */
const FIXED_TIME = new Date(2026, 0, 1, 12);
const UNIX = 3;

function zip(files: ReadonlyMap<string, Uint8Array>, secretPath: string): Uint8Array {
  const entries = [...files].map(([path, bytes]): [string, [Uint8Array, ZipOptions]] => {
    const mode = path === secretPath ? 0o600 : 0o644;
    return [path, [bytes, { mtime: FIXED_TIME, os: UNIX, attrs: (0o100000 | mode) * 0x10000, level: 9 }]];
  });
  return zipSync(Object.fromEntries(entries));
}
