import type { ConnectorLayout } from '../../shared/connector/layout.ts';

/** A plugin of HostBill, whose API controller adds one function to the admin API. `Other` is the folder of the plugin type. */
export const connectorLayout: ConnectorLayout = {
  home: 'includes/modules/Other/keyturn',
  install: [
    "Unpack the archive in HostBill's root folder, as the user that PHP runs as, so that includes/modules/Other/keyturn/state can be written.",
    'In the admin area open Settings > Modules, find "Keyturn" among the inactive ones and activate it.',
    "In Settings > Security > API Access leave only the functions module and getHostBillversion ticked for Keyturn's API key.",
  ],
};
