import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import getPort from 'get-port';
import type { AzureTrust } from './azure.ts';

const IN_REPOSITORY = join(import.meta.dirname, '../../.venv/lowkey-vault/lowkey-vault-app.jar');
const START_MS = 50_000;

export interface Lowkey {
  readonly url: string;
  /** Where a managed identity gets its token. */
  readonly identityEndpoint: string;
  stop(): Promise<void>;
}

/** LOWKEY_VAULT_JAR, then the repository's own. Throws, with what to do, if there is none: no test is skipped. */
function findJar(): string {
  const found = [env['LOWKEY_VAULT_JAR'] ?? '', IN_REPOSITORY].find((path) => path !== '' && existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'There is no Lowkey Vault. Get lowkey-vault-app-<version>.jar of github.com/nagyesta/lowkey-vault and name it in LOWKEY_VAULT_JAR.',
  );
}

/** Starts Lowkey Vault, an implementation of Azure Key Vault by others, on free ports of this machine with the certificate of `trust`. */
export async function startLowkey(trust: AzureTrust): Promise<Lowkey> {
  const jar = findJar();
  const [port, tokenPort] = [await getPort({ host: '127.0.0.1' }), await getPort({ host: '127.0.0.1' })];
  const server = spawn('java', ['-jar', jar, ...(await settings(trust, port, tokenPort))], { stdio: 'ignore' });
  try {
    await Promise.race([answers(port, trust), died(server)]);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  return {
    url: `https://127.0.0.1:${String(port)}`,
    identityEndpoint: `http://127.0.0.1:${String(tokenPort)}/metadata/identity/oauth2/token`,
    stop: () => stop(server),
  };
}

async function settings({ caFile, certificate }: AzureTrust, port: number, tokenPort: number): Promise<string[]> {
  const [cert, key] = ['lowkey.pem', 'lowkey-key.pem'].map((name) => join(dirname(caFile), name));
  if (cert === undefined || key === undefined) throw new Error('no paths');
  await writeFile(cert, certificate.cert);
  await writeFile(key, certificate.key);
  return [
    `--server.port=${String(port)}`,
    `--app.token.port=${String(tokenPort)}`,
    // Its own settings are for the RSA certificate in its jar.
    '--server.ssl.ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    '--server.ssl.key-store=',
    '--server.ssl.key-store-password=',
    `--server.ssl.certificate=file:${cert}`,
    `--server.ssl.certificate-private-key=file:${key}`,
  ];
}

async function answers(port: number, trust: AzureTrust): Promise<void> {
  const giveUpAt = Date.now() + START_MS;
  while (Date.now() < giveUpAt) {
    if (await isUp(port, trust)) return;
    await setTimeout(250);
  }
  throw new Error(`Lowkey Vault did not answer within ${String(START_MS)} ms.`);
}

async function isUp(port: number, { authority }: AzureTrust): Promise<boolean> {
  try {
    const request = get({ host: '127.0.0.1', port, path: '/ping', ca: authority });
    const [response] = (await once(request, 'response')) as [{ statusCode?: number; resume(): void }];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

async function died(server: ChildProcess): Promise<never> {
  const [code] = (await once(server, 'exit')) as [number | null];
  throw new Error(`Lowkey Vault ended with code ${String(code)} before it answered; it needs Java.`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}
