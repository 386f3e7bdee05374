import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { writeRow } from './apply.ts';
import { checkStored } from './check.ts';
import { type BlestaOptions, blestaSchemas } from './options.ts';
import { preflightBlesta } from './preflight.ts';
import { findRow, observationOf } from './row.ts';
import { createBlestaClient } from './transport.ts';

/**
 * Blesta through its official API: read, written and checked. Options are those of `blestaSchemas.panel`.
 * Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createBlestaPanel(options: BlestaOptions, deps: ProviderDeps): PanelIntegration {
  const blesta = { client: createBlestaClient(options, deps), clock: deps.clock };
  function find(bindingOptions: unknown, signal: AbortSignal) {
    return findRow(blesta.client, blestaSchemas.binding.parse(bindingOptions), signal);
  }
  return {
    kind: 'blesta',
    capabilities: { write: 'remote', readBack: 'value', check: 'balance', asksVendorOnWrite: true },
    menuPath: menuPaths.blesta.path,
    async preflight(target, signal) {
      return preflightBlesta(blesta, blestaSchemas.binding.parse(target.options), target.environment, signal);
    },
    async observe(target, signal) {
      return observationOf(await find(target.options, signal), deps.fingerprint);
    },
    async apply(target, credential, { lastSeen, confirm }, signal) {
      function isAsLastSeen(storedKey: string): boolean {
        return lastSeen === undefined || deps.fingerprint(storedKey) === lastSeen;
      }
      const place = await find(target.options, signal);
      await writeRow(blesta, place, { credential, environment: target.environment, isAsLastSeen, confirm }, signal);
      return { result: 'changed' };
    },
    async check(target, expected, signal) {
      return checkStored(blesta, await find(target.options, signal), expected, signal);
    },
    close: async () => {},
  };
}
