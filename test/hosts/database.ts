import { env } from 'node:process';
import { randomName, runSql } from './mariadb.ts';

/** Set by global-setup.ts for the workers of this run. */
export const SOCKET_VARIABLE = 'KEYTURN_TEST_MARIADB_SOCKET';

/** How one panel gets into its own database. */
export interface DatabaseAccess {
  readonly socket: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A fresh, empty database and a user who may use only that one. */
export async function createDatabase(): Promise<DatabaseAccess> {
  const socket = env[SOCKET_VARIABLE];
  if (!socket) throw new Error(`no MariaDB: run this in the project panels, or set ${SOCKET_VARIABLE}`);
  const name = `panel_${randomName()}`;
  const password = randomName();
  await runSql(
    socket,
    `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
     CREATE USER ${name}@localhost IDENTIFIED BY '${password}';
     GRANT ALL ON ${name}.* TO ${name}@localhost;`,
  );
  return { socket, user: name, password, database: name };
}

/** Drops a database and its user. */
export async function dropDatabase({ socket, database, user }: DatabaseAccess): Promise<void> {
  await runSql(socket, `DROP DATABASE IF EXISTS ${database}; DROP USER IF EXISTS ${user}@localhost;`);
}
