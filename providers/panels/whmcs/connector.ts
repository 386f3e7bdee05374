import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/**
 * Three places: the API action beside WHMCS's own, the hook that shows it in the role editor, and a folder for the rest. It is no
 * addon module, so there is nothing to activate.
 */
export const connectorLayout: ConnectorLayout = {
  home: 'modules/addons/keyturn',
  install: [
    "Unpack the archive in WHMCS's root folder, as the user that PHP runs as, so that modules/addons/keyturn/state can be written.",
    "In the admin area open System Settings > API Credentials > API Roles, edit the role of Keyturn's credential, tick KeyturnConnector in the group Keyturn and save.",
  ],
};
