import type { ExpectedState, OtherCredential } from '../core/drift-kinds.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { AccountTarget, Environment } from '../core/model.ts';
import type { CredentialFacts } from '../core/observation.ts';
import type { Verdict } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { readCredential, readCurrent } from './read-credential.ts';

/** What one drift check knows of the accounts; each fact is read once and shared by all bindings of the check. */
export interface Expectations {
  /** The account's own credentials, current, previous and of the other environment. */
  expected(account: AccountTarget): Promise<ExpectedState>;
  /** The same with those of all other accounts, for a copy that nothing else explains. */
  expectedAmongAll(account: AccountTarget): Promise<ExpectedState>;
  /** What the vendor says to the worker about the store's current credential. */
  workerVerdict(account: AccountTarget): Promise<Verdict>;
}

export function createExpectations(deps: AppDeps, signal: AbortSignal): Expectations {
  const facts = memo((account: AccountTarget) => currentFacts(deps, account, signal));
  const own = memo((account: AccountTarget) => ownState(deps, account, facts, signal));
  return {
    expected: own,
    async expectedAmongAll(account) {
      const [state, others] = await Promise.all([own(account), otherCredentials(deps, account, facts)]);
      return { ...state, otherAccounts: others };
    },
    workerVerdict: memo(async (account) => {
      const { credential } = await readCurrent(deps, account, signal);
      return lookUpBalance(deps, credential, account.environment, signal);
    }),
  };
}

type FactsOf = (account: AccountTarget) => Promise<CredentialFacts | undefined>;

async function currentFacts(
  deps: AppDeps,
  account: AccountTarget,
  signal: AbortSignal,
): Promise<CredentialFacts | undefined> {
  const current = await readCredential(deps, account, 'current', signal);
  return current && credentialFacts(deps.fingerprint, current.credential);
}

async function ownState(
  deps: AppDeps,
  account: AccountTarget,
  facts: FactsOf,
  signal: AbortSignal,
): Promise<ExpectedState> {
  const { credential } = await readCurrent(deps, account, signal);
  const previous = await readCredential(deps, account, 'previous', signal);
  const elsewhere = otherEnvironmentOf(deps, account);
  const otherEnvironment = elsewhere && (await facts(elsewhere));
  return {
    accountId: account.accountId,
    environment: account.environment,
    current: credentialFacts(deps.fingerprint, credential),
    ...(previous && { previous: credentialFacts(deps.fingerprint, previous.credential) }),
    ...(otherEnvironment && { otherEnvironment }),
    otherAccounts: [],
  };
}

function otherEnvironmentOf(deps: AppDeps, account: AccountTarget): AccountTarget | undefined {
  const other: Environment = account.environment === 'live' ? 'test' : 'live';
  return deps.estate.accounts().find((each) => each.accountId === account.accountId && each.environment === other);
}

/** An account whose secret cannot be read explains nothing; its own check says so, this one goes on without it. */
async function otherCredentials(deps: AppDeps, account: AccountTarget, facts: FactsOf): Promise<OtherCredential[]> {
  const others = deps.estate.accounts().filter((each) => each.accountId !== account.accountId);
  const found = await Promise.all(
    others.map(async ({ accountId, environment, ...rest }) => {
      const credential = await facts({ accountId, environment, ...rest }).catch(() => undefined);
      return credential && { accountId, environment, credential };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Remembers answers per account; a failure is forgotten, so that the next binding may fare better. */
function memo<Answer>(ask: (account: AccountTarget) => Promise<Answer>): (account: AccountTarget) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (account) => {
    const id = `${account.accountId}/${account.environment}`;
    const known = answers.get(id);
    if (known) return known;
    const asked = ask(account);
    answers.set(id, asked);
    asked.catch(() => answers.delete(id));
    return asked;
  };
}
