import { credentialFacts } from '../../src/core/field-facts.ts';
import type { BindingTarget, Credential } from '../../src/core/model.ts';
import type { FieldFacts, Observation } from '../../src/core/observation.ts';
import type { ConformanceOptions, Look } from '../../src/core/panel-looks.ts';
import type { ApplyResult, Fingerprinter, PanelIntegration } from '../../src/core/ports.ts';
import type { PanelCheck } from '../../src/core/verdict.ts';
import { failed, failedBy, type LookByHand, leftToPeople, notRun, seen, unknown } from './looks.ts';

/** What the list needs of one panel. */
export interface ConformanceParts {
  readonly panel: Pick<PanelIntegration, 'preflight' | 'observe' | 'apply' | 'check' | 'capabilities'>;
  /** What its facts are made with; left out by a panel that never shows any. */
  readonly fingerprint?: (signal: AbortSignal) => Promise<Fingerprinter>;
  /** A text that changes when any setting but the credential and the test mode does. Left out where nothing can be read. */
  readonly others?: (target: BindingTarget, signal: AbortSignal) => Promise<string>;
  /** Saves although nothing differs; `panel.apply` if left out. */
  readonly rewrite?: Rewrite;
  /** What of this panel only a person can find out. */
  readonly byHand: readonly LookByHand[];
}

export type Rewrite = (
  target: BindingTarget,
  credential: Credential,
  write: NonNullable<ConformanceOptions['write']>,
  signal: AbortSignal,
) => Promise<ApplyResult>;

interface Asked {
  readonly parts: ConformanceParts;
  readonly target: BindingTarget;
  readonly options: ConformanceOptions;
  readonly signal: AbortSignal;
}

const REACHED = {
  id: 'reached',
  what: 'The panel is reached, with the rights that are needed and the module in place',
};
const READ = { id: 'read-back', what: 'The stored values come back as they are, not masked or encrypted' };
const SAME = { id: 'same', what: 'The panel holds what the store holds, byte for byte' };
const TEST_MODE = { id: 'test-mode', what: 'The test-mode switch is read, and set for this environment' };
const CHECK = { id: 'check', what: 'The panel proves what it has stored by asking the vendor' };
const WRITE = { id: 'write', what: 'The same credential can be written back' };
const UNCHANGED = { id: 'unchanged', what: 'After that the credential reads back the same, byte for byte' };
const OTHERS = { id: 'others-kept', what: 'After that all other settings are as they were' };
const STILL = { id: 'still-checks', what: 'After that the panel still proves it' };

/** The looks that every panel has in common, then those of its kind that are left to people. See `Conformable`. */
export async function* conformPanel(
  parts: ConformanceParts,
  target: BindingTarget,
  options: ConformanceOptions,
  signal: AbortSignal,
): AsyncGenerator<Look> {
  const asked = { parts, target, options, signal };
  yield await reachedLook(asked);
  const observation = await observed(asked);
  const same = await sameLook(asked, observation);
  const testMode = testModeLook(asked, observation);
  yield* [readLook(observation), same, testMode];
  const check = await checkLook(asked, CHECK);
  yield check;
  yield* await writeLooks(asked, { same, testMode, check });
  yield* leftToPeople(parts.byHand);
}

async function reachedLook({ parts: { panel }, target, options, signal }: Asked): Promise<Look> {
  try {
    if (panel.capabilities.asksVendorOnWrite) await options.turn();
    const findings = await panel.preflight(target, signal);
    const bad = findings.find(({ level }) => level === 'blocker') ?? findings.find(({ level }) => level === 'warning');
    const fix = bad?.fix ?? 'See what it says with: keyturn plan';
    if (bad?.level === 'blocker') return failed(REACHED, bad.what, fix);
    if (bad) return unknown(REACHED, bad.what, fix);
    return seen(REACHED, findings.map(({ what }) => what).join(' ') || 'Yes.');
  } catch (thrown) {
    return failedBy(REACHED, thrown);
  }
}

/** What the panel shows, or the failed look that it ended in. */
async function observed({ parts: { panel }, target, signal }: Asked): Promise<Observation | Look> {
  try {
    return await panel.observe(target, signal);
  } catch (thrown) {
    return failedBy(READ, thrown);
  }
}

function isShown(observation: Observation | Look): observation is Extract<Observation, { state: 'observed' }> {
  return observation.state === 'observed';
}

function readLook(observation: Observation | Look): Look {
  if ('id' in observation) return observation;
  if (observation.state === 'unobservable') return unknown(READ, observation.reason);
  const { username, password } = observation;
  if ([username, password].some((facts) => facts?.shape === 'mask')) {
    return failed(READ, 'A mask came back in place of a value.', 'Report this with the versions of panel and module.');
  }
  const shapes = { 'Reseller ID': username, 'API key': password };
  const told = Object.entries(shapes).flatMap(([name, facts]) => (facts ? [`${name}: ${described(facts)}`] : []));
  return seen(READ, `${told.join('; ')}.`);
}

function described({ shape, length, outerWhitespace }: FieldFacts): string {
  return `${shape}, ${length} characters${outerWhitespace ? ', white space at an end' : ''}`;
}

