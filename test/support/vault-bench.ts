import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { type Simulator, startVault, type VaultControl, type VaultOptions } from '../simulators/start.ts';
import { recordSecret } from './secret-ledger.ts';
import { openVaultStore } from './vault.ts';

/** For any secret below keyturn/. */
export const RULES = {
  'secret/data/keyturn/*': ['create', 'read', 'update'],
  'secret/metadata/keyturn/*': ['create', 'update'],
};

let directory = '';
const closing: (() => Promise<unknown>)[] = [];
/** What no error may show. */
export const secrets: string[] = [];

export const NEVER = new AbortController().signal;

/** A directory, and no setting of Vault in the environment, for each test of a file; what the test opened is closed after it. */
export function useVaultBench(): void {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyturn-vault-'));
    for (const name of ['VAULT_ADDR', 'BAO_ADDR', 'VAULT_TOKEN', 'BAO_TOKEN', 'VAULT_NAMESPACE', 'BAO_NAMESPACE']) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('HOME', directory);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await rm(directory, { recursive: true });
  });
}

export function pathOf(name: string): string {
  return join(directory, name);
}

/** A new secret that no error may show. */
export function secret(): string {
  const value = `secret-${randomUUID()}`;
  secrets.push(value);
  recordSecret(value);
  return value;
}

/** A simulated Vault with the policy `keyturn`. */
export async function start(options: Partial<VaultOptions> = {}): Promise<Simulator<VaultControl>> {
  const vault = await startVault({ rootToken: secret(), ...options });
  closing.push(() => vault.stop());
  await vault.control.setPolicy({ name: 'keyturn', rules: RULES });
  return vault;
}

/** A token with that policy. */
export async function newToken(vault: Simulator<VaultControl>, wish: object = {}): Promise<string> {
  const { token } = await vault.control.createToken({ policies: ['keyturn'], ...wish });
  secrets.push(token);
  recordSecret(token);
  return token;
}

/** The store as a configuration makes it. */
export function open(options: object): ReturnType<typeof openVaultStore> {
  const store = openVaultStore(options);
  closing.push(() => store.close());
  return store;
}

/** Puts a text where an option finds it by reference. */
export async function reference(value: string, name: string = randomUUID()): Promise<string> {
  await writeFile(join(directory, name), value);
  return `file:${join(directory, name)}`;
}

/** Works with a secret of its own as a rotation does. */
export async function rotates(store: SecretStore): Promise<void> {
  const name = `keyturn/${randomUUID()}`;
  const value = new SecretValue(JSON.stringify({ apiKey: secret(), resellerId: 'x' }));
  const id = await store.stage(name, value, { token: randomUUID() }, NEVER);
  await store.promote(name, id, { expectedCurrent: undefined }, NEVER);
  expect((await store.read(name, 'current', NEVER))?.versionId).toBe(id);
}
