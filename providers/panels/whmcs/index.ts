import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeSettings } from './apply.ts';
import { checkByCanary } from './check.ts';
import { type WhmcsOptions, whmcsSchemas } from './options.ts';
import { preflightWhmcs } from './preflight.ts';
import { createWhmcsClient, toldModuleFacts } from './transport.ts';

const NO_READ_BACK = "WHMCS's official API gives the names of the module's settings but not their values.";
const NO_CANARY = 'No canary domain is set for this binding, so WHMCS cannot be made to call the vendor.';

/**
 * WHMCS through its official API: it can be written, not read; a canary domain proves what it has stored.
 * Options are those of `whmcsSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createWhmcsPanel(options: WhmcsOptions, deps: ProviderDeps): PanelIntegration {
  const client = createWhmcsClient(options, deps);
  return {
    kind: 'whmcs',
    capabilities: { write: 'remote', readBack: 'none', check: 'behaviour', asksVendorOnWrite: false },
    menuPath: menuPaths.whmcs.path,
    preflight: async (target, signal) => preflightWhmcs(client, whmcsSchemas.binding.parse(target.options), signal),
    async observe(_target, signal) {
      return { state: 'unobservable', reason: NO_READ_BACK, ...(await toldModuleFacts(client, signal)) };
    },
    async apply(target, credential, { confirm }, signal) {
      const { settings } = whmcsSchemas.binding.parse(target.options);
      const values = { credential, environment: target.environment, others: settings ?? {}, confirm };
      await writeSettings(client, values, signal);
      return { result: 'changed' };
    },
    async check(target, _expected, signal) {
      const { canaryDomainId } = whmcsSchemas.binding.parse(target.options);
      if (canaryDomainId === undefined) return { verdict: 'not-observable', detail: NO_CANARY };
      return checkByCanary(client, canaryDomainId, signal);
    },
    close: async () => {},
  };
}
