import type { Command } from 'commander';
import type { Session } from './session.ts';

export type Run = (session: Session) => Promise<number>;

/** Runs a command's work with the options that stand before or after its name. */
export type Runner = (command: Command, work: Run) => Promise<void>;

const BUILD_HELP = `
The panel's options need one line, beside its kind:
  connector: { pairing: "file:.keyturn/<panel>.pairing" }

The first time this makes a pairing (keys that only this panel and your workers share), writes the workers' half to that
file, packs the other half into the archive, and prints the steps to install it. Later it makes an upgrade without keys,
to be unpacked over the old one. An existing file is never overwritten; with --new-pairing the old text is kept beside.`;

const VERIFY_HELP = `
Looks at: the configuration, the way to the panel over TLS, the panel's own sign-in, the connector's version, the pairing,
both clocks, an altered and a replayed letter (both must be refused), a sealed text, the state folder, the registrar
module, and for each binding the stored credential's shape and a balance lookup from the panel's own address.
Exit 0: all ok. Else the first failure decides: 3 configuration, 4 refused or not proven, 75 not reachable just now.`;

const CONFORMANCE_HELP = `
Each line is something Keyturn takes for granted of this kind of panel and cannot know of yours: ok, failed, unknown (only
a person can find out, and how) or not-run. With --write the credential that is there is written once more, the same
value, to see that nothing else changes; take a backup of the panel's database before.`;

/** The commands about one panel's installation. */
export function addPanels(program: Command, run: Runner): void {
  const connector = program.command('connector').description('the small program inside a panel: build it, prove it');
  connector
    .command('build <panel>')
    .description('make the archive to install in a panel; the first time also the pairing. Prints no secret')
    .option('-o, --out <file>', 'the archive (default: keyturn-<panel>-connector.zip here)')
    .option('--new-pairing', 'new keys for both sides, if the old ones may be known to somebody', false)
    .option('--addresses <list>', 'only these may call the connector: IP addresses or CIDR blocks, comma-separated')
    .addHelpText('after', BUILD_HELP)
    .action((panel: string, options: { out?: string; newPairing: boolean; addresses?: string }, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/connector-build.ts')).connectorBuild(session, panel, options),
      ),
    );
  connector
    .command('verify <panel>')
    .description("prove a panel's connector end to end, step by step; change nothing")
    .addHelpText('after', VERIFY_HELP)
    .action((panel: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./commands/connector-verify.ts')).connectorVerify(session, panel)),
    );
  program
    .command('panel')
    .description('one panel as it is installed')
    .command('conformance <panel>')
    .description('try on a real panel what Keyturn takes for granted of its kind; change nothing unless asked')
    .option(
      '--write',
      'also write the present credential back, the same value, and see that nothing else changes',
      false,
    )
    .addHelpText('after', CONFORMANCE_HELP)
    .action((panel: string, options: { write: boolean }, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/panel-conformance.ts')).conformance(session, panel, options),
      ),
    );
}
