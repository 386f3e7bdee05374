import { type FileHandle, open } from 'node:fs/promises';

export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export type TextFile =
  | { readonly ok: true; readonly text: string; readonly mode: number }
  | { readonly ok: false; readonly what: string; readonly fix: string };

const FAILURES: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOENT: ['does not exist', 'Check the path.'],
  ENOTDIR: ['does not exist', 'Check the path: a part of it is a file, not a directory.'],
  EISDIR: ['is a directory', 'Name the file in it.'],
  EACCES: ['may not be read by this user', 'Give the user that runs Keyturn permission to read it.'],
  EPERM: ['may not be read by this user', 'Give the user that runs Keyturn permission to read it.'],
  ELOOP: ['is a symbolic link that goes round in a circle', 'Check the path.'],
};

/** Reads a small UTF-8 file, with or without a byte-order mark. What can go wrong comes back in words, without any content. */
export async function readTextFile(path: string, maxBytes: number): Promise<TextFile> {
  try {
    return await readFrom(await open(path, 'r'), maxBytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
    const [what, fix] = FAILURES[code] ?? ['could not be read', 'Check the path and the disk.'];
    return refused(what, fix);
  }
}

async function readFrom(file: FileHandle, maxBytes: number): Promise<TextFile> {
  try {
    const stats = await file.stat();
    if (stats.isCharacterDevice() || stats.isBlockDevice())
      return refused('is a device, not a file', 'Check the path.');
    const bytes = stats.size > maxBytes ? undefined : await file.readFile();
    if (!bytes || bytes.length > maxBytes) return refused('is too large', `At most ${maxBytes} bytes are read.`);
    return decode(bytes, stats.mode);
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer, mode: number): TextFile {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return refused('is encoded as UTF-16', 'Save it as UTF-8.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0'))
      return refused('holds binary characters', 'Check that this is the right file, saved as UTF-8.');
    return { ok: true, text, mode };
  } catch {
    return refused('is not UTF-8 text', 'Save it as UTF-8.');
  }
}

function refused(what: string, fix: string): TextFile {
  return { ok: false, what, fix };
}
