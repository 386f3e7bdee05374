import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** A plugin of Blesta. */
export const connectorLayout: ConnectorLayout = {
  home: 'plugins/keyturn',
  install: [
    "Unpack the archive in Blesta's root folder, as the user that PHP runs as, so that plugins/keyturn/state can be written.",
    'In the admin area open Settings > Company > Plugins > Available and install "Keyturn".',
  ],
};
