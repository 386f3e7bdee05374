import { execFile } from 'node:child_process';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { SOCKET_VARIABLE } from './database.ts';
import { startMariaDb } from './mariadb.ts';
import { PHP } from './php-binary.ts';

const EXTENSIONS = ['curl', 'json', 'mysqli', 'pdo_mysql', 'sodium'];
/** The `-core` packages bring the programs without a service. */
const INSTALL = 'php8.2-cli php8.2-curl php8.2-mysql mariadb-server-core mariadb-client-core';

const run = promisify(execFile);

/** Before the tests of project `panels`: everything they stand on is there, or the run ends at once and says what to install. */
export async function setup(): Promise<() => Promise<void>> {
  const missing = [
    ...(await missingInPhp()),
    ...(await missingPrograms(['mariadbd', 'mariadb', 'mariadb-install-db', 'setpriv'])),
  ];
  if (missing.length > 0) {
    throw new Error(
      `npm run test:panels needs ${missing.join(', ')}. On Debian 12, as root: apt-get install -y --no-install-recommends ${INSTALL}`,
    );
  }
  const server = await startMariaDb();
  env[SOCKET_VARIABLE] = server.socket;
  return () => server.stop();
}

async function missingInPhp(): Promise<string[]> {
  const answer = await run(PHP, ['-m']).catch(() => undefined);
  if (answer === undefined) return [`PHP (${PHP})`];
  const loaded = answer.stdout.toLowerCase().split('\n');
  return EXTENSIONS.filter((name) => !loaded.includes(name)).map((name) => `PHP extension ${name}`);
}

async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(isThere));
  return names.filter((_, at) => found[at] !== true);
}

async function isThere(name: string): Promise<boolean> {
  try {
    await run(name, ['--version']);
    return true;
  } catch (error) {
    // One that is there and does not know the flag is there.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
