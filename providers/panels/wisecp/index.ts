import { menuPaths } from '../../../src/core/menu-paths.ts';
import { type ConnectorPanel, createConnectorPanel } from '../../shared/connector/panel.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createWisecpCarrier } from './carrier.ts';
import { WISECP_LOOKS } from './conformance.ts';
import type { WisecpOptions } from './options.ts';
import { lookAtModules } from './preflight.ts';
import { createWisecpClient } from './transport.ts';

/**
 * WISECP through an addon of Keyturn's inside it: neither generation of its official API can tell what is stored, and the older one
 * cannot write it. Options are those of `wisecpSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createWisecpPanel(options: WisecpOptions, deps: ProviderDeps): ConnectorPanel {
  const client = createWisecpClient(options, deps);
  return createConnectorPanel({
    kind: 'wisecp',
    title: 'WISECP',
    menuPath: menuPaths.wisecp.path,
    carrier: createWisecpCarrier(client, options),
    pairing: options.connector.pairing,
    deps,
    byHand: WISECP_LOOKS,
    ...(options.generation === 'v5' && { preflight: (_target, signal) => lookAtModules(client, signal) }),
  });
}
