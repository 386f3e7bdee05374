import { env } from 'node:process';
import { vaultStoreContract } from './vault-store.contract.ts';

/*
 * Against a server of yours: VAULT_ADDR and VAULT_TOKEN, or BAO_ADDR and BAO_TOKEN, of a token that may do everything, such as the
 * root token of a server in dev mode. Makes secrets below secret/keyturn/, mounts and policies of its own; nothing is skipped.
 */

function needed(name: 'ADDR' | 'TOKEN'): string {
  const value = env[`BAO_${name}`] ?? env[`VAULT_${name}`];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `Set VAULT_ADDR and VAULT_TOKEN (or BAO_ADDR and BAO_TOKEN): ${name} is missing. For a server to try it with: bao server -dev, or docker compose --profile lab up vault.`,
  );
}

const place = { address: needed('ADDR').replace(/\/$/u, ''), token: needed('TOKEN') };

vaultStoreContract('the server at VAULT_ADDR', async () => ({ ...place, stop: async () => {} }));
