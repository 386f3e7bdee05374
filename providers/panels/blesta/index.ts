import { KeyturnError } from '../../../src/core/errors.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { createBlestaConnectorPanel } from './connector-panel.ts';
import { createOfficialPanel } from './official-panel.ts';
import { accessOf, type BlestaOptions } from './options.ts';

/**
 * Blesta through its official API, or, with `connector`, through Keyturn's plugin inside it. Options are those of
 * `blestaSchemas.panel`. Throws CONFIG_INVALID at once for an address that may not be used.
 */
export function createBlestaPanel(options: BlestaOptions, deps: ProviderDeps): PanelIntegration {
  if (options.connector) return createBlestaConnectorPanel(options, options.connector, deps);
  const access = accessOf(options);
  if (access) return createOfficialPanel(access, deps);
  throw new KeyturnError('CONFIG_INVALID', 'The Blesta panel has neither an API key nor a connector.', {
    fix: 'Give `user` and `key`, or `connector`, or all three.',
  });
}
