import { KeyturnError, toKeyturnError } from '../core/errors.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { AccountTarget, Fingerprint, SecretRef, StoreId } from '../core/model.ts';
import { secretNames } from './account-secrets.ts';
import { type CopiedSecret, copySecret } from './copy-secret.ts';
import type { StoredCredential } from './credential-store.ts';
import type { AppDeps } from './deps.ts';
import { nameOf, readCredential } from './read-credential.ts';
import { underAccountLease } from './submit-key.ts';

export interface CopyRequest {
  readonly account: AccountTarget;
  readonly to: StoreId;
  /** Another name for the secret there; only for a credential that is kept in one secret. */
  readonly newName?: string;
}

/** Fingerprints of the two fields. */
interface CopyProof {
  readonly resellerId: Fingerprint;
  readonly apiKey: Fingerprint;
}

export interface CopiedAccount {
  /** `empty`: the account has no credential in its store, so there is nothing to copy. */
  readonly outcome: 'copied' | 'already-there' | 'empty';
  /** What the configuration has to say to use the copy. */
  readonly secret: SecretRef;
  readonly secrets: readonly CopiedSecret[];
  /** Of the credential as it is read from the copy; undefined if there is none. */
  readonly proof: CopyProof | undefined;
}

/**
 * Copies an account's credential from its store to another and proves the copy: both fields and the whole payloads have the same
 * fingerprints in both. No rotation of the account can begin meanwhile. Switches nothing and never overwrites. Throws SUPERSEDED while
 * a rotation runs, STORE_CONFLICT for a target that holds something else, CAPABILITY_MISSING for one that cannot be written, and
 * whatever the stores throw.
 */
export async function copyAccount(deps: AppDeps, request: CopyRequest, signal: AbortSignal): Promise<CopiedAccount> {
  const { account, newName } = request;
  if (newName !== undefined && secretNames(account).length > 1) throw severalNames(account);
  const secret: SecretRef = { ...account.secret, store: request.to, ...(newName !== undefined && { name: newName }) };
  return underAccountLease(deps, account, signal, async () => {
    const before = await readCredential(deps, account, 'current', signal);
    if (!before) return { outcome: 'empty', secret, secrets: [], proof: undefined };
    const secrets = await copySecrets(deps, request, signal);
    const proof = proofOf(deps, before);
    const after = await readCredential(deps, { ...account, secret }, 'current', signal);
    const copied = after && proofOf(deps, after);
    if (copied?.resellerId !== proof.resellerId || copied.apiKey !== proof.apiKey) throw differs(request.to);
    const isNew = secrets.some(({ outcome }) => outcome === 'copied');
    return { outcome: isNew ? 'copied' : 'already-there', secret, secrets, proof: copied };
  });
}

async function copySecrets(
  deps: AppDeps,
  { account, to: target, newName }: CopyRequest,
  signal: AbortSignal,
): Promise<readonly CopiedSecret[]> {
  const [from, to] = await Promise.all([deps.store(account.secret.store), deps.store(target)]);
  if (!to.capabilities.writable) throw cannotBeWritten(target);
  const { fingerprint } = deps;
  const secrets: CopiedSecret[] = [];
  for (const name of secretNames(account)) {
    const copy = { from, to, name, newName: newName ?? name, fingerprint };
    const copied = await copySecret(copy, signal).catch((thrown: unknown) =>
      Promise.reject(withNameAdvice(thrown, copy.newName)),
    );
    if (copied) secrets.push(copied);
  }
  return secrets;
}

function proofOf({ fingerprint }: AppDeps, { credential }: StoredCredential): CopyProof {
  const { username, password } = credentialFacts(fingerprint, credential);
  return { resellerId: username.raw, apiKey: password.raw };
}

/** What a store says about a name it cannot hold does not know of `--name`. */
function withNameAdvice(thrown: unknown, name: string): KeyturnError {
  const error = toKeyturnError(thrown);
  if (error.code !== 'CONFIG_INVALID') return error;
  const advice = `If it is the name ${name} that the store cannot hold: copy this account alone with --name <another name>.`;
  return new KeyturnError(error.code, error.safeMessage, {
    fix: error.fix === undefined ? advice : `${error.fix} ${advice}`,
    untouched: error.untouched ?? 'Nothing was changed.',
    context: error.context,
  });
}

function severalNames(account: AccountTarget): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `The credential of ${nameOf(account)} is kept in two secrets.`, {
    fix: 'Leave --name out: both are copied under the names they have.',
    untouched: 'Nothing was copied.',
  });
}

function cannotBeWritten(id: StoreId): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `Store ${id} can only be read.`, {
    fix: 'Copy to a store that Keyturn can write.',
    untouched: 'Nothing was copied.',
  });
}

function differs(id: StoreId): KeyturnError {
  return new KeyturnError(
    'UNEXPECTED_RESPONSE',
    `The credential read from store ${id} is not the one that was copied.`,
    {
      fix: 'Do not switch the account. Look at the secret in both stores, then copy it again.',
      untouched: 'The store it was copied from was not changed.',
    },
  );
}
