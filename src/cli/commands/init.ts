import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** `keyturn init`: a commented configuration and the two local keys it needs. Never overwrites without --force. */
export async function init({ output }: Session, options: { readonly force: boolean }): Promise<number> {
  const [{ initialize }, { generateIdentity, panelKindNames }] = await Promise.all([
    import('../../infra/config/initialize.ts'),
    import('../../compose/identity.ts'),
  ]);
  const made = await initialize(process.cwd(), {
    force: options.force,
    generateIdentity,
    panelKinds: panelKindNames,
  });
  for (const file of made.created) output.say(`created ${file}`);
  for (const file of made.kept) output.say(`kept    ${file}`);
  output.say('Next: put your account and your panels into keyturn.yaml, then run: keyturn doctor');
  output.say('Keep a copy of .keyturn/identity.txt in a safe place: without it the stored keys cannot be read.');
  output.result(made);
  return EXIT.ok;
}
