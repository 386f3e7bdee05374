import type { Keyturn, WorkerUse } from '../compose.ts';
import { toKeyturnError } from '../core/errors.ts';
import type { Config } from '../infra/config/config.ts';
import { createLogger, type LogLevel } from '../infra/log/logger.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';
import { count } from './text.ts';

export interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly logLevel?: LogLevel;
}

/** One run of a command: where it prints, and the signal that Ctrl-C or a stop fires. */
export interface Session {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly options: GlobalOptions;
}

/** Runs a command and turns what it gives or throws into an exit code. A second Ctrl-C ends the process at once. */
export async function runSession(
  options: GlobalOptions,
  command: (session: Session) => Promise<number>,
): Promise<void> {
  const output = createOutput(options.json === true);
  const stop = new AbortController();
  function onSignal(signal: NodeJS.Signals): void {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    if (signal === 'SIGINT') output.note('Stopping: what runs may end first. Press Ctrl-C again to stop at once.');
    stop.abort();
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    process.exitCode = await command({ output, signal: stop.signal, options });
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (error.code === 'INVARIANT_BROKEN')
      createLogger({ level: 'error' }).error({ err: thrown }, 'an unexpected error');
    output.failure(error);
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : exitCodeOf(error);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

export interface KeyturnUse {
  readonly allowEmbedded?: boolean;
  /** Called when the file is known to be right and nothing is open yet. */
  readonly onConfig?: (config: Config) => void;
}

/** Reads the configuration, opens everything, runs `use`, and closes everything again whatever happens. */
export async function withKeyturn<Result>(
  session: Session,
  use: (keyturn: Keyturn) => Promise<Result>,
  { allowEmbedded = false, onConfig }: KeyturnUse = {},
): Promise<Result> {
  const { openKeyturn, readConfiguration } = await import('../compose.ts');
  const config = await readConfiguration(session.options.config, process.env);
  onConfig?.(config);
  const { logLevel } = session.options;
  const keyturn = await openKeyturn(config, {
    env: process.env,
    log: createLogger({ level: logLevel ?? 'error' }),
    noticeLog: createLogger({ level: logLevel ?? 'silent' }),
    secretLog: createLogger({ level: logLevel ?? 'warn' }),
    signal: session.signal,
    allowEmbedded,
  });
  session.output.note(keyturn.redis.choice);
  try {
    return await use(keyturn);
  } finally {
    await keyturn.close();
  }
}

/**
 * Runs `use` with a worker at hand: one that is alive already, or else one in this process for as long as it takes. `use` learns
 * how many will still be there when this command has ended. `readOnly`: the one in this process works drift checks alone, so that a
 * command which promises to change nothing does not carry somebody else's rotation on.
 */
export async function withWorker<Result>(
  session: Session,
  keyturn: Keyturn,
  use: (staying: number) => Promise<Result>,
  { readOnly = false }: Pick<WorkerUse, 'readOnly'> = {},
): Promise<Result> {
  const workers = await keyturn.countWorkers();
  if (workers > 0) {
    session.output.note(`Worker: ${count(workers, 'worker')} running`);
    return use(workers);
  }
  session.output.note('Worker: none is running, so this command does the work itself');
  const runtime = await keyturn.startWorker({ readOnly });
  try {
    return await use(0);
  } finally {
    await runtime.stop();
  }
}
