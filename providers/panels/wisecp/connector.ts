import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** WISECP's own place for addons. */
export const connectorLayout: ConnectorLayout = {
  home: 'coremio/modules/Addons/Keyturn',
  install: [
    "Unpack the archive in WISECP's root folder, as the user that PHP runs as, so that coremio/modules/Addons/Keyturn/state can be written.",
    'In the admin area open Tools > Addons, find "Keyturn" and activate it.',
  ],
};
