import { parseCredential } from '../core/credential-payload.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget, Credential, Stage, VersionId } from '../core/model.ts';
import type { AppDeps } from './deps.ts';

export interface StoredCredential {
  readonly versionId: VersionId;
  readonly credential: Credential;
}

/** Reads an account's credential from its store; undefined when the store has no such secret or version. */
export async function readCredential(
  deps: Pick<AppDeps, 'store'>,
  account: AccountTarget,
  which: Stage | { readonly version: VersionId },
  signal: AbortSignal,
): Promise<StoredCredential | undefined> {
  const store = await deps.store(account.secret.store);
  const version = await store.read(account.secret.name, which, signal);
  if (!version) return undefined;
  return { versionId: version.versionId, credential: parseCredential(version.value) };
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
