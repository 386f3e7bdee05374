import type { LookByHand } from '../../shared/looks.ts';

const SAVED_BY_HAND: LookByHand = {
  id: 'blesta-row-page',
  what: "What was saved is what Blesta's own page shows and the module uses",
  how: 'After a rotation open Settings > Company > Modules > Domain Name API > Manage: the row shows the Reseller ID and the first character of the new key. Then look up a free name in the order form.',
};

/** What the official API takes for granted and no program can see. */
export const CONFIRM_OFFICIAL: readonly LookByHand[] = [SAVED_BY_HAND];

/** What the plugin takes for granted and no program can see. */
export const CONFIRM_WITH_CONNECTOR: readonly LookByHand[] = [
  SAVED_BY_HAND,
  {
    id: 'blesta-past-module',
    what: 'A live key that the module wrongly refuses is stored readably by Blesta',
    how: 'Save the row unchanged by hand. If Blesta refuses ("The user and password combination appear to be invalid"), the module has the fault: then "Written." above was stored past it, and "reads back the same" proves it readable.',
  },
  {
    id: 'blesta-api-log',
    what: "Blesta's logs keep no key of ours",
    how: 'Run keyturn check <panel>, then look at Tools > Logs > Module: no line may hold the API key.',
  },
];
