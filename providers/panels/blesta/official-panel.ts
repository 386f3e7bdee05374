import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { BindingTarget, Credential } from '../../../src/core/model.ts';
import type { Conformable } from '../../../src/core/panel-looks.ts';
import type { ApplyOptions, PanelIntegration } from '../../../src/core/ports.ts';
import { conformPanel } from '../../shared/conformance.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeRow } from './apply.ts';
import { checkStored } from './check.ts';
import { CONFIRM_OFFICIAL } from './conformance.ts';
import { type BlestaAccess, blestaSchemas } from './options.ts';
import { preflightBlesta } from './preflight.ts';
import { findRow, observationOf, type Place } from './row.ts';
import { createBlestaClient } from './transport.ts';

/** Blesta through its official API: read, written and checked. Throws CONFIG_INVALID at once for an address that may not be used. */
export function createOfficialPanel(access: BlestaAccess, deps: ProviderDeps): PanelIntegration & Conformable {
  const blesta = { client: createBlestaClient(access, deps), clock: deps.clock };
  function find({ options }: BindingTarget, signal: AbortSignal): Promise<Place> {
    return findRow(blesta.client, blestaSchemas.binding.parse(options), signal);
  }
  async function write(target: BindingTarget, credential: Credential, options: Write, signal: AbortSignal) {
    const { lastSeen, confirm, rewrite = false } = options;
    function isAsLastSeen(storedKey: string): boolean {
      return lastSeen === undefined || deps.fingerprint(storedKey) === lastSeen;
    }
    const change = { credential, environment: target.environment, isAsLastSeen, confirm, rewrite };
    await writeRow(blesta, await find(target, signal), change, signal);
    return { result: 'changed' } as const;
  }
  const panel: PanelIntegration = {
    kind: 'blesta',
    capabilities: { write: 'remote', readBack: 'value', check: 'balance', asksVendorOnWrite: true },
    menuPath: menuPaths.blesta.path,
    async preflight(target, signal) {
      return preflightBlesta(blesta, blestaSchemas.binding.parse(target.options), target.environment, signal);
    },
    observe: async (target, signal) => observationOf(await find(target, signal), deps.fingerprint),
    apply: write,
    check: async (target, expected, signal) => checkStored(blesta, await find(target, signal), expected, signal),
    close: async () => {},
  };
  const conformance = {
    panel,
    byHand: CONFIRM_OFFICIAL,
    fingerprint: async () => deps.fingerprint,
    others: async (target: BindingTarget, signal: AbortSignal) =>
      deps.fingerprint(JSON.stringify((await find(target, signal)).row?.others ?? {})),
    rewrite: (target: BindingTarget, credential: Credential, options: ApplyOptions, signal: AbortSignal) =>
      write(target, credential, { ...options, rewrite: true }, signal),
  };
  return {
    ...panel,
    conformance: (target, options, signal) => conformPanel(conformance, target, options, signal),
  };
}

interface Write extends ApplyOptions {
  readonly rewrite?: boolean;
}
