import { createVaultStore } from '../../providers/secret-stores/hashicorp-vault/index.ts';
import { vaultStoreOptions } from '../../providers/secret-stores/hashicorp-vault/options.ts';
import type { StoreId } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createTestDeps, realClock } from './provider-deps.ts';

/** A server, and a token that may do everything the tests arrange. */
export interface VaultPlace {
  readonly address: string;
  readonly token: string;
}

/** Opens the Vault store as a configuration makes it. */
export function openVaultStore(options: object, clock: Clock = realClock): ReturnType<typeof createVaultStore> {
  const http = {
    send: () => Promise.reject(new Error('the store has an HTTP client of its own')),
    close: async () => {},
  };
  return createVaultStore('vault' as StoreId, vaultStoreOptions.parse(options), { ...createTestDeps(http), clock });
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** A client for what a test arranges and looks at: plain HTTP, no code of the store that is checked. */
export interface VaultAdmin {
  /** Any call; gives every answer. */
  call(method: string, path: string, body?: object): Promise<Reply>;
  /** `vault kv put`: gives the number of the version. */
  put(name: string, fields: object): Promise<number>;
  /** `vault kv get`, as any other program reads it; undefined if Vault says 404. */
  get(name: string, version?: number): Promise<unknown>;
}

export function createVaultAdmin({ address, token }: VaultPlace, mount = 'secret'): VaultAdmin {
  async function call(method: string, path: string, body?: object): Promise<Reply> {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': token },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  return {
    call,
    async put(name, data) {
      const { body } = await call('POST', `${mount}/data/${name}`, { data });
      return Number(at(body, 'data', 'version'));
    },
    async get(name, version) {
      const query = version === undefined ? '' : `?version=${version}`;
      return at((await call('GET', `${mount}/data/${name}${query}`)).body, 'data', 'data');
    },
  };
}

/** What lies under these names in an answer. */
export function at(body: unknown, ...names: readonly string[]): unknown {
  return names.reduce(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    body,
  );
}
