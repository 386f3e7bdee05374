import { menuPaths } from '../../../src/core/menu-paths.ts';
import { type ConnectorPanel, createConnectorPanel } from '../../shared/connector/panel.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createClientexecCarrier } from './carrier.ts';
import { testRefused } from './errors.ts';
import { CLIENTEXEC_LOOKS } from './looks.ts';
import type { ClientexecOptions } from './options.ts';
import { clientexecFindings } from './preflight.ts';

/**
 * ClientExec through a snapin of Keyturn's inside it: its API knows neither settings nor plugins. Options are those of
 * `clientexecSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used, and for every write to a binding of
 * the test environment, before anything is sent.
 */
export function createClientexecPanel(options: ClientexecOptions, deps: ProviderDeps): ConnectorPanel {
  const carrier = createClientexecCarrier(options, deps);
  const panel = createConnectorPanel({
    kind: 'clientexec',
    title: 'ClientExec',
    menuPath: menuPaths.clientexec.path,
    carrier,
    pairing: options.connector.pairing,
    deps,
    preflight: async (target) => clientexecFindings(carrier.where, target),
    byHand: CLIENTEXEC_LOOKS,
  });
  return {
    ...panel,
    async apply(target, credential, write, signal) {
      if (target.environment === 'test') throw testRefused(carrier.where);
      return panel.apply(target, credential, write, signal);
    },
  };
}
