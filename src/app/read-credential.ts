import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget } from '../core/model.ts';
import { openCredentialStore, type StoredCredential, type WhichCredential } from './credential-store.ts';
import type { AppDeps } from './deps.ts';

/** Reads an account's credential from its store; undefined when the store has no such secret or version. */
export async function readCredential(
  deps: Pick<AppDeps, 'store'>,
  account: AccountTarget,
  which: WhichCredential,
  signal: AbortSignal,
): Promise<StoredCredential | undefined> {
  return (await openCredentialStore(deps, account)).read(which, signal);
}

/** The same for the current version, which has to be there. Throws SECRET_NOT_FOUND. */
export async function readCurrent(
  deps: Pick<AppDeps, 'store'>,
  account: AccountTarget,
  signal: AbortSignal,
): Promise<StoredCredential> {
  const current = await readCredential(deps, account, 'current', signal);
  if (current) return current;
  throw noCurrentCredential(account);
}

export function noCurrentCredential(account: AccountTarget): KeyturnError {
  return new KeyturnError(
    'SECRET_NOT_FOUND',
    `Store ${account.secret.store} has no current credential for ${nameOf(account)}.`,
    {
      fix: `Give the key with: keyturn key submit ${account.accountId} --environment ${account.environment}`,
      untouched: 'No panel was touched.',
    },
  );
}

/** `main (live)`: how an account is named to people. */
export function nameOf(account: Pick<AccountTarget, 'accountId' | 'environment'>): string {
  return `${account.accountId} (${account.environment})`;
}
