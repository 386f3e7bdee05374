import { explainDrift } from '../core/drift.ts';
import type { DriftInput, DriftReport, DriftStatus } from '../core/drift-kinds.ts';
import { adviceOf, type KeyturnError, toKeyturnError } from '../core/errors.ts';
import { explainKind } from '../core/guide.ts';
import type { AccountTarget, Binding, BindingId, Fingerprint } from '../core/model.ts';
import type { Observation } from '../core/observation.ts';
import type { Fingerprinter, PanelIntegration } from '../core/ports.ts';
import type { CheckMethod, PanelCheck, Verdict } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';
import type { Expectations } from './expected-state.ts';
import { fingerprinterFor, keyToPace } from './panel-fingerprint.ts';
import { readCurrent } from './read-credential.ts';

/** The result of one drift check, as `keyturn check --json` prints it (docs/json-output.md). `checkedAt` is ISO 8601. */
export interface BindingReport {
  readonly panel: string;
  readonly account: string;
  readonly environment: string;
  readonly status: DriftStatus;
  /** Drift kinds in the order to mend them. */
  readonly drift: readonly string[];
  readonly cause: string | null;
  readonly fix: string | null;
  readonly evidence: readonly string[];
  readonly checkedAt: string;
}

/** What one drift check is about. */
export interface BindingCheck {
  readonly binding: Binding;
  readonly expectations: Expectations;
  /** Also have the panel ask the vendor. */
  readonly lookup: boolean;
  readonly signal: AbortSignal;
}

/**
 * Observe, explain, and (with `lookup`) have the panel ask the vendor. Never throws for what is wrong out there: a panel or a store
 * that cannot be asked makes the report `unobservable` and says why. Throws only when `signal` fires.
 */
export async function checkBinding(deps: AppDeps, check: BindingCheck): Promise<BindingReport> {
  const { binding, expectations, signal } = check;
  try {
    const account = deps.estate.account(binding.accountId, binding.environment);
    const panel = await deps.panel(binding.panelId);
    const observation = await deps.gate(() => panel.observe(binding, signal));
    const answers = check.lookup ? await askVendor(deps, check, { account, panel, observation }) : {};
    const fingerprint = await fingerprinterFor(deps, panel, signal);
    const report = await explain(
      { expectations, account, fingerprint },
      { observation, panelKind: panel.kind, ...answers },
    );
    return toReport(deps, binding, panel, report);
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toKeyturnError(thrown);
    const fields = { binding: binding.bindingId, err: thrown };
    if (error.disposition === 'bug') deps.log.error(fields, 'a check failed in a way Keyturn did not expect');
    return unobservable(deps, binding, error);
  }
}

interface Compared {
  readonly expectations: Expectations;
  readonly account: AccountTarget;
  /** What the observation's facts were made with. */
  readonly fingerprint: Fingerprinter;
}

async function explain(
  { expectations, account, fingerprint }: Compared,
  seen: Omit<DriftInput, 'expected'>,
): Promise<DriftReport> {
  const report = explainDrift({ ...seen, expected: await expectations.expected(account, fingerprint) });
  if (!report.findings.some(({ kind }) => OPEN_KINDS.has(kind))) return report;
  return explainDrift({ ...seen, expected: await expectations.expectedAmongAll(account, fingerprint) });
}

/** Only these can turn out to be another account's credential; the others' secrets are not read for anything else. */
const OPEN_KINDS: ReadonlySet<string> = new Set([
  'unknown-credential',
  'swapped-fields',
  'stray-characters',
  'wrong-account',
]);

interface Seen {
  readonly account: AccountTarget;
  readonly panel: PanelIntegration;
  readonly observation: Observation;
}

