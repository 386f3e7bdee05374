import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../../../src/core/ports.ts';
import { fsErrorCode } from './errors.ts';

const { R_OK, W_OK, X_OK } = constants;

/**
 * Whether this user may read the secret's file and replace it, as the system's own access check answers; nothing is opened or
 * written. A directory that is not there yet is asked of the nearest one above it that is, in which it would be made.
 */
export async function fileRights(directory: string, path: string): Promise<readonly Finding[]> {
  const place = await nearestPlace(directory);
  if (!place.isDirectory) return [blocker('Something that is no directory stands in the place of the store.', PLACE)];
  const what =
    place.path === directory ? "the store's directory" : `${place.path}, where the store's directory would be made`;
  const problems = [
    await denied(place.path, R_OK | X_OK, `read ${what}`),
    await denied(place.path, W_OK | X_OK, `write into ${what}`),
    await denied(path, R_OK, "read the secret's file"),
  ].flatMap((found) => found ?? []);
  return problems.length > 0 ? problems : [{ level: 'ok', what: `This user may read and write ${what}.` }];
}

const OWNER = 'Give it to the user that runs Keyturn (chown), with mode 0700 for a directory and 0600 for a file.';
const PLACE = "Look at `directory` in the store's options.";

function blocker(what: string, fix: string): Finding {
  return { level: 'blocker', what, fix };
}

/** What is missing; undefined if the right is there, or the thing itself is not. */
async function denied(path: string, mode: number, right: string): Promise<Finding | undefined> {
  try {
    await access(path, mode);
    return undefined;
  } catch (error) {
    const code = fsErrorCode(error);
    return code === 'ENOENT' ? undefined : blocker(`This user may not ${right} (${code}).`, OWNER);
  }
}

async function nearestPlace(path: string): Promise<{ readonly path: string; readonly isDirectory: boolean }> {
  try {
    return { path, isDirectory: (await stat(path)).isDirectory() };
  } catch (error) {
    const code = fsErrorCode(error);
    if (code === 'ENOTDIR') return { path, isDirectory: false };
    const above = dirname(path);
    // What may not even be looked at is there; the access check names it.
    return code === 'ENOENT' && above !== path ? nearestPlace(above) : { path, isDirectory: true };
  }
}
