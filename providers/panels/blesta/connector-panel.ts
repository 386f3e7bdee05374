import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { BindingTarget } from '../../../src/core/model.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { type ConnectorPanel, createConnectorPanel } from '../../shared/connector/panel.ts';
import { findingOf, ok } from '../../shared/findings.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createApiCarrier, createPluginCarrier } from './carrier.ts';
import { CONFIRM_WITH_CONNECTOR } from './conformance.ts';
import { accessOf, type BlestaOptions, blestaSchemas } from './options.ts';
import { findModule } from './row.ts';
import { type BlestaClient, createBlestaClient } from './transport.ts';

/** Blesta through Keyturn's plugin inside it: by the API if its key is given, else at the plugin's own address. */
export function createBlestaConnectorPanel(
  options: BlestaOptions,
  { pairing }: NonNullable<BlestaOptions['connector']>,
  deps: ProviderDeps,
): ConnectorPanel {
  const access = accessOf(options);
  const client = access && createBlestaClient(access, deps);
  return createConnectorPanel({
    kind: 'blesta',
    title: 'Blesta',
    menuPath: menuPaths.blesta.path,
    carrier: client ? createApiCarrier(options.url, client) : createPluginCarrier(options.url, deps),
    pairing,
    deps,
    place: placeOf,
    byHand: CONFIRM_WITH_CONNECTOR,
    // Blesta has the module ask the vendor whenever a row is saved, whoever saves it.
    asksVendorOnWrite: true,
    ...(client && { preflight: (target, signal) => lookAtModule(client, target, signal) }),
  });
}

/** The company is always named, so that a binding never reaches the row of another company. */
function placeOf(bindingOptions: unknown): string {
  const { companyId, rowId } = blestaSchemas.binding.parse(bindingOptions);
  return rowId === undefined ? `companyId ${companyId}` : `companyId ${companyId} rowId ${rowId}`;
}

/** What the API can tell by itself: that its key works and the module is installed. Rows are left alone: they hold the secret. */
async function lookAtModule(client: BlestaClient, target: BindingTarget, signal: AbortSignal): Promise<Finding[]> {
  try {
    const { companyId } = blestaSchemas.binding.parse(target.options);
    await findModule(client, companyId, signal);
    return [ok(`${client.where} answers, and the Domain Name API module is installed.`)];
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}
