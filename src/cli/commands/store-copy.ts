import { type CopiedAccount, copyAccount } from '../../app/copy-account.ts';
import { nameOf } from '../../app/read-credential.ts';
import type { Keyturn } from '../../compose.ts';
import { KeyturnError, toKeyturnError } from '../../core/errors.ts';
import type { AccountTarget, Environment, StoreId } from '../../core/model.ts';
import type { Config } from '../../infra/config/config.ts';
import { type AccountCopy, copyDocument, exitCodeOfCopies, sayChanges, sayCopy, switchesOf } from '../copy-view.ts';
import { EXIT } from '../exit-codes.ts';
import { type Session, withKeyturn } from '../session.ts';

export interface StoreCopyOptions {
  readonly accounts: readonly string[];
  readonly environment?: Environment;
  readonly name?: string;
}

/** `keyturn store copy`: copies accounts from one store to another, proves each copy, and says what to change. Switches nothing. */
export async function storeCopy(
  session: Session,
  stores: { readonly from: string; readonly to: string },
  options: StoreCopyOptions,
): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const { config } = keyturn;
    const [from, to] = [storeOf(config, stores.from), storeOf(config, stores.to)];
    if (from === to) throw sameStore();
    const accounts = accountsIn(config, from, options);
    const copies: AccountCopy[] = [];
    for (const account of accounts) {
      const copy = { account, copied: await copyOne(session, keyturn, { account, to }, options.name) };
      sayCopy(session.output, copy, to);
      copies.push(copy);
    }
    const switches = await switchesOf(config.path, copies);
    if (accounts.length === 0) session.output.say(`Nothing to copy: no such account has its secret in store ${from}.`);
    sayChanges(session.output, { config: config.path, from, switches });
    session.output.result(copyDocument({ from, to, config: config.path, copies, switches }));
    return accounts.length === 0 ? EXIT.ok : exitCodeOfCopies(copies);
  });
}

/** One account that cannot be copied keeps no other from it; being stopped does. */
async function copyOne(
  { signal }: Session,
  { deps }: Keyturn,
  target: { readonly account: AccountTarget; readonly to: StoreId },
  newName: string | undefined,
): Promise<CopiedAccount | KeyturnError> {
  try {
    return await copyAccount(deps, { ...target, ...(newName !== undefined && { newName }) }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    return toKeyturnError(thrown);
  }
}

function storeOf({ stores }: Config, name: string): StoreId {
  const found = stores.find(({ id }) => id === name);
  if (found) return found.id;
  throw new KeyturnError('CONFIG_INVALID', `The configuration has no store ${name}.`, {
    fix: `It has: ${stores.map(({ id }) => id).join(', ')}. Put the other one under "stores" in keyturn.yaml first.`,
    untouched: 'Nothing was copied.',
  });
}

function sameStore(): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', 'Both stores are the same.', {
    fix: 'Name the store to copy from, then the one to copy to.',
    untouched: 'Nothing was copied.',
  });
}

/** The accounts to copy. Throws CONFIG_INVALID for a name that the configuration does not have, and for several under one new name. */
function accountsIn({ accounts }: Config, from: StoreId, options: StoreCopyOptions): readonly AccountTarget[] {
  const unknown = options.accounts.find((name) => accounts.every(({ accountId }) => accountId !== name));
  if (unknown !== undefined) {
    const known = [...new Set(accounts.map(({ accountId }) => accountId))].slice(0, 20).join(', ');
    throw new KeyturnError('CONFIG_INVALID', `The configuration has no account ${unknown}.`, {
      fix: `It has: ${known}.`,
      untouched: 'Nothing was copied.',
    });
  }
  const found = accounts
    .filter(({ secret }) => secret.store === from)
    .filter(({ accountId }) => options.accounts.length === 0 || options.accounts.includes(accountId))
    .filter(({ environment }) => options.environment === undefined || environment === options.environment);
  if (options.name === undefined || found.length < 2) return found;
  throw new KeyturnError('CONFIG_INVALID', `--name is for one account, and these are ${found.length}.`, {
    fix: `Say which with --account and --environment: ${found.slice(0, 20).map(nameOf).join(', ')}.`,
    untouched: 'Nothing was copied.',
  });
}
