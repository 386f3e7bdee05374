import { readFile } from 'node:fs/promises';
import { env } from 'node:process';
import { KeyturnError } from '../../../src/core/errors.ts';
import { createHttpClient, type HttpClient, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import type { VaultStoreOptions } from './options.ts';

/** Where the server is and how to reach it. */
export interface Connection {
  readonly endpoint: string;
  readonly namespace: string | undefined;
  /** Reads the certificates, so not before the first call. Throws CONFIG_INVALID. */
  readonly openHttp: () => Promise<HttpClient>;
}

const UNIX = 'unix://';
const NEVER = new AbortController().signal;

/** OpenBao's name for a variable wins over Vault's, as in OpenBao itself. Empty counts as not set. */
export function fromEnvironment(name: 'ADDR' | 'TOKEN' | 'NAMESPACE' | 'CACERT'): string | undefined {
  return [env[`BAO_${name}`], env[`VAULT_${name}`]].find((value) => value !== undefined && value !== '');
}

/** Throws CONFIG_INVALID if no address is known, or if the environment names one without TLS. */
export function connectionOf(options: VaultStoreOptions, deps: ProviderDeps): Connection {
  const address = options.address ?? fromEnvironment('ADDR');
  if (address === undefined) {
    throw new KeyturnError('CONFIG_INVALID', 'No address of a Vault or OpenBao server is known.', {
      fix: 'Set `address` in the options of the store, or VAULT_ADDR or BAO_ADDR.',
    });
  }
  const socketPath = address.startsWith(UNIX) ? address.slice(UNIX.length) : undefined;
  const endpoint = socketPath === undefined ? parseBaseUrl(address, 'The address of Vault').href : 'http://localhost';
  return {
    endpoint,
    namespace: options.namespace ?? fromEnvironment('NAMESPACE'),
    openHttp: () => openHttp(options, deps, socketPath),
  };
}

async function openHttp(
  { caFile = fromEnvironment('CACERT'), clientCertificate, requestTimeoutMs }: VaultStoreOptions,
  { resolveSecret }: ProviderDeps,
  socketPath: string | undefined,
): Promise<HttpClient> {
  const pair = clientCertificate && {
    cert: (await resolveSecret(clientCertificate.cert, NEVER)).reveal(),
    key: (await resolveSecret(clientCertificate.key, NEVER)).reveal(),
  };
  return createHttpClient({
    timeoutMs: requestTimeoutMs,
    ...(caFile !== undefined && { ca: await readCa(caFile) }),
    ...(pair && { clientCertificate: pair }),
    ...(socketPath !== undefined && { socketPath }),
  });
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new KeyturnError('CONFIG_INVALID', `The file of Vault's private CA, ${path}, cannot be read.`, {
      fix: 'Check `caFile` (or VAULT_CACERT) and who may read the file.',
    });
  }
}
