import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** WISECP's own place for addons. */
export const connectorLayout: ConnectorLayout = {
  home: 'coremio/modules/Addons/Keyturn',
  install: [
    "Unpack the archive in WISECP's root folder, as the user that PHP runs as, so that coremio/modules/Addons/Keyturn/state can be written.",
    'In the admin area open Tools > Addons, find "Keyturn" and activate it.',
    "Create an API credential with one permission alone: Module:Addons/Keyturn/letter in WISECP 5 (Settings > API Credentials), Keyturn/Letter before (Settings > General > API). Enter the worker's address as the only one allowed.",
  ],
  // WISECP keeps whether an addon is active in the addon's own config.php.
  keptOnUpgrade: ['coremio/modules/Addons/Keyturn/config.php'],
};
