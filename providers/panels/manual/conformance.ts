import type { LookByHand } from '../../shared/looks.ts';

/** All there is to know of a panel kept by hand. */
export const MANUAL_LOOKS: readonly LookByHand[] = [
  {
    id: 'manual-path',
    what: 'The menu path of the instructions leads to the settings',
    how: 'Run keyturn plan, follow the path it prints in the panel, and correct menuPath in keyturn.yaml if it differs.',
  },
  {
    id: 'manual-person',
    what: 'Somebody can enter a key there within minutes, at any hour',
    how: 'Name that person and a stand-in; until one of them has entered the new key, this panel sells no domains.',
  },
];
