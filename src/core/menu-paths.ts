/** Where a person finds the module's settings in a panel, and what goes into which field (the guide's section 5). */
export interface MenuPath {
  readonly title: string;
  readonly path: string;
  /** The field mapping as a sentence part: what the panel's labels mean at DomainNameAPI. */
  readonly fields: string;
}

const USUAL_FIELDS = 'Username = Reseller ID, Password = API Key';

/** The five panels of the guide, by panel kind. The only copy of these texts. */
export const menuPaths = {
  whmcs: {
    title: 'WHMCS',
    path: 'System Settings > Domain Registrars > DomainNameAPI > Configure',
    fields: USUAL_FIELDS,
  },
  wisecp: {
    title: 'WiseCP',
    path: 'Products/Services > Domain Registration > Setup > DomainNameAPI',
    fields: USUAL_FIELDS,
  },
  hostbill: {
    title: 'HostBill',
    path: 'Settings > Modules > Domain Registrars > DomainNameAPI',
    fields: USUAL_FIELDS,
  },
  blesta: {
    title: 'Blesta',
    path: 'Settings > Company > Modules > Domain Name API > Manage',
    fields: USUAL_FIELDS,
  },
  clientexec: {
    title: 'ClientExec',
    path: 'Settings > Plugins > Registrars > DomainNameAPI',
    fields: 'Username = Reseller ID, Password/Token = API Key',
  },
} as const satisfies Record<string, MenuPath>;

/** Where the vendor shows the Reseller ID, the live key and the test key. */
export const integrationInfoPath = 'My Account > Reseller Settings > Integration Info';
