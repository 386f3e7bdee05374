import type { LookByHand } from '../../shared/looks.ts';

/** What the addon takes for granted and no program can see. */
export const WISECP_LOOKS: readonly LookByHand[] = [
  {
    id: 'wisecp-page',
    what: "What was saved is what WISECP's own page shows",
    how: 'After a rotation open Products/Services > Domain Registration > Setup > DomainNameAPI: the username is the Reseller ID, and test mode, WHOIS privacy and prices are as before.',
  },
  {
    id: 'wisecp-scope',
    what: 'An API credential without the Keyturn action cannot call it',
    how: 'Untick the action at Settings > API Credentials and run keyturn connector verify <panel>: it must fail at the sign-in; tick it again.',
  },
  {
    id: 'wisecp-update',
    what: 'An update of WISECP leaves the addon in place',
    how: 'After the next update of WISECP run keyturn connector verify <panel>.',
  },
];
