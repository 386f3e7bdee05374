import type { LookByHand } from '../../shared/looks.ts';

/** What the plugin takes for granted and no program can see. */
export const HOSTBILL_LOOKS: readonly LookByHand[] = [
  {
    id: 'hostbill-place',
    what: 'The place that the binding names is the one that domains are registered through',
    how: 'Open a domain registered lately: "Server / App" names the App, or nothing if the module\'s own configuration is used. keyturn connector verify <panel> lists the places.',
  },
  {
    id: 'hostbill-page',
    what: "What was saved is what HostBill's own page shows and uses",
    how: 'After a rotation open Settings > Modules > Domain Registrars > DomainNameAPI (or the App) and press Test Connection: it must name your account.',
  },
  {
    id: 'hostbill-functions',
    what: 'The API key can call nothing but what Keyturn needs',
    how: 'At Settings > Security > API Access the key has "module" and the functions of docs/panels/hostbill.md ticked, and no others; a new key has all.',
  },
];
