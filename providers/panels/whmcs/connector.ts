import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** An addon folder: its hooks.php is loaded only after activation, and the API action lies beside WHMCS's own. */
export const connectorLayout: ConnectorLayout = {
  home: 'modules/addons/keyturn',
  install: [
    "Unpack the archive in WHMCS's root folder, as the user that PHP runs as, so that modules/addons/keyturn/state can be written.",
    'In the admin area open System Settings > Addon Modules and activate "Keyturn".',
    "In System Settings > API Roles open the role of Keyturn's credential, tick the Keyturn action and save.",
  ],
};
