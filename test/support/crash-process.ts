import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

/** A `keyturn` command as a process of its own. */
export interface KeyturnProcess {
  readonly pid: number;
  /** Everything it has printed so far, standard output and standard error. */
  output(): string;
  /** Resolves when it has printed this text; rejects if it ends without. */
  says(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Hands it the rest of its standard input. */
  feed(text: string): void;
  /** Resolves with the exit code, or with the signal's name, when it has ended and its output is complete. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Where its whole output is kept, for the secret scan. */
  readonly logFile: string;
  readonly cwd?: string;
}

/** Starts `node src/cli/main.ts ARGS`. Of this process's environment it sees PATH, HOME and the mark that CI looks for. */
export function startKeyturn(args: readonly string[], { env: own, logFile, cwd }: Surroundings): KeyturnProcess {
  const { PATH, HOME, KEYTURN_CI_MARK } = env;
  const child = spawn(execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH, HOME, KEYTURN_CI_MARK, ...own },
    ...(cwd !== undefined && { cwd }),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      appendFileSync(logFile, text);
      child.emit('printed');
    });
  }
  child.stdin.on('error', () => undefined);
  const ended = end(child);
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    async says(text) {
      while (!printed.includes(text)) {
        const how = await Promise.race([once(child, 'printed').then(() => undefined), ended]);
        if (how !== undefined && !printed.includes(text)) {
          throw new Error(`keyturn ${args.join(' ')} ended with ${String(how)} before it said "${text}":\n${printed}`);
        }
      }
    },
    signal: (signal) => void child.kill(signal),
    feed: (text) => void child.stdin.end(text),
    ended,
  };
}

async function end(child: ChildProcess): Promise<number | NodeJS.Signals> {
  await once(child, 'close');
  return child.exitCode ?? child.signalCode ?? 'SIGKILL';
}
