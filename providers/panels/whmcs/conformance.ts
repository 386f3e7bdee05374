import type { LookByHand } from '../../shared/looks.ts';

const REGISTRAR_PAGE = 'System Settings > Domain Registrars > DomainNameAPI';

/** What the official API takes for granted and no program can see. */
export const CONFIRM_OFFICIAL: readonly LookByHand[] = [
  {
    id: 'whmcs-keeps-others',
    what: 'UpdateModuleConfiguration keeps settings that are not sent',
    how: `Note every value of ${REGISTRAR_PAGE}, run this with --write, compare. Until then list the other settings under "settings" of the binding.`,
  },
  {
    id: 'whmcs-failure-text',
    what: "A failed DomainGetNameservers carries the module's own text",
    how: 'In a quiet minute set a wrong password by hand and run keyturn check <panel>: it must say bad-credential, not inconclusive.',
  },
];

/** What the connector takes for granted and no program can see. */
export const CONFIRM_WITH_CONNECTOR: readonly LookByHand[] = [
  {
    id: 'whmcs-role',
    what: 'Nobody without the Keyturn action in the API role can call it',
    how: 'Untick the action in System Settings > API Roles and run keyturn connector verify <panel>: it must fail at the sign-in; tick it again.',
  },
  {
    id: 'whmcs-page',
    what: "What was saved is what WHMCS's own page shows",
    how: `After a rotation open ${REGISTRAR_PAGE} > Configure: the username is the Reseller ID, the password has the new key's length in dots.`,
  },
  {
    id: 'whmcs-log',
    what: "WHMCS's logs keep no key of ours",
    how: 'After a rotation look at Configuration > System Logs (activity, module and API log): no line may hold the API key.',
  },
];
