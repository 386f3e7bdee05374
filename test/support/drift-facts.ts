import { explainDrift } from '../../src/core/drift.ts';
import type { DriftInput, ExpectedState } from '../../src/core/drift-kinds.ts';
import { storedFacts } from '../../src/core/field-facts.ts';
import { createFingerprinter } from '../../src/core/fingerprint.ts';
import type { AccountId, Environment } from '../../src/core/model.ts';
import type { CredentialFacts, Observation } from '../../src/core/observation.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { PanelCheck, RejectionReason, Verdict } from '../../src/core/verdict.ts';

/** Made-up values, one of each sort that a panel might hold. */
export const IDS = {
  own: 'fd2bea54-0000-4a11-9c01-0a1b2c3d4e5f',
  other: '11ce7a90-0000-4b22-8d02-1f2e3d4c5b6a',
  sandbox: '5a9db0c1-0000-4c33-9e03-2b3c4d5e6f70',
  stranger: '99ffee11-0000-4d44-8f04-3c4d5e6f7081',
} as const;

export const KEYS = {
  current: 'kCurrent7Qm2Xv9Lp4Rt8Wz1',
  previous: 'kPrevious3Bn6Hy5Jd0Ks2Fg',
  test: 'kSandbox8Ua4Ic7Oe1Ny5Mb3',
  other: 'kOtherAccount6Pq9Zt2Gh4',
  otherTest: 'kOtherSandbox1Vr5Lx8Cd0',
  stranger: 'kStranger2Fj7Sw3Ek9Ut6Ya',
} as const;

const fingerprint = createFingerprinter(new SecretValue('a fingerprint key for tests'));

export const OWN = 'acme' as AccountId;
export const OTHER = 'branch' as AccountId;

export function facts(username: string, password: string): CredentialFacts {
  return storedFacts(fingerprint, username, new SecretValue(password));
}

/** What the stores say for the account `acme`, live unless told otherwise. */
export function expectedState(changes: Partial<ExpectedState> = {}): ExpectedState {
  return {
    accountId: OWN,
    environment: 'live',
    current: facts(IDS.own, KEYS.current),
    previous: facts(IDS.own, KEYS.previous),
    otherEnvironment: facts(IDS.own, KEYS.test),
    otherAccounts: [otherAccount('live', IDS.other, KEYS.other), otherAccount('test', IDS.sandbox, KEYS.otherTest)],
    ...changes,
  };
}

export function otherAccount(environment: Environment, id: string, key: string, accountId: AccountId = OTHER) {
  return { accountId, environment, credential: facts(id, key) };
}

interface Stored {
  readonly username?: string;
  readonly password?: string;
  readonly testMode?: boolean;
  readonly moduleVersion?: string;
  readonly libraryVersion?: string;
}

/** A panel that holds these texts; a healthy one where nothing is said. `undefined` hides a field. */
export function observed(stored: { readonly [Key in keyof Stored]?: Stored[Key] | undefined } = {}): Observation {
  const all = { username: IDS.own, password: KEYS.current, testMode: false, moduleVersion: '3.0.16', ...stored };
  const both = facts(all.username ?? '', all.password ?? '');
  return {
    state: 'observed',
    ...(all.username === undefined ? {} : { username: both.username }),
    ...(all.password === undefined ? {} : { password: both.password }),
    ...(all.testMode === undefined ? {} : { testMode: all.testMode }),
    ...(all.moduleVersion === undefined ? {} : { moduleVersion: all.moduleVersion }),
    ...(all.libraryVersion === undefined ? {} : { libraryVersion: all.libraryVersion }),
  };
}

export const UNOBSERVABLE: Observation = { state: 'unobservable', reason: 'The panel cannot be read.' };

export const VALID = { verdict: 'valid', balances: [], detail: 'ok', method: 'balance' } as const satisfies PanelCheck &
  Verdict;
export const INCONCLUSIVE = {
  verdict: 'inconclusive',
  reason: 'outage',
  detail: 'down',
  method: 'balance',
} as const satisfies PanelCheck & Verdict;

export function rejected(reason: RejectionReason): PanelCheck & Verdict {
  return { verdict: 'rejected', reason, detail: 'refused', method: 'balance' };
}

export function driftInput(observation: Observation, rest: Partial<DriftInput> = {}): DriftInput {
  return { expected: expectedState(), observation, panelKind: 'whmcs', ...rest };
}

/** A WHMCS panel that holds this pair; `undefined` hides a field. */
export function held(
  username: string | undefined,
  password: string | undefined,
  rest: Partial<DriftInput> = {},
): DriftInput {
  return driftInput(observed({ username, password }), rest);
}

/** Changes to what the stores say, as the last argument of `held`. */
export function stored(changes: Partial<ExpectedState>): Partial<DriftInput> {
  return { expected: expectedState(changes) };
}

/** The findings of a report, each as `kind confidence`. */
export function findingsOf(input: DriftInput): string[] {
  return explainDrift(input).findings.map(({ kind, confidence }) => `${kind} ${confidence}`);
}

/** Everything that a report says in words, one line each. */
export function evidenceOf(input: DriftInput): string {
  const report = explainDrift(input);
  return [...report.findings.flatMap((each) => each.evidence), ...report.evidence].join('\n');
}
