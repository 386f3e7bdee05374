import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** A snapin of ClientExec. */
export const connectorLayout: ConnectorLayout = {
  home: 'plugins/snapin/keyturn',
  install: [
    "Unpack the archive in ClientExec's root folder, as the user that PHP runs as, so that plugins/snapin/keyturn/state can be written.",
    'In the admin area open Settings > Plugins > Snapins, find "Keyturn" and activate it. It adds no menu entry and no page.',
    'Let the web server answer POST requests from the worker to plugins/snapin/keyturn/connector.php, as it does for the callback.php of a payment gateway.',
  ],
};
