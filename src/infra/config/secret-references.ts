import { isAbsolute, join, resolve } from 'node:path';
import { KeyturnError } from '../../core/errors.ts';
import type { StoreId } from '../../core/model.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Logger, SecretVersion } from '../../core/ports.ts';
import { type ResolveSecret, type SecretSource, secretSourceOf } from '../../core/secret-reference.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { readTextFile } from './text-file.ts';

const MAX_SECRET_BYTES = 64 * 1024;
const OTHERS_MAY_READ = 0o077;
const AGAIN = 'then run the same command again.';

export interface SecretResolverDeps {
  /** Where relative `file:` paths start: the directory of the configuration file. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current version of a secret in a configured store; undefined if the store has none of this name. */
  readonly readFromStore: (store: StoreId, name: string, signal: AbortSignal) => Promise<SecretVersion | undefined>;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Finds secrets where the configuration says they are, each time anew, so that a replaced file or variable is seen.
 * Line breaks at the end are taken off (editors and `echo` add one), nothing else is changed. Throws CONFIG_INVALID when there
 * is nothing usable; what a store throws passes through.
 */
export function createSecretResolver(deps: SecretResolverDeps): ResolveSecret {
  const warned = new Set<string>();
  return async (reference, signal) => {
    const source = secretSourceOf(reference);
    switch (source.from) {
      case 'env':
        return fromEnv(deps, source.name);
      case 'file':
        return fromFile(deps, source.path, warned);
      case 'store':
        return fromStore(deps, source, signal);
    }
  };
}

function fromEnv({ env }: SecretResolverDeps, name: string): SecretValue {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined)
    throw missing(`The environment variable ${name} is not set.`, `Set ${name} for this process, ${AGAIN}`);
  return usable(value, `The environment variable ${name} is empty.`, `Put the secret into ${name}, ${AGAIN}`);
}

/** A file is warned of once, however often it is read. */
async function fromFile(
  { directory, log }: SecretResolverDeps,
  path: string,
  warned: Set<string>,
): Promise<SecretValue> {
  const file = await readTextFile(isAbsolute(path) ? path : join(directory, path), MAX_SECRET_BYTES);
  if (!file.ok) throw missing(`The file ${path} ${file.what}.`, file.fix);
  if (process.platform !== 'win32' && (file.mode & OTHERS_MAY_READ) !== 0 && !warned.has(path)) {
    warned.add(path);
    const mode = (file.mode & 0o777).toString(8);
    log.warn({ path: resolve(directory, path), mode, fix: 'chmod 600' }, 'other users may read a secret file');
  }
  return usable(file.text, `The file ${path} is empty.`, `Put the secret into it, ${AGAIN}`);
}

type StoreSource = Extract<SecretSource, { from: 'store' }>;

async function fromStore(deps: SecretResolverDeps, source: StoreSource, signal: AbortSignal): Promise<SecretValue> {
  const { store, name, field } = source;
  const where = `The secret ${name} in the store ${store}`;
  const version = await deps.readFromStore(store as StoreId, name, signal);
  if (!version) throw missing(`${where} does not exist.`, `Make it in the store or correct the reference, ${AGAIN}`);
  if (field === undefined) return usable(version.value.reveal(), `${where} is empty.`, `Fill it, ${AGAIN}`);
  const text = fieldOf(version.value.reveal(), field);
  if (text === 'not-json') {
    throw missing(
      `${where} is not a JSON object, so it has no fields.`,
      'Leave out the #FIELD of the reference, or store JSON.',
    );
  }
  if (!text)
    throw missing(`${where} has no text in the field ${field}.`, `Add the field or correct the reference, ${AGAIN}`);
  return usable(text.value, `${where} has nothing in the field ${field}.`, `Fill it, ${AGAIN}`);
}

function fieldOf(payload: string, field: string): { readonly value: string } | undefined | 'not-json' {
  const parsed = parseJson(payload);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'not-json';
  const value: unknown = Object.hasOwn(parsed, field) ? Reflect.get(parsed, field) : undefined;
  return typeof value === 'string' ? { value } : undefined;
}

function usable(text: string, empty: string, fix: string): SecretValue {
  const value = text.replace(/[\r\n]+$/, '');
  if (value.trim() === '') throw missing(empty, fix);
  return new SecretValue(value);
}

function missing(message: string, fix: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', message, { fix, untouched: 'Nothing was changed.' });
}
