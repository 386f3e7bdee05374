import { readFile } from 'node:fs/promises';
import { env } from 'node:process';
import { parseEnv } from 'node:util';
import { withCredential } from '../../../src/core/credential-payload.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { StoreId, VersionId } from '../../../src/core/model.ts';
import type { SecretStore, SecretVersion } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertNotAborted, readOnly } from '../../shared/store-preconditions.ts';
import { type EnvStoreOptions, envStoreOptions } from './options.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Names = NonNullable<EnvStoreOptions['secrets']>[string];

const FIX = 'Change the variables by hand, or keep this account in a store that Keyturn can write, such as `file`.';

/**
 * Environment variables, and optionally a .env file, as a store that can only be read. There is one version of a secret at a
 * time, the current one; its id is a fingerprint, so it changes with the value. The file is read anew at every call.
 */
export function createEnvStore(id: StoreId, options: EnvStoreOptions, deps: ProviderDeps): SecretStore {
  async function refuse(): Promise<never> {
    throw readOnly(id, FIX);
  }
  return {
    id,
    capabilities: { writable: false, stages: 'none', maxBytes: 0 },
    async read(name, which, signal) {
      assertNotAborted(signal);
      const names = namesOf(options, name);
      const value = names && payload(names, await variables(options.file));
      if (value === undefined) return undefined;
      const versionId = `env-${deps.fingerprint(value.reveal())}` as VersionId;
      const wanted = typeof which === 'string' ? which === 'current' : which.version === versionId;
      return wanted ? ({ versionId, stages: ['current'], value } satisfies SecretVersion) : undefined;
    },
    stage: refuse,
    promote: refuse,
    discard: refuse,
    async close() {},
  };
}

function namesOf(options: EnvStoreOptions, name: string): Names | undefined {
  if (options.secrets === undefined) return DEFAULT_NAMES;
  return Object.hasOwn(options.secrets, name) ? options.secrets[name] : undefined;
}

const DEFAULT_NAMES: Names | undefined = envStoreOptions.parse({ secrets: { default: {} } }).secrets?.['default'];

/** The environment wins, as everywhere with .env files. */
async function variables(file: string | undefined): Promise<Variables> {
  return file === undefined ? env : { ...(await readEnvFile(file)), ...env };
}

async function readEnvFile(path: string): Promise<Variables> {
  try {
    return parseEnv((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new KeyturnError('PERMISSION_DENIED', `The file ${path} of an env store may not be read.`, {
        fix: 'Give the user that runs Keyturn the right to read it.',
      });
    }
    throw new KeyturnError('CONFIG_INVALID', `The file ${path} of an env store cannot be read.`, {
      fix: "Make the file, or leave `file` out of the store's options to use the environment alone.",
    });
  }
}

/** An empty variable counts as one that is not set. Both missing is "no such secret"; one alone is a mistake. */
function payload(names: Names, found: Variables): SecretValue | undefined {
  const resellerId = found[names.resellerId] ?? '';
  const apiKey = found[names.apiKey] ?? '';
  if (resellerId === '' && apiKey === '') return undefined;
  if (resellerId !== '' && apiKey !== '')
    return withCredential(undefined, { resellerId, apiKey: new SecretValue(apiKey) });
  const missing = resellerId === '' ? names.resellerId : names.apiKey;
  throw new KeyturnError('SECRET_MALFORMED', `The variable ${missing} is not set, though its partner is.`, {
    fix: `Set both ${names.resellerId} and ${names.apiKey}.`,
  });
}
