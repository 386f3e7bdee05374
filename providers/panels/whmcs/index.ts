import type { Conformable } from '../../../src/core/panel-looks.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createWhmcsConnectorPanel } from './connector-panel.ts';
import { createOfficialPanel } from './official-panel.ts';
import type { WhmcsOptions } from './options.ts';
import { createWhmcsClient } from './transport.ts';

/**
 * WHMCS, through its official API alone or, with `connector`, through a custom action inside it that reads, writes and checks.
 * Options are those of `whmcsSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createWhmcsPanel(options: WhmcsOptions, deps: ProviderDeps): PanelIntegration & Conformable {
  const client = createWhmcsClient(options, deps);
  const { connector } = options;
  return connector ? createWhmcsConnectorPanel(client, connector.pairing, deps) : createOfficialPanel(client, deps);
}
