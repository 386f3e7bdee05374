import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly fix: string;
}

const SPACE: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  fix: 'Free some space on the disk of the store, then run it again.',
};
const RIGHTS: Meaning = {
  code: 'PERMISSION_DENIED',
  fix: 'Give the user that runs Keyturn the right to read and write the directory.',
};
const PLACE: Meaning = {
  code: 'CONFIG_INVALID',
  fix: "Look at `directory` in the store's options: something else is in its place.",
};

const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: RIGHTS,
  ENOSPC: SPACE,
  EDQUOT: SPACE,
  ENOTDIR: PLACE,
  EISDIR: PLACE,
  ELOOP: PLACE,
  ENAMETOOLONG: PLACE,
};

const OTHER: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  fix: 'Look at the disk that holds the store, then run it again.',
};

/** The operating system's name for what went wrong (`EACCES`), or `UNKNOWN`. */
export function fsErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{2,40}$/.test(code) ? code : 'UNKNOWN';
}

/** Our own error for one of the file system; what is ours already stays as it is. */
export function toFileError(error: unknown, what: string): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const code = fsErrorCode(error);
  const meaning = MEANINGS[code] ?? OTHER;
  return new KeyturnError(meaning.code, `${what} (${code}).`, { fix: meaning.fix, context: { code } });
}
