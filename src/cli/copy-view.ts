import type { CopiedAccount } from '../app/copy-account.ts';
import { nameOf } from '../app/read-credential.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget, StoreId } from '../core/model.ts';
import { findLines } from '../infra/config/find-lines.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { type Output, paint } from './output.ts';

/** What became of one account: its copy, or why there is none. */
export interface AccountCopy {
  readonly account: AccountTarget;
  readonly copied: CopiedAccount | KeyturnError;
}

/** One value of keyturn.yaml that has to become another for a copy to be used. */
interface Switch {
  readonly path: string;
  readonly line: number | null;
  readonly from: string;
  readonly to: string;
}

/** As much of a fingerprint as people compare. */
const SHOWN = 8;

/** One account's line: what became of it, and the proof. */
export function sayCopy(output: Output, { account, copied }: AccountCopy, to: StoreId): void {
  const name = nameOf(account);
  if (copied instanceof KeyturnError) {
    output.sayHung('✖ ', `${name}: ${copied.safeMessage}`, 'red');
    if (copied.untouched !== undefined) output.sayHung('    ', copied.untouched);
    if (copied.fix !== undefined) output.sayHung('    fix  ', copied.fix);
    return;
  }
  output.sayHung(copied.outcome === 'empty' ? '- ' : '✔ ', `${name}: ${whatOf(copied, account.secret.store, to)}`);
  if (copied.proof) output.sayHung('    ', `Read back, same fingerprints in both: ${proofOf(copied)}`);
}

function whatOf({ outcome, secrets }: CopiedAccount, from: StoreId, to: StoreId): string {
  const names = secrets.map(({ newName }) => newName).join(' and ');
  if (outcome === 'empty') return `store ${from} has no credential, so there is nothing to copy.`;
  if (outcome === 'already-there') return `already there, in ${to} as ${names}.`;
  const before = secrets.every(({ previous }) => previous === true) ? ', with the version before' : '';
  return `copied to ${to} as ${names}${before}.`;
}

function proofOf({ proof, secrets }: CopiedAccount): string {
  const payloads = secrets.map(({ payload }) => payload.slice(0, SHOWN)).join(' and ');
  return `Reseller ID ${proof?.resellerId.slice(0, SHOWN)}, API key ${proof?.apiKey.slice(0, SHOWN)}, everything ${payloads}.`;
}

/** What keyturn.yaml has to say to use the copies that are proven. */
export async function switchesOf(config: string, copies: readonly AccountCopy[]): Promise<readonly Switch[]> {
  const changes = copies.flatMap(({ account: { accountId, environment, secret }, copied }) => {
    if (copied instanceof KeyturnError) return [];
    const path = ['accounts', accountId, environment, 'secret'];
    return [
      { path: [...path, 'store'], from: secret.store, to: copied.secret.store },
      { path: [...path, 'name'], from: secret.name, to: copied.secret.name },
    ].filter(({ from, to }) => from !== to);
  });
  const lines = await findLines(
    config,
    changes.map(({ path }) => path),
  );
  return changes.map(({ path, from, to }, index) => ({ path: path.join('.'), line: lines[index] ?? null, from, to }));
}

interface Changes {
  readonly config: string;
  readonly from: StoreId;
  readonly switches: readonly Switch[];
}

export function sayChanges(output: Output, { config, from, switches }: Changes): void {
  if (switches.length === 0) return;
  output.say();
  output.say(`${paint('bold', 'Nothing is switched yet.')} To use the copies, change in ${config}:`);
  for (const { path, line, from: before, to } of switches) {
    const key = path.slice(path.lastIndexOf('.') + 1);
    output.say(`  line ${line ?? '?'}  ${path}`);
    output.say(`    - ${key}: ${before}`);
    output.say(`    + ${key}: ${to}`);
  }
  output.sayHung('Next: ', 'change it, run keyturn doctor, and start the workers again.');
  output.sayHung('      ', `What is in store ${from} stays there; remove it when you are sure that nothing reads it.`);
}

interface CopyReport extends Changes {
  readonly to: StoreId;
  readonly copies: readonly AccountCopy[];
}

/** The same as data, for `--json`. */
export function copyDocument({ from, to, config, copies, switches }: CopyReport): object {
  return { from, to, config, accounts: copies.map(accountDocument), changes: switches };
}

function accountDocument({ account: { accountId, environment }, copied }: AccountCopy): object {
  const place = { account: accountId, environment };
  if (copied instanceof KeyturnError) {
    const { code, safeMessage, untouched = null, fix = null } = copied;
    return {
      ...place,
      outcome: 'refused',
      secrets: [],
      proof: null,
      error: { code, message: safeMessage, untouched, fix },
    };
  }
  const { outcome, secrets, proof = null } = copied;
  return {
    ...place,
    outcome,
    secrets: secrets.map(({ name, newName, payload, previous = null }) => ({ name, newName, payload, previous })),
    proof,
    error: null,
  };
}

export function exitCodeOfCopies(copies: readonly AccountCopy[]): number {
  const refused = copies.map(({ copied }) => copied).filter((copied) => copied instanceof KeyturnError);
  const [first] = refused;
  if (!first) return EXIT.ok;
  return refused.length < copies.length ? EXIT.partlyApplied : exitCodeOf(first);
}
