import { Command, InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../core/model.ts';
import type { LogLevel } from '../infra/log/logger.ts';
import { addPanels, type Run, type Runner } from './program-panels.ts';
import { addStores } from './program-stores.ts';
import type { GlobalOptions } from './session.ts';

/*
 * The command line. Each command is one small file, loaded when it is used, so that --help and a mistyped option cost nothing.
 */

const EXIT_CODES = `
Exit codes: 0 in sync or proven, 2 usage, 3 configuration, 4 drift or not proven, 5 partly applied, 70 internal,
            75 try again, 130 interrupted.`;

const FIRST_STEPS = `
First steps:
  keyturn demo      see a whole rotation on simulated panels
  keyturn init      write a commented keyturn.yaml
  keyturn doctor    try the configuration, Redis, the store, the vendor and every panel
  keyturn check     find drift: which panel holds what, and why it fails
  keyturn rotate    replace the key everywhere and prove it
${EXIT_CODES}`;

/** A key given as `--key=...` is a mistake that must not be repeated on the screen; the option's name says what was wrong. */
export function withoutValues(text: string): string {
  return text.replaceAll(/(--?[\w-]+)=[^\s']+/gu, '$1=...');
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError('Give whole seconds, at most a day.');
}

function environmentOption(): Option {
  return new Option('-e, --environment <name>', 'the environment').choices(['live', 'test']).default('live');
}

function patienceOption(): Option {
  return new Option('--wait <seconds>', 'how long to stay while nothing moves').default(60).argParser(seconds);
}

function resellerOption(): Option {
  return new Option('--reseller-id <uuid>', "the account's Reseller ID, the first time its key is given");
}

interface AccountFlags {
  readonly environment: Environment;
  readonly wait: number;
  readonly resellerId?: string;
}

/** Builds the whole command line. Parsing throws a CommanderError for wrong usage, and for --help and --version. */
export function createProgram(): Command {
  const program = new Command('keyturn')
    .description(
      'Rotates the DomainNameAPI key in every hosting panel, finds drift, and proves each panel by a balance lookup.',
    )
    .version('0.1.0')
    .option('-c, --config <file>', 'configuration file (default: KEYTURN_CONFIG, else ./keyturn.yaml)')
    .option('--json', 'one JSON document on standard output')
    .addOption(
      new Option('--log-level <level>', 'least severe log line, on standard error').choices([
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ]),
    )
    .addHelpText('after', FIRST_STEPS)
    .showHelpAfterError('(see keyturn --help)')
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .exitOverride();

  /** Global options may stand before or after the command's name. */
  function run(command: Command, work: Run): Promise<void> {
    return start(command.optsWithGlobals<Flags>(), work);
  }
  addSetUp(program, run);
  addLooking(program, run);
  addRotating(program, run);
  addPanels(program, run);
  addStores(program, run);
  return program;
}

interface Flags {
  readonly config?: string;
  readonly json?: boolean;
  readonly logLevel?: LogLevel;
}

async function start(flags: Flags, work: Run): Promise<void> {
  const { runSession } = await import('./session.ts');
  const options: GlobalOptions = {
    ...(flags.config !== undefined && { config: flags.config }),
    ...(flags.json !== undefined && { json: flags.json }),
    ...(flags.logLevel !== undefined && { logLevel: flags.logLevel }),
  };
  await runSession(options, work);
}

function addSetUp(program: Command, run: Runner): void {
  program
    .command('demo')
    .description('run the main job against simulated panels; needs nothing and leaves nothing behind')
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./demo/run.ts')).demo(session)),
    );
  program
    .command('init')
    .description('write a commented keyturn.yaml and the two local keys it needs')
    .option('--force', 'replace a keyturn.yaml that is there (keys are kept)', false)
    .action((options: { force: boolean }, command: Command) =>
      run(command, async (session) => (await import('./commands/init.ts')).init(session, options)),
    );
  program
    .command('doctor')
    .description('try the configuration, Redis, the store, the vendor and every panel; change nothing')
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./commands/doctor.ts')).doctor(session)),
    );
  program
    .command('schema')
    .description('print the JSON Schema of keyturn.yaml, for an editor')
    .action((_options: object, command: Command) =>
      run(command, async () => (await import('./commands/schema.ts')).schema()),
    );
  program
    .command('worker')
    .description('work the queue until stopped (SIGTERM or Ctrl-C: drain, then abort, then exit)')
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./commands/worker.ts')).worker(session)),
    );
}

interface CheckFlags {
  readonly account?: string;
  readonly environment?: Environment;
  readonly lookup: boolean;
  readonly wait: number;
}

function addLooking(program: Command, run: Runner): void {
  program
    .command('check [panel]')
    .description('compare what every panel holds with the store; name the cause and the fix; change nothing')
    .option('-a, --account <name>', 'only bindings of this account')
    .addOption(new Option('-e, --environment <name>', 'only this environment').choices(['live', 'test']))
    .option('--no-lookup', 'compare only; do not have the panels ask the vendor (one lookup a second and key)')
    .addOption(patienceOption())
    .action((panel: string | undefined, { wait, ...rest }: CheckFlags, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/check.ts')).check(session, panel, { ...rest, patienceSeconds: wait }),
      ),
    );
  program
    .command('plan [account]')
    .description('preflight a rotation: GO or NO-GO with every finding and the predicted outage; change nothing')
    .addOption(environmentOption())
    .action((account: string | undefined, options: AccountFlags, command: Command) =>
      run(command, async (session) => (await import('./commands/plan.ts')).plan(session, account, options)),
    );
  program
    .command('status [rotation]')
    .description('the latest rotations, or the whole story of one')
    .option('-f, --follow', 'watch it until its result stands', false)
    .addOption(patienceOption())
    .action((id: string | undefined, options: { follow: boolean; wait: number }, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/status.ts')).status(session, id, {
          follow: options.follow,
          limit: 20,
          patienceSeconds: options.wait,
        }),
      ),
    );
}

function addRotating(program: Command, run: Runner): void {
  program
    .command('rotate [account]')
    .description(
      'preflight, take the new key (hidden prompt, or standard input), write it everywhere, prove every panel',
    )
    .addOption(environmentOption())
    .option('--from-store', 'roll out the key that the store holds as current, instead of a new one', false)
    .option('--key-stdin', 'read the key from standard input even on a terminal', false)
    .addOption(resellerOption())
    .addOption(patienceOption())
    .action(
      (
        account: string | undefined,
        options: AccountFlags & { fromStore: boolean; keyStdin: boolean },
        command: Command,
      ) =>
        run(command, async (session) =>
          (await import('./commands/rotate.ts')).rotate(session, account, {
            ...options,
            patienceSeconds: options.wait,
          }),
        ),
    );
  const key = program.command('key').description('give a new key');
  key
    .command('submit [account]')
    .description('store a new key as pending and queue its rotation, without a preflight; never on the command line')
    .addOption(environmentOption())
    .addOption(resellerOption())
    .option('-f, --follow', 'watch the rotation until its result stands', false)
    .addOption(patienceOption())
    .action((account: string | undefined, options: AccountFlags & { follow: boolean }, command: Command) =>
      run(command, async (session) =>
        (await import('./commands/key-submit.ts')).keySubmit(session, account, {
          ...options,
          patienceSeconds: options.wait,
        }),
      ),
    );
  program
    .command('confirm <rotation> <binding>')
    .description('vouch for a panel that only a person can prove (binding: panel/account/environment)')
    .action((rotation: string, binding: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./commands/confirm.ts')).confirm(session, rotation, binding)),
    );
}
