import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KeyturnError } from '../../../src/core/errors.ts';
import { fsErrorCode, toFileError } from './errors.ts';

/** Leaves room within the 255 bytes of a file name for our suffixes. */
const MAX_NAME_BYTES = 200;

/**
 * The file of a secret. Every byte but letters, digits, `_` and `-` is written as %XX, so that no name can leave the directory,
 * and no two names share a file.
 */
export function secretPath(directory: string, name: string): string {
  const encoded = [...Buffer.from(name, 'utf8')]
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      /[A-Za-z0-9_-]/.test(char) ? char : `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');
  if (encoded !== '' && encoded.length <= MAX_NAME_BYTES) return join(directory, `${encoded}.age`);
  throw new KeyturnError('CONFIG_INVALID', 'The name of a secret is empty or too long for the file store.', {
    fix: `Choose a name of at most ${MAX_NAME_BYTES} characters; each character but letters, digits, _ and - counts three times or more.`,
  });
}

/** The file's bytes; undefined only if there is no such file. */
export async function readSecretFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (fsErrorCode(error) === 'ENOENT') return undefined;
    throw toFileError(error, 'A file of the store could not be read');
  }
}

/**
 * Replaces the file in one step that survives a crash or a power cut: a reader sees the old bytes or the new ones. Must be called
 * under the file's lock. Not done by npm's write-file-atomic: on a full disk that renames a file that was cut off over the
 * good one and reports success.
 */
export async function writeSecretFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await removeLeftovers(path);
    await writeDurably(temporary, bytes);
    await rename(temporary, path);
    await flush(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw toFileError(error, 'A file of the store could not be written');
  }
}

/** Makes the directory, for its owner alone, if there is none. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    // mkdir says EEXIST when a file stands in the directory's place.
    const cause = fsErrorCode(error) === 'EEXIST' ? Object.assign(new Error(), { code: 'ENOTDIR' }) : error;
    throw toFileError(cause, "The store's directory could not be made");
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is on disk only when its directory is. */
async function flush(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a killed process left of an earlier write. The lock is ours, so nobody is at work on one. */
async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const leftovers = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp'));
  await Promise.all(leftovers.map((name) => rm(join(dirname(path), name), { force: true })));
}
