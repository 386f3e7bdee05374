import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KeyturnError } from '../core/errors.ts';
import { SecretValue } from '../core/secret-value.ts';

const OWNER_ONLY = 0o600;

/** A secret is written as a line. */
type PrivateContent = Uint8Array | SecretValue;

/**
 * Writes a file that only its owner may read, whole or not at all. Never over another: CONFIG_INVALID if there is something of
 * this name. Missing folders are made, for their owner alone.
 */
export async function writeNewPrivateFile(path: string, content: PrivateContent): Promise<void> {
  await withDraft(path, content, (draft) => link(draft, path));
}

/** Puts a file in the place of another one, which stays under `keptAs`. CONFIG_INVALID if that name is taken. */
export async function replacePrivateFile(path: string, content: PrivateContent, keptAs: string): Promise<void> {
  await withDraft(path, content, async (draft) => {
    await link(path, keptAs);
    await rename(draft, path);
  });
}

/** Whether there is anything of this name, be it a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw notWritten(path, error);
    },
  );
}

async function withDraft(
  path: string,
  content: PrivateContent,
  place: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = join(dirname(path), `.keyturn-${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(notAFolder);
    await writeFile(draft, bytesOf(content), { flag: 'wx', mode: OWNER_ONLY, flush: true });
    await place(draft);
  } catch (error) {
    throw notWritten(path, error);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function bytesOf(content: PrivateContent): Uint8Array | string {
  return content instanceof SecretValue ? `${content.reveal()}\n` : content;
}

/** Something on the way is a file; the draft's own failure then says so. */
function notAFolder(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function notWritten(path: string, error: unknown): KeyturnError {
  const code = codeOf(error);
  const details = { untouched: 'It was left as it is.', context: { code } };
  if (code === 'EEXIST') {
    const fix = 'Move it away if it is not needed any more, or give another name.';
    return new KeyturnError('CONFIG_INVALID', `There is a ${path} already.`, { ...details, fix });
  }
  return new KeyturnError('CONFIG_INVALID', `The file ${path} could not be written (${code}).`, {
    fix: 'Choose a directory that exists and that you may write, with room on its disk.',
    context: { code },
  });
}