async function sameLook({ parts, options, signal }: Asked, observation: Observation | Look): Promise<Look> {
  if (!isShown(observation) || !parts.fingerprint) return notRun(SAME, 'Nothing can be read back.');
  if (!options.stored) return notRun(SAME, 'The store has nothing to compare with.');
  const { username, password } = credentialFacts(await parts.fingerprint(signal), options.stored);
  const isSame = observation.username?.raw === username.raw && observation.password?.raw === password.raw;
  if (isSame) return seen(SAME, 'Yes.');
  return unknown(SAME, 'It holds something else.', 'See what, and mend it first: keyturn check <panel>');
}

function testModeLook({ target }: Asked, observation: Observation | Look): Look {
  if (!isShown(observation)) return notRun(TEST_MODE, 'Nothing can be read back.');
  const { testMode } = observation;
  if (testMode === undefined) return unknown(TEST_MODE, 'This panel shows no such switch.');
  const evidence = `Test mode is ${testMode ? 'on' : 'off'}.`;
  if (testMode === (target.environment === 'test')) return seen(TEST_MODE, evidence);
  return failed(TEST_MODE, evidence, 'Mend it first: keyturn rotate --from-store');
}

async function checkLook({ parts: { panel }, target, options, signal }: Asked, question: typeof CHECK): Promise<Look> {
  if (!options.stored) return notRun(question, 'The store does not say who must answer.');
  if (panel.capabilities.check === 'none') return notRun(question, 'This panel cannot be made to ask the vendor.');
  try {
    await options.turn();
    const { resellerId } = options.stored;
    return toldBy(question, await panel.check(target, { resellerId, environment: target.environment }, signal));
  } catch (thrown) {
    return failedBy(question, thrown);
  }
}

function toldBy(question: typeof CHECK, check: PanelCheck): Look {
  const mend = 'See the cause with: keyturn check <panel>';
  switch (check.verdict) {
    case 'valid':
      return seen(question, check.detail);
    case 'rejected':
      return failed(question, check.detail, mend);
    case 'inconclusive':
      return unknown(question, check.detail, 'Run this again later.');
    case 'not-observable':
      return notRun(question, check.detail);
  }
}

interface Before {
  readonly same: Look;
  readonly testMode: Look;
  readonly check: Look;
}

async function writeLooks(asked: Asked, before: Before): Promise<readonly Look[]> {
  const why = whyNoWrite(asked, before);
  if (why !== undefined) return [WRITE, UNCHANGED, OTHERS, STILL].map((question) => notRun(question, why));
  return afterWriting(asked);
}

/** A value that is not known to be there already would be a change, and this list makes none. */
function whyNoWrite({ parts: { panel }, options }: Asked, { same, testMode, check }: Before): string | undefined {
  if (panel.capabilities.write === 'manual') return 'Only a person can write this panel.';
  if (!options.write) return 'Nothing is written unless asked for with --write.';
  if (testMode.state === 'failed') return 'The test mode is not what it should be, so writing would change it.';
  const isKnown = same.state === 'ok' || (panel.capabilities.readBack === 'none' && check.state === 'ok');
  return isKnown
    ? undefined
    : 'It is not certain that the panel holds what the store holds, so writing would change it.';
}

async function afterWriting(asked: Asked): Promise<readonly Look[]> {
  const { parts, target, signal } = asked;
  const before = await othersOf(asked);
  const written = await writeLook(asked);
  const after = await othersOf(asked);
  const observation = await observed({ ...asked, parts });
  const same = await sameLook(asked, observation);
  const unchanged: Look = { ...same, ...UNCHANGED, ...(same.state === 'unknown' && { state: 'failed' }) };
  const still = await checkLook({ parts, target, options: asked.options, signal }, STILL);
  return [written, unchanged, othersLook(before, after), still];
}

async function writeLook({ parts, target, options, signal }: Asked): Promise<Look> {
  const { stored, write, turn } = options;
  if (!stored || !write) return notRun(WRITE, 'There is nothing to write.');
  try {
    if (parts.panel.capabilities.asksVendorOnWrite) await turn();
    const { result } = await (parts.rewrite ?? parts.panel.apply)(target, stored, write, signal);
    return result === 'changed' ? seen(WRITE, 'Written.') : notRun(WRITE, 'Only a person can write this panel.');
  } catch (thrown) {
    return failedBy(WRITE, thrown);
  }
}

async function othersOf({ parts, target, signal }: Asked): Promise<string | Look | undefined> {
  try {
    return await parts.others?.(target, signal);
  } catch (thrown) {
    return failedBy(OTHERS, thrown);
  }
}

function othersLook(before: string | Look | undefined, after: string | Look | undefined): Look {
  if (typeof before === 'object') return before;
  if (typeof after === 'object') return after;
  if (before === undefined || after === undefined) {
    return unknown(
      OTHERS,
      'This panel shows no values.',
      "Compare the module's settings page with what it showed before.",
    );
  }
  if (before === after) return seen(OTHERS, 'Their fingerprint is the same before and after.');
  return failed(OTHERS, 'Some differ.', "Compare the module's settings page with your last backup, and report this.");
}