/** The panel asks with what it holds, so the turn belongs to the key it was seen to hold. */
async function askVendor(
  deps: AppDeps,
  { binding, expectations, signal }: BindingCheck,
  { account, panel, observation }: Seen,
): Promise<Pick<DriftInput, 'panelCheck' | 'workerVerdict'>> {
  const workerVerdict = await expectations.workerVerdict(account);
  const method = panel.capabilities.check;
  if (method === 'none') return { workerVerdict };
  if (workerVerdict.verdict === 'inconclusive') return { workerVerdict, panelCheck: notAsked(workerVerdict, method) };
  const held = observation.state === 'observed' ? observation.password?.normalized : undefined;
  const resellerId = account.resellerId ?? (await resellerIdOf(deps, account, signal));
  const identity = { resellerId, environment: account.environment };
  const seen = await expectations.expected(account, await fingerprinterFor(deps, panel, signal));
  const key = keyToPace(held, seen, await expectations.expected(account));
  const panelCheck = await askInTurn(deps, { key, signal }, () => panel.check(binding, identity, signal));
  return { workerVerdict, panelCheck };
}

/** A vendor that has no answer for the worker has none for the panel either: not asking says as little, and no more. */
function notAsked({ reason }: Extract<Verdict, { verdict: 'inconclusive' }>, method: CheckMethod): PanelCheck {
  return {
    verdict: 'inconclusive',
    method,
    reason,
    detail: 'the vendor answers the worker as little, so the panel was not asked.',
  };
}

/** A 429 says nothing about the credential: it is asked once more, in a later turn. */
async function askInTurn(
  deps: AppDeps,
  { key, signal }: { readonly key: Fingerprint; readonly signal: AbortSignal },
  ask: () => Promise<PanelCheck>,
): Promise<PanelCheck> {
  await deps.pacer.turn(key, signal);
  const check = await deps.gate(ask);
  if (check.verdict !== 'inconclusive' || check.reason !== 'rate-limited') return check;
  await deps.pacer.backOff(key, check.retryAfterMs ?? 1_000);
  await deps.pacer.turn(key, signal);
  return deps.gate(ask);
}

async function resellerIdOf(deps: AppDeps, account: AccountTarget, signal: AbortSignal): Promise<string> {
  return (await readCurrent(deps, account, signal)).credential.resellerId;
}

const NO_ANSWER = {
  cause: 'No usable answer just now (not drift)',
  fix: 'Run the same check again later; nothing is known to be wrong with this panel.',
};

type Described = Pick<PanelIntegration, 'kind' | 'menuPath'>;

function toReport(deps: AppDeps, binding: Binding, { kind, menuPath }: Described, report: DriftReport): BindingReport {
  const first = report.findings[0];
  const told = first
    ? explainKind(first.kind, kind, menuPath)
    : report.status === 'inconclusive'
      ? NO_ANSWER
      : undefined;
  return {
    ...placeOf(binding),
    status: report.status,
    drift: report.findings.map((finding) => finding.kind),
    cause: told?.cause ?? null,
    fix: told?.fix ?? null,
    evidence: [...report.findings.flatMap(({ evidence }) => evidence), ...report.evidence],
    checkedAt: new Date(deps.clock.now()).toISOString(),
  };
}

/** For a binding of a newer configuration than the worker's own. */
export function reportUnknown(deps: Pick<AppDeps, 'clock'>, id: BindingId): BindingReport {
  const [panel = '', account = '', environment = ''] = id.split('/');
  const cause = "The worker's configuration has no such binding.";
  return {
    panel,
    account,
    environment,
    status: 'unobservable',
    drift: [],
    cause,
    fix: 'Restart the worker with the configuration that has it, then check again.',
    evidence: [`CONFIG_INVALID: ${cause}`],
    checkedAt: new Date(deps.clock.now()).toISOString(),
  };
}

function unobservable(deps: AppDeps, binding: Binding, error: KeyturnError): BindingReport {
  return {
    ...placeOf(binding),
    status: error.disposition === 'retry' ? 'inconclusive' : 'unobservable',
    drift: [],
    cause: error.safeMessage,
    fix: adviceOf(error) ?? null,
    evidence: [`${error.code}: ${error.safeMessage}`],
    checkedAt: new Date(deps.clock.now()).toISOString(),
  };
}

function placeOf(binding: Binding): Pick<BindingReport, 'panel' | 'account' | 'environment'> {
  return { panel: binding.panelId, account: binding.accountId, environment: binding.environment };
}
