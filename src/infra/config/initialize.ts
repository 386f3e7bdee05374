import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { KeyturnError } from '../../core/errors.ts';

import { SecretValue } from '../../core/secret-value.ts';
import { renderInitConfig } from './init-template.ts';

const CONFIG_FILE = 'keyturn.yaml';
const FINGERPRINT_KEY_BYTES = 32;
const PRIVATE = 0o600;
const SCHEMA_FILE = join('docs', 'keyturn.schema.json');

export interface InitializeOptions {
  /** Replaces keyturn.yaml. Keys are kept even then: without them the secrets they belong to cannot be read. */
  readonly force: boolean;
  /** Makes the text of an age identity file (providers/secret-stores/file/identity.ts). */
  readonly generateIdentity: () => Promise<{ readonly identity: SecretValue }>;
  /** Every panel kind there is, for the comment that lists them. */
  readonly panelKinds: readonly string[];
}

export interface Initialized {
  /** Relative to the directory, in the order of writing. */
  readonly created: readonly string[];
  /** What was there before and was left as it is. */
  readonly kept: readonly string[];
}

/**
 * Makes a directory ready: a commented keyturn.yaml and, in `.keyturn/`, the two keys that it refers to, readable by their owner
 * alone and ignored by git. Throws CONFIG_INVALID, with nothing written, if keyturn.yaml is there and `force` is off; and if the
 * directory cannot be written.
 */
export async function initialize(directory: string, options: InitializeOptions): Promise<Initialized> {
  if (!options.force && (await exists(join(directory, CONFIG_FILE)))) {
    throw new KeyturnError('CONFIG_INVALID', `There is a ${CONFIG_FILE} already.`, {
      fix: 'Edit it, or run "keyturn init --force" to replace it. Keys in .keyturn are kept either way.',
      untouched: 'Nothing was written.',
    });
  }
  const files: readonly NewFile[] = [
    { name: join('.keyturn', '.gitignore'), content: async () => '*\n', mode: 0o644 },
    { name: join('.keyturn', 'fingerprint.key'), content: async () => newFingerprintKey().reveal(), mode: PRIVATE },
    {
      name: join('.keyturn', 'identity.txt'),
      content: async () => (await options.generateIdentity()).identity.reveal(),
      mode: PRIVATE,
    },
    {
      name: CONFIG_FILE,
      content: async () => renderInitConfig(await schemaPathFor(directory), options.panelKinds),
      mode: 0o644,
      replace: options.force,
    },
  ];
  try {
    await mkdir(join(directory, '.keyturn'), { recursive: true, mode: 0o700 });
    return await writeAll(directory, files);
  } catch (error) {
    throw toInitializeError(error);
  }
}

interface NewFile {
  readonly name: string;
  readonly content: () => Promise<string>;
  readonly mode: number;
  readonly replace?: boolean;
}

async function writeAll(directory: string, files: readonly NewFile[]): Promise<Initialized> {
  const created: string[] = [];
  const kept: string[] = [];
  for (const file of files) {
    const path = join(directory, file.name);
    if (!file.replace && (await exists(path))) {
      kept.push(file.name);
      continue;
    }
    // Made before the file is: a generator that fails must not leave an empty key behind.
    const content = await file.content();
    await writeFile(path, content, { flag: file.replace ? 'w' : 'wx', mode: file.mode, flush: true });
    created.push(file.name);
  }
  return { created, kept };
}

function newFingerprintKey(): SecretValue {
  return new SecretValue(randomBytes(FINGERPRINT_KEY_BYTES).toString('base64url'));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** The JSON Schema that came with this installation, so that an editor needs no network. */
async function schemaPathFor(directory: string): Promise<string> {
  let folder = import.meta.dirname;
  while (!(await exists(join(folder, SCHEMA_FILE)))) {
    if (dirname(folder) === folder) return SCHEMA_FILE;
    folder = dirname(folder);
  }
  const path = relative(resolve(directory), join(folder, SCHEMA_FILE));
  const isNear = !isAbsolute(path) && !path.startsWith('..');
  return isNear ? path.split(sep).join('/') : join(folder, SCHEMA_FILE);
}

function toInitializeError(error: unknown): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return new KeyturnError('CONFIG_INVALID', `The files could not be written (${code}).`, {
    fix: 'Choose a directory that exists and that you may write, with room on its disk.',
    context: { code },
  });
}
