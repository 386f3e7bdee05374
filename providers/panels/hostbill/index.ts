import { menuPaths } from '../../../src/core/menu-paths.ts';
import { type ConnectorPanel, createConnectorPanel } from '../../shared/connector/panel.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createHostbillApi } from './api.ts';
import { createHostbillCarrier } from './carrier.ts';
import { HOSTBILL_LOOKS } from './conformance.ts';
import { type HostbillOptions, placeOf } from './options.ts';
import { preflightHostbill } from './preflight.ts';

/**
 * HostBill through the connector that its official API carries (`call=module`). Where HostBill has no function to save the module's
 * settings, `apply` answers `by-hand`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createHostbillPanel(options: HostbillOptions, deps: ProviderDeps): ConnectorPanel {
  const api = createHostbillApi(options, deps);
  return createConnectorPanel({
    kind: 'hostbill',
    title: 'HostBill',
    menuPath: menuPaths.hostbill.path,
    carrier: createHostbillCarrier(api),
    pairing: options.connector.pairing,
    deps,
    byHand: HOSTBILL_LOOKS,
    place: placeOf,
    preflight: (_target, signal) => preflightHostbill(api, signal),
  });
}
