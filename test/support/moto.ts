import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import getPort from 'get-port';

const IN_REPOSITORY = join(import.meta.dirname, '../../.venv/moto/bin/moto_server');
const START_MS = 30_000;

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** MOTO_SERVER, then the repository's own, then one on PATH. Throws, with what to run, if there is none: no test is skipped. */
function findMotoServer(): string {
  const onPath = (env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'moto_server'));
  const found = [env['MOTO_SERVER'] ?? '', IN_REPOSITORY, ...onPath].find((path) => path !== '' && existsSync(path));
  if (found !== undefined) return found;
  throw new Error('There is no moto_server for the AWS tests. Run `npm run setup:moto` (needs python3 with venv).');
}

/** Starts moto, an independent implementation of AWS Secrets Manager, on a free port of this machine. State is in its memory. */
export async function startMoto(): Promise<Moto> {
  const port = await getPort({ host: '127.0.0.1' });
  const server = spawn(findMotoServer(), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([answers(endpoint), died(server)]);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  return { endpoint, stop: () => stop(server) };
}

async function answers(endpoint: string): Promise<void> {
  const giveUpAt = Date.now() + START_MS;
  while (Date.now() < giveUpAt) {
    const response = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await setTimeout(100);
  }
  throw new Error(`moto_server did not answer at ${endpoint} within ${START_MS} ms.`);
}

async function died(server: ChildProcess): Promise<never> {
  await once(server, 'exit');
  throw new Error(`moto_server ended with code ${String(server.exitCode)} before it answered.`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}
