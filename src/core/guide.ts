import type { DriftKind } from './drift-kinds.ts';
import { integrationInfoPath, type MenuPath, menuPaths } from './menu-paths.ts';

/** The guide's name for a cause, what it means here, and what to click. */
export interface Explanation {
  /** One line: the cause, and where the guide "Invalid API Key Error: Causes and Solutions" treats it. */
  readonly cause: string;
  readonly meaning: string;
  readonly fix: string;
}

/** What the sentences of a fix are built with. */
interface Place {
  /** The panel's name and menu path. */
  readonly where: string;
  /** Which label takes which value. */
  readonly fields: string;
  /** Where the panel's module is published. */
  readonly download: string;
}

interface Entry {
  readonly cause: string;
  readonly meaning: string;
  readonly fix: (place: Place) => string;
}

const ENTRIES = {
  'outdated-module': {
    cause: 'Outdated module (guide section 3, cause 4)',
    meaning:
      'The installed module cannot sign its calls with a Reseller ID and API key, or sends them to the wrong host.',
    fix: ({ where, fields, download }) =>
      `Install the latest module from ${download} over the old files, then save the credential again in ${where} (${fields}).`,
  },
  'not-configured': {
    cause: 'Credential not entered (guide section 6, "Authentication Failed")',
    meaning: 'A field is empty, or holds a default or a row of asterisks instead of a credential.',
    fix: ({ where, fields }) =>
      `Enter both values in ${where} (${fields}); they are shown under ${integrationInfoPath}.`,
  },
  'legacy-credentials': {
    cause: 'Old username and password after a migration (guide section 3, cause 1)',
    meaning:
      'The username is not a Reseller ID, so the module falls back to the old API, which no longer serves migrated accounts.',
    fix: ({ where, fields }) =>
      `Replace both values in ${where} (${fields}); the new ones are shown under ${integrationInfoPath}, which can also mail them to you.`,
  },
  'email-as-reseller-id': {
    cause: 'E-mail address used as Reseller ID (guide section 6, "Reseller Not Found")',
    meaning: 'The Reseller ID is a separate value and not the address that you sign in with.',
    fix: ({ where, fields }) =>
      `Put the Reseller ID from ${integrationInfoPath} into the username field of ${where} (${fields}).`,
  },
  'swapped-fields': {
    cause: 'Reseller ID and API key in the wrong fields (guide section 3, cause 3)',
    meaning: 'A value stands in the field that belongs to the other one.',
    fix: ({ where, fields }) => `Enter the two values the right way round in ${where} (${fields}).`,
  },
  'wrong-account': {
    cause: "Another account's credential (guide section 9, question 13)",
    meaning:
      'Every reseller and sub-reseller account has its own pair, and this panel holds one that is not meant for it.',
    fix: ({ where, fields }) =>
      `Enter the Reseller ID and API key of this account, both together, in ${where} (${fields}).`,
  },
  'wrong-environment': {
    cause: 'Key or test switch of the other environment (guide section 3, cause 5)',
    meaning:
      'The live and the test environment have a key each, and the key or the test switch points to the other one.',
    fix: ({ where }) =>
      `In ${where}, set the test mode switch to the environment that you mean and enter the API key of the same environment.`,
  },
  'stale-key': {
    cause: 'Key rotated, panel forgotten (guide section 3, cause 6)',
    meaning: 'The panel still holds the version before the current one.',
    fix: ({ where }) => `Enter the current API key in the password field of ${where}.`,
  },
  'stray-characters': {
    cause: 'Stray character from copy and paste (guide section 3, cause 2)',
    meaning: 'The value is right but for a space, a line break or a character that cannot be seen.',
    fix: ({ where }) =>
      `Empty the field in ${where}, and type the value or paste it as plain text, with nothing before or after it.`,
  },
  'unknown-credential': {
    cause: 'Credential not recognised (guide section 6, "Authentication Failed")',
    meaning: 'The panel holds something that is not the current value and that no registered account has had.',
    fix: ({ where, fields }) =>
      `Compare with ${integrationInfoPath}. If the key there is newer than the store's, give it to Keyturn; otherwise enter the store's values in ${where} (${fields}).`,
  },
  'address-not-authorised': {
    cause: "Panel's address not on the list (guide section 3, cause 7)",
    meaning: "The credential is right, but the vendor does not accept calls from this panel's address.",
    fix: ({ where }) =>
      `Add the public address of the panel's server, IPv6 too if it has one, to the IP authorization settings at DomainNameAPI; leave ${where} as it is.`,
  },
  unobservable: {
    cause: 'Could not look (not a cause of the guide)',
    meaning: 'Keyturn could neither see what the panel holds nor have the panel prove it.',
    fix: ({ where, fields }) =>
      `Compare the values in ${where} (${fields}) by hand, or give Keyturn the rights that its check needs.`,
  },
} as const satisfies Record<DriftKind, Entry>;

const MODULE_HOME = 'https://github.com/domainreseller';

function placeOf(panelKind: string, menuPath: string | undefined): Place {
  const menu = menuOf(panelKind);
  if (!menu) {
    return {
      where: menuPath ?? "the DomainNameAPI module's settings",
      fields: 'Username = Reseller ID, Password = API Key',
      download: MODULE_HOME,
    };
  }
  return { where: `${menu.title}: ${menu.path}`, fields: menu.fields, download: `${MODULE_HOME}/${panelKind}-dna` };
}

function menuOf(panelKind: string): MenuPath | undefined {
  return new Map<string, MenuPath>(Object.entries(menuPaths)).get(panelKind);
}

/**
 * Says in our words what a drift kind means on this kind of panel and what to do. For a kind that is not in the guide, `menuPath` is
 * where the panel's own integration says that the settings are; without it the place is told in general.
 */
export function explainKind(kind: DriftKind, panelKind: string, menuPath?: string): Explanation {
  const { cause, meaning, fix } = ENTRIES[kind];
  return { cause, meaning, fix: fix(placeOf(panelKind, menuPath)) };
}
