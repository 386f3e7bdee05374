import { randomUUID } from 'node:crypto';
import { startVault } from '../simulators/start.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { vaultStoreContract } from './vault-store.contract.ts';

vaultStoreContract('the simulated Vault', async () => {
  const token = `root-${randomUUID()}`;
  recordSecret(token);
  const { url, stop } = await startVault({ rootToken: token });
  return { address: url, token, stop };
});
