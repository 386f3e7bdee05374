import { type Command, Option } from 'commander';
import type { Environment } from '../core/model.ts';
import type { Runner } from './program-panels.ts';

const COPY_HELP = `
Both stores stand under "stores" in keyturn.yaml. Every account whose secret is in <from> is copied to <to> under the same
name: the whole secret with all its fields, the present version and the one before. Each copy is read back and proven by
fingerprint. Nothing is ever overwritten, no value is printed, and nothing is switched: you get the lines of keyturn.yaml to
change. Until they are changed the copies are not used, and what is in <from> stays as it is.

  keyturn store copy local aws                             all accounts
  keyturn store copy local azure -a main -e live --name keyturn-main
                                                           a store that cannot hold the present name

Run it again at any time: what is there already is proven once more, what was begun is finished.
Exit 0: all there and proven. 5: some were refused. 75: refused for now (a rotation runs, or <to> holds something else).`;

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

interface CopyFlags {
  readonly account: readonly string[];
  readonly environment?: Environment;
  readonly name?: string;
}

/** The commands about the stores themselves. */
export function addStores(program: Command, run: Runner): void {
  program
    .command('store')
    .description('the stores that credentials are kept in')
    .command('copy <from> <to>')
    .description('copy accounts from one store to another and prove each copy; switch nothing, overwrite nothing')
    .addOption(
      new Option('-a, --account <name>', 'only this account; may be given several times')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(new Option('-e, --environment <name>', 'only this environment').choices(['live', 'test']))
    .option('--name <new>', "the secret's name in the other store, for one account that cannot keep its own")
    .addHelpText('after', COPY_HELP)
    .action((from: string, to: string, { account, ...rest }: CopyFlags, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/store-copy.ts')).storeCopy(session, { from, to }, { ...rest, accounts: account }),
      ),
    );
}
