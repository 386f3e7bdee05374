import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { type ConnectorPanel, createConnectorPanel } from '../../shared/connector/panel.ts';
import { warning } from '../../shared/findings.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import type { SecretReference } from '../../shared/secret-reference.ts';
import { createWhmcsCarrier } from './carrier.ts';
import { CONFIRM_WITH_CONNECTOR } from './conformance.ts';
import { whmcsSchemas } from './options.ts';
import type { WhmcsClient } from './transport.ts';

/**
 * WHMCS through the connector. The API role then needs one action; panel version, module and settings are told by the connector,
 * so preflight makes no official call of its own.
 */
export function createWhmcsConnectorPanel(
  client: WhmcsClient,
  pairing: SecretReference,
  deps: ProviderDeps,
): ConnectorPanel {
  return createConnectorPanel({
    kind: 'whmcs',
    title: 'WHMCS',
    menuPath: menuPaths.whmcs.path,
    carrier: createWhmcsCarrier(client),
    pairing,
    deps,
    byHand: CONFIRM_WITH_CONNECTOR,
    preflight: async ({ options }) => unusedOptions(options),
  });
}

/** What the official API alone would need. */
function unusedOptions(options: unknown): Finding[] {
  const { settings, canaryDomainId } = whmcsSchemas.binding.parse(options);
  const unused = [settings && 'settings', canaryDomainId !== undefined && 'canaryDomainId'].filter(
    (name) => typeof name === 'string',
  );
  return unused.map((name) =>
    warning(
      `\`${name}\` of the binding is not used: the connector reads all settings, keeps them and asks for the balance itself.`,
      'Remove it from the configuration.',
    ),
  );
}
