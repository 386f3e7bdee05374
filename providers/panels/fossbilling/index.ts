import type { BindingTarget, Credential } from '../../../src/core/model.ts';
import type { Conformable } from '../../../src/core/panel-looks.ts';
import type { ApplyOptions, PanelIntegration } from '../../../src/core/ports.ts';
import { type ConformanceParts, conformPanel } from '../../shared/conformance.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeRegistrar } from './apply.ts';
import { checkByLookup } from './check.ts';
import { FOSSBILLING_LOOKS } from './conformance.ts';
import { type FossbillingOptions, fossbillingSchemas } from './options.ts';
import { preflightFossbilling } from './preflight.ts';
import { findRegistrar, MENU_PATH, observationOf } from './registrar.ts';
import type { Registrar } from './schema.ts';
import { createFossbillingClient } from './transport.ts';

const NO_CANARY = 'No canary TLD is set for this binding, so FOSSBilling cannot be made to call the vendor.';

/**
 * FOSSBilling through its official API: read and written; a canary TLD proves what it has stored.
 * Options are those of `fossbillingSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createFossbillingPanel(
  options: FossbillingOptions,
  deps: ProviderDeps,
): PanelIntegration & Conformable {
  const fossbilling = { client: createFossbillingClient(options, deps), clock: deps.clock };
  const { client } = fossbilling;
  function find({ options }: BindingTarget, signal: AbortSignal): Promise<Registrar> {
    return findRegistrar(client, fossbillingSchemas.binding.parse(options), signal);
  }
  async function write(target: BindingTarget, credential: Credential, options: Write, signal: AbortSignal) {
    const { lastSeen, confirm, rewrite = false } = options;
    function isAsLastSeen(storedKey: string): boolean {
      return lastSeen === undefined || deps.fingerprint(storedKey) === lastSeen;
    }
    const change = { credential, environment: target.environment, isAsLastSeen, confirm, rewrite };
    await writeRegistrar(client, await find(target, signal), change, signal);
    return { result: 'changed' } as const;
  }
  const panel: PanelIntegration = {
    kind: 'fossbilling',
    capabilities: { write: 'remote', readBack: 'value', check: 'behaviour', asksVendorOnWrite: false },
    menuPath: MENU_PATH,
    async preflight(target, signal) {
      return preflightFossbilling(fossbilling, fossbillingSchemas.binding.parse(target.options), signal);
    },
    observe: async (target, signal) => observationOf(await find(target, signal), deps.fingerprint),
    apply: write,
    async check(target, expected, signal) {
      const { canaryTld } = fossbillingSchemas.binding.parse(target.options);
      if (canaryTld === undefined) return { verdict: 'not-observable', detail: NO_CANARY };
      return checkByLookup(fossbilling, await find(target, signal), { tld: canaryTld, expected }, signal);
    },
    close: async () => {},
  };
  const parts: ConformanceParts = {
    panel,
    byHand: FOSSBILLING_LOOKS,
    fingerprint: async () => deps.fingerprint,
    others: async (target, signal) => deps.fingerprint(JSON.stringify((await find(target, signal)).others)),
    rewrite: (target, credential, options, signal) => write(target, credential, { ...options, rewrite: true }, signal),
  };
  return { ...panel, conformance: (target, options, signal) => conformPanel(parts, target, options, signal) };
}

interface Write extends ApplyOptions {
  readonly rewrite?: boolean;
}
