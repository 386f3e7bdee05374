import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Reader, readJson } from './read.ts';

const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 3_000;

export interface Spawned<R> {
  readonly ready: R;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a simulator's `main` file beside this folder and waits for its ready line. The configuration goes over standard
 * input, which stays open: when this process dies, however it dies, the simulator ends too.
 */
export async function spawnSimulator<R, I>(name: string, config: unknown, ready: Reader<R, I>): Promise<Spawned<R>> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`../${name}/main.${extension}`, import.meta.url));
  // Nothing of this process's environment is passed on, except where Node may keep compiled code (it halves the start).
  const cache = process.env['NODE_COMPILE_CACHE'];
  const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
  const child = spawn(process.execPath, [main, '--stdin'], { stdio: ['pipe', 'pipe', 'pipe'], env });
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => complaints.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(config)}\n`);
  try {
    const line = await readyLine(child);
    return { ready: readJson(ready, line, `${name} ready line`), pid: child.pid ?? 0, stop: () => stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    const why = complaints.join('').slice(-2_000) || (error instanceof Error ? error.message : 'no reason given');
    throw new Error(`the ${name} simulator did not start: ${why}`);
  }
}

async function readyLine(child: ChildProcess): Promise<string> {
  const timer = new AbortController();
  try {
    return await Promise.race([outcomeOf(child), tooLate(timer.signal)]);
  } finally {
    timer.abort();
  }
}

function outcomeOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      reject(new Error(`ended with ${code}`));
    });
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await setTimeout(START_LIMIT_MS, undefined, { signal });
  throw new Error('not ready in time');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = new AbortController();
  const kill = setTimeout(STOP_LIMIT_MS, undefined, { signal: late.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  await ended;
  late.abort();
  await kill;
}
