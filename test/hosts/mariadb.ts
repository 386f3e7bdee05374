import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const START_TRIES = 200;
const NOBODY = 65_534;

export interface PrivateMariaDb {
  readonly socket: string;
  stop(): Promise<void>;
}

/**
 * A MariaDB of this run's own in a temporary folder: no port, only a socket that the folder's owner (and root) can reach. The kernel
 * kills it when this process dies. As root it runs as nobody, since it refuses to run as root.
 */
export async function startMariaDb(): Promise<PrivateMariaDb> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-db-'));
  const asRoot = getuid?.() === 0;
  if (asRoot) await chown(folder, NOBODY, NOBODY);
  const identity = asRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const place = ['--no-defaults', `--datadir=${folder}/data`, `--tmpdir=${folder}`];
  const install = ['mariadb-install-db', ...place, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await promisify(execFile)('setpriv', [...identity, ...install]);
  const socket = `${folder}/s`;
  const server = spawn(
    'setpriv',
    [
      ...identity,
      '--pdeathsig',
      'KILL',
      'mariadbd',
      ...place,
      '--skip-networking',
      `--socket=${socket}`,
      `--pid-file=${folder}/pid`,
      '--skip-log-bin',
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const complaints: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  await answering(socket, server, complaints);
  return { socket, stop: () => stop(server, folder) };
}

async function answering(socket: string, server: ChildProcess, complaints: readonly string[]): Promise<void> {
  for (let tries = 0; tries < START_TRIES && server.exitCode === null; tries += 1) {
    const answered = await runSql(socket, 'SELECT 1;').then(
      () => true,
      () => false,
    );
    if (answered) return;
    await wait(50);
  }
  server.kill('SIGKILL');
  throw new Error(`MariaDB did not start: ${complaints.join('').slice(-2_000)}`);
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

/** Runs statements as the server's root; they go over standard input, so no password is on a command line. */
export async function runSql(socket: string, statements: string): Promise<string> {
  const running = promisify(execFile)('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', '--batch']);
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(statements);
  return (await running).stdout;
}

/** 24 hex digits, for names and passwords of databases. */
export function randomName(): string {
  return randomBytes(12).toString('hex');
}
