import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PHP } from '../hosts/php-binary.ts';

/** A PHP script that answers each line of JSON on its stdin with one on its stdout, in a process of its own. */
export interface PhpLines {
  /** Questions are answered in order. Throws with what PHP said last if the process ends. */
  ask(question: unknown): Promise<unknown>;
  /** Everything that PHP wrote to stderr so far. */
  complaints(): string;
  stop(): Promise<void>;
}

/** Every complaint of PHP's is shown, and traces hold arguments: the worst that a panel's configuration can be. */
const INI = ['display_errors=stderr', 'error_reporting=-1', 'log_errors=1', 'zend.exception_ignore_args=0'];

/** Starts PHP with a script. `log` is the file that `error_log` writes to. */
export function startPhpLines(script: readonly string[], log: string): PhpLines {
  const ini = [...INI, `error_log=${log}`].flatMap((setting) => ['-d', setting]);
  const child = spawn(PHP, [...ini, ...script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let complaints = '';
  let isOver = false;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  function ended(): void {
    isOver = true;
    for (const { reject } of waiting.splice(0)) reject(new Error(`PHP ended: ${complaints.slice(-2_000)}`));
  }
  child.once('error', ended).once('close', ended);
  return {
    async ask(question) {
      const line = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
      if (isOver) ended();
      else child.stdin.write(`${JSON.stringify(question)}\n`);
      const answer: unknown = JSON.parse(await line);
      return answer;
    },
    complaints: () => complaints,
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  await closed;
}
