import { env } from 'node:process';

/** The PHP that the hosts run in: the system's, or another version's binary. */
export const PHP = env['KEYTURN_TEST_PHP'] ?? 'php';
