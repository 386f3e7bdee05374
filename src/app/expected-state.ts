import type { ExpectedState, OtherCredential } from '../core/drift-kinds.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { AccountTarget, Credential, Environment } from '../core/model.ts';
import type { Fingerprinter } from '../core/ports.ts';
import type { Verdict } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { readCredential, readCurrent } from './read-credential.ts';

/** What one drift check knows of the accounts; each secret is read once and shared by all bindings of the check. */
export interface Expectations {
  /** The account's own credentials, current, previous and of the other environment, as `fingerprint` shows them. */
  expected(account: AccountTarget, fingerprint?: Fingerprinter): Promise<ExpectedState>;
  /** The same with those of all other accounts, for a copy that nothing else explains. */
  expectedAmongAll(account: AccountTarget, fingerprint?: Fingerprinter): Promise<ExpectedState>;
  /** What the vendor says to the worker about the store's current credential. */
  workerVerdict(account: AccountTarget): Promise<Verdict>;
}

/** Without a `fingerprint` of a panel's own, facts are under this installation's, and made once for all panels. */
export function createExpectations(deps: AppDeps, signal: AbortSignal): Expectations {
  const secrets: Secrets = {
    required: memo(async (account) => (await readCurrent(deps, account, signal)).credential),
    current: memo(async (account) => (await readCredential(deps, account, 'current', signal))?.credential),
    previous: memo(async (account) => (await readCredential(deps, account, 'previous', signal))?.credential),
  };
  const shared = memo((account) => ownState(deps, account, secrets, deps.fingerprint));
  async function expected(account: AccountTarget, fingerprint = deps.fingerprint): Promise<ExpectedState> {
    return fingerprint === deps.fingerprint ? shared(account) : ownState(deps, account, secrets, fingerprint);
  }
  return {
    expected,
    async expectedAmongAll(account, fingerprint = deps.fingerprint) {
      const others = otherCredentials(deps, account, secrets, fingerprint);
      const [state, otherAccounts] = await Promise.all([expected(account, fingerprint), others]);
      return { ...state, otherAccounts };
    },
    workerVerdict: memo(async (account) => {
      return lookUpBalance(deps, await secrets.required(account), account.environment, signal);
    }),
  };
}

/** The accounts' secrets, each read once. `required` throws where there is none. */
interface Secrets {
  required(account: AccountTarget): Promise<Credential>;
  current(account: AccountTarget): Promise<Credential | undefined>;
  previous(account: AccountTarget): Promise<Credential | undefined>;
}

async function ownState(
  deps: AppDeps,
  account: AccountTarget,
  secrets: Secrets,
  fingerprint: Fingerprinter,
): Promise<ExpectedState> {
  const current = await secrets.required(account);
  const previous = await secrets.previous(account);
  const elsewhere = otherEnvironmentOf(deps, account);
  const other = elsewhere && (await secrets.current(elsewhere));
  return {
    accountId: account.accountId,
    environment: account.environment,
    current: credentialFacts(fingerprint, current),
    ...(previous && { previous: credentialFacts(fingerprint, previous) }),
    ...(other && { otherEnvironment: credentialFacts(fingerprint, other) }),
    otherAccounts: [],
  };
}

function otherEnvironmentOf(deps: AppDeps, account: AccountTarget): AccountTarget | undefined {
  const other: Environment = account.environment === 'live' ? 'test' : 'live';
  return deps.estate.accounts().find((each) => each.accountId === account.accountId && each.environment === other);
}

/** An account whose secret cannot be read explains nothing; its own check says so, this one goes on without it. */
async function otherCredentials(
  deps: AppDeps,
  account: AccountTarget,
  secrets: Secrets,
  fingerprint: Fingerprinter,
): Promise<OtherCredential[]> {
  const others = deps.estate.accounts().filter((each) => each.accountId !== account.accountId);
  const found = await Promise.all(
    others.map(async (other) => {
      const { accountId, environment } = other;
      const credential = await secrets.current(other).catch(() => undefined);
      return credential && { accountId, environment, credential: credentialFacts(fingerprint, credential) };
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
