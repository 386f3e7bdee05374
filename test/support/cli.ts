import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { env as ownEnv } from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Longer than any command of a test may take; one that hangs fails by name and not by vitest's timeout. */
const HANGS_AFTER_MS = 90_000;

export interface CliOptions {
  readonly cwd?: string;
  /** On top of PATH and HOME; nothing else of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. Left out: standard input is empty and closed. `open`: a pipe that stays open and silent. */
  readonly stdin?: string | { readonly open: true };
  readonly nodeArgs?: readonly string[];
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly pid: number;
  readonly result: Promise<CliResult>;
  /** Resolves when the text has been printed to either stream; fails if the process ends without it. */
  printed(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs the command line to its end, as a user's shell would. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}

/** Starts the command line and leaves it running. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: ownEnv['PATH'], HOME: ownEnv['HOME'], USER: 'tester', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  if (typeof options.stdin !== 'object') child.stdin.end(options.stdin ?? '');
  const heard = listen(child);
  return {
    pid: child.pid ?? 0,
    result: ended(child, heard, args),
    printed: (text) => waitFor(child, heard, text),
    kill: (signal) => void child.kill(signal),
  };
}

interface Heard {
  stdout: string;
  stderr: string;
}

function listen(child: ChildProcess): Heard {
  const heard = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      heard[stream] += text;
      child.emit('heard');
    });
  }
  return heard;
}

async function ended(child: ChildProcess, heard: Heard, args: readonly string[]): Promise<CliResult> {
  const hangs = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(hangs);
  keepForScan(heard);
  if (signal !== null && !child.killed)
    throw new Error(`keyturn ${args.join(' ')} died of ${signal}:\n${heard.stderr}`);
  return { code, ...heard };
}

function waitFor(child: ChildProcess, heard: Heard, text: string | RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    function look(): void {
      const all = `${heard.stdout}\n${heard.stderr}`;
      if (typeof text === 'string' ? all.includes(text) : text.test(all)) resolve();
    }
    child.on('heard', look);
    child.once('close', () => reject(new Error(`ended without printing ${text}:\n${heard.stdout}\n${heard.stderr}`)));
    look();
  });
}

/** Everything a command printed is scanned for secrets after the whole suite. */
function keepForScan({ stdout, stderr }: Heard): void {
  const artefacts = ownEnv['KEYTURN_ARTEFACTS'];
  if (artefacts) appendFileSync(join(artefacts, `cli-${process.pid}.log`), `${stdout}\n${stderr}\n`);
}
