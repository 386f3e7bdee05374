import { appendFileSync } from 'node:fs';
import { env } from 'node:process';

/**
 * Notes a secret that a test or a simulator made, for the scan after the suite (see secret-scan.ts): one line in the file
 * that KEYTURN_SECRET_LEDGER names. Does nothing where the variable is not set. Line breaks in a value split it: each part
 * of it must stay hidden too.
 */
export function recordSecret(value: string): void {
  const ledger = env['KEYTURN_SECRET_LEDGER'];
  if (ledger === undefined || ledger === '') return;
  appendFileSync(ledger, `${value}\n`);
}
