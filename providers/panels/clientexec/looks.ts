import type { LookByHand } from '../../shared/looks.ts';

/** What was only seen on a simulated ClientExec, and how to see it on a real one. */
export const CLIENTEXEC_LOOKS: readonly LookByHand[] = [
  {
    id: 'clientexec-settings-page',
    what: "The values that the connector saved are shown by ClientExec's own settings page",
    how: 'Open Settings > Plugins > Registrars > DomainNameAPI after a rotation: Username must be the Reseller ID, and every other field as before.',
  },
  {
    id: 'clientexec-language',
    what: 'The credential is found whatever the language of the administrator',
    how: 'Switch your staff language, save the page of the plugin once unchanged, then run: keyturn check <panel>. The verdict must stay the same.',
  },
  {
    id: 'clientexec-log',
    what: "ClientExec's log keeps no letter and no key of ours",
    how: 'Set the log level to 4, run keyturn connector verify <panel>, and search the log for "keyturn": at most the name of the page is there. Set the level back.',
  },
];
