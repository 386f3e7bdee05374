import type { PanelIntegration } from '../../../src/core/ports.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeRegistrar } from './apply.ts';
import { checkByLookup } from './check.ts';
import { type FossbillingOptions, fossbillingSchemas } from './options.ts';
import { preflightFossbilling } from './preflight.ts';
import { findRegistrar, MENU_PATH, observationOf } from './registrar.ts';
import { createFossbillingClient } from './transport.ts';

const NO_CANARY = 'No canary TLD is set for this binding, so FOSSBilling cannot be made to call the vendor.';

/**
 * FOSSBilling through its official API: read and written; a canary TLD proves what it has stored.
 * Options are those of `fossbillingSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createFossbillingPanel(options: FossbillingOptions, deps: ProviderDeps): PanelIntegration {
  const fossbilling = { client: createFossbillingClient(options, deps), clock: deps.clock };
  const { client } = fossbilling;
  return {
    kind: 'fossbilling',
    capabilities: { write: 'remote', readBack: 'value', check: 'behaviour', asksVendorOnWrite: false },
    menuPath: MENU_PATH,
    async preflight(target, signal) {
      return preflightFossbilling(fossbilling, fossbillingSchemas.binding.parse(target.options), signal);
    },
    async observe(target, signal) {
      const registrar = await findRegistrar(client, fossbillingSchemas.binding.parse(target.options), signal);
      return observationOf(registrar, deps.fingerprint);
    },
    async apply(target, credential, { lastSeen, confirm }, signal) {
      function isAsLastSeen(storedKey: string): boolean {
        return lastSeen === undefined || deps.fingerprint(storedKey) === lastSeen;
      }
      const registrar = await findRegistrar(client, fossbillingSchemas.binding.parse(target.options), signal);
      const change = { credential, environment: target.environment, isAsLastSeen, confirm };
      await writeRegistrar(client, registrar, change, signal);
      return { result: 'changed' };
    },
    async check(target, expected, signal) {
      const binding = fossbillingSchemas.binding.parse(target.options);
      if (binding.canaryTld === undefined) return { verdict: 'not-observable', detail: NO_CANARY };
      const registrar = await findRegistrar(client, binding, signal);
      return checkByLookup(fossbilling, registrar, { tld: binding.canaryTld, expected }, signal);
    },
    close: async () => {},
  };
}
