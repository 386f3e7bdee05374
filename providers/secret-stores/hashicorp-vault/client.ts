import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertNotAborted } from '../../shared/store-preconditions.ts';
import { connectionOf } from './connection.ts';
import { vaultErrors } from './errors.ts';
import type { VaultStoreOptions } from './options.ts';
import { createSession } from './session.ts';
import { createWire, type VaultAnswer, type VaultRequest } from './wire.ts';

/** Calls under Keyturn's sign-in, which is made at the first one. Gives every answer, of any status. */
export interface VaultClient {
  call(request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer>;
  close(): Promise<void>;
}

/** Throws CONFIG_INVALID if no address is known. */
export function createVaultClient(options: VaultStoreOptions, deps: ProviderDeps): VaultClient {
  const { clock, resolveSecret } = deps;
  const wire = createWire(connectionOf(options, deps));
  const session = createSession(options.signIn, { wire, clock, resolveSecret });
  return {
    async call(request, signal) {
      assertNotAborted(signal);
      const token = await session.token(signal);
      const answer = await wire.send(request, token, signal);
      const denied = answer.status === 403 && vaultErrors(answer) !== undefined;
      if (!denied || !(await session.recover(token, signal))) return answer;
      return await wire.send(request, await session.token(signal), signal);
    },
    async close() {
      session.close();
      await wire.close();
    },
  };
}
