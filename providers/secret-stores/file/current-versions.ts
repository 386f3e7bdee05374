import { stat } from 'node:fs/promises';
import type { VersionId } from '../../../src/core/model.ts';
import { fsErrorCode, toFileError } from './errors.ts';

/** Tells one state of a file from another: every write makes a new file. */
type Mark = string;

interface Known {
  readonly mark: Mark;
  readonly current: VersionId | undefined;
}

/**
 * The current version behind a path, opened anew only when the file is another one than last time. `open` gives it from the file's
 * content. A file that is replaced between the two looks is opened again at the next question.
 */
export function createCurrentVersions(
  open: (name: string, signal: AbortSignal) => Promise<VersionId | undefined>,
): (name: string, path: string, signal: AbortSignal) => Promise<VersionId | undefined> {
  const known = new Map<string, Known>();
  return async (name, path, signal) => {
    const mark = await markOf(path);
    const before = known.get(path);
    if (mark === undefined) return undefined;
    if (before?.mark === mark) return before.current;
    const current = await open(name, signal);
    known.set(path, { mark, current });
    return current;
  };
}

async function markOf(path: string): Promise<Mark | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if (fsErrorCode(error) === 'ENOENT') return undefined;
    throw toFileError(error, 'A file of the store could not be looked at');
  }
}
