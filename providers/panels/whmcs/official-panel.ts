import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Conformable } from '../../../src/core/panel-looks.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import { conformPanel } from '../../shared/conformance.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeSettings } from './apply.ts';
import { checkByCanary } from './check.ts';
import { CONFIRM_OFFICIAL } from './conformance.ts';
import { whmcsSchemas } from './options.ts';
import { preflightWhmcs } from './preflight.ts';
import { toldModuleFacts, type WhmcsClient } from './transport.ts';

const NO_READ_BACK = "WHMCS's official API gives the names of the module's settings but not their values.";
const NO_CANARY = 'No canary domain is set for this binding, so WHMCS cannot be made to call the vendor.';

/** WHMCS through its official API alone: it can be written, not read; a canary domain proves what it has stored. */
export function createOfficialPanel(client: WhmcsClient, deps: ProviderDeps): PanelIntegration & Conformable {
  const panel: PanelIntegration = {
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
  const parts = { panel, byHand: CONFIRM_OFFICIAL, fingerprint: async () => deps.fingerprint };
  return { ...panel, conformance: (target, options, signal) => conformPanel(parts, target, options, signal) };
}
