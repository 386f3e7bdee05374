import type { LookByHand } from '../../shared/looks.ts';

/** What the official API takes for granted and no program can see. */
export const FOSSBILLING_LOOKS: readonly LookByHand[] = [
  {
    id: 'fossbilling-wrong-key',
    what: 'The canary says no to a wrong key',
    how: 'In a quiet minute set a wrong Password by hand and run keyturn check <panel>: it must not say valid. Then: keyturn rotate --from-store.',
  },
  {
    id: 'fossbilling-address',
    what: "The canary says no when the panel's address is not on the vendor's list",
    how: 'Take the address off the list for a moment and run keyturn check <panel>: it must not say valid.',
  },
];
