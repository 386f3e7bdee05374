import type { RotationProgress } from '../app/follow-rotation.ts';
import type { RotationReport } from '../app/rotation-report.ts';
import type { BindingOutcome } from '../core/rotation/outcome.ts';
import type { RotationState } from '../core/rotation/state.ts';
import { EXIT } from './exit-codes.ts';
import { type Output, paint } from './output.ts';
import { count } from './text.ts';

const STATE_TEXTS: Readonly<Record<RotationState, string>> = {
  staged: 'The key is in the store as pending; asking the vendor',
  verified: 'The vendor accepts the key; making it current in the store',
  promoted: 'The key is current in the store; planning the fan-out',
  applying: 'Writing to the panels',
  partial: 'Some bindings are not proven yet',
  failed: 'No panel is proven yet',
  proven: 'Every binding is proven',
  discarded: 'The vendor refused the key',
  stopped: 'Somebody else changed the store',
};

/** Rows shown one by one; a larger fan-out shows counts. */
const MAX_ROWS = 20;

export function progressLines({ rotation, bindings, outcomes, proven }: RotationProgress): string[] {
  const head = `${STATE_TEXTS[rotation.state]}${bindings.length > 0 ? ` (${proven} of ${bindings.length} proven)` : ''}`;
  if (bindings.length > MAX_ROWS) return [head];
  return [
    head,
    ...bindings.map((binding) => `  ${mark(outcomes.get(binding))} ${binding}  ${textOf(outcomes.get(binding))}`),
  ];
}

function mark(outcome: BindingOutcome | undefined): string {
  switch (outcome?.outcome) {
    case 'proven':
      return paint('green', '✔');
    case 'failed':
    case 'restored':
      return paint('red', '✖');
    case 'applied':
    case 'by-hand':
      return paint('yellow', '!');
    case 'writing':
    case 'written':
      return '…';
    case undefined:
      return '·';
  }
}

function textOf(outcome: BindingOutcome | undefined): string {
  return outcome ? describe(outcome) : 'waiting';
}

function describe(outcome: BindingOutcome): string {
  switch (outcome.outcome) {
    case 'writing':
      return 'being written';
    case 'written':
      return 'written, waiting for its check';
    case 'proven':
      return `proven by ${outcome.method}: ${outcome.detail}`;
    case 'applied':
      return `written, not proven: ${outcome.detail}`;
    case 'by-hand':
      return `by hand: ${outcome.detail}`;
    case 'restored':
      return outcome.detail;
    case 'failed':
      return describeFailure(outcome);
  }
}

function describeFailure({ retrying, detail, fix }: Extract<BindingOutcome, { outcome: 'failed' }>): string {
  return [`${retrying ? 'will be tried again' : 'needs you'}: ${detail}`, fix].filter(Boolean).join(' ');
}

export function exitCodeOfReport(report: RotationReport): number {
  switch (report.outcome) {
    case 'PROVEN':
      return EXIT.ok;
    case 'PARTIAL':
      return EXIT.partlyApplied;
    case 'FAILED':
      return EXIT.notProven;
    case 'RUNNING':
      return EXIT.tryAgain;
  }
}

const PREVIOUS_KEY_TEXTS: Readonly<Record<string, string>> = {
  dead: 'The previous key is dead: the vendor refuses it.',
  alive: 'WARNING: the previous key STILL WORKS. Regenerate it at DomainNameAPI, or find out why it lives.',
  unknown: 'Whether the previous key is dead could not be found out.',
};

const RUNNING_TEXTS: Partial<Readonly<Record<string, string>>> = {
  staged:
    'The vendor has given no usable answer about the new key yet. It waits in the store as pending; no panel was touched.',
  verified: 'The vendor accepts the new key; it is not current in the store yet, and no panel was touched.',
};

const STYLES = { PROVEN: 'green', PARTIAL: 'yellow', RUNNING: 'yellow', FAILED: 'red' } as const;

/** What came of a rotation, for people. `workers` is how many will still be there when this command has ended. */
export function sayReport(output: Output, report: RotationReport, workers: number): void {
  const { outcome, summary, rotation, reason, previousKey } = report;
  const endedEarly = reason !== null && outcome !== 'RUNNING';
  const how = endedEarly ? 'before any panel was touched' : howMany(summary);
  output.say();
  output.say(`${paint(['bold', STYLES[outcome]], outcome)}  ${how}  (rotation ${rotation})`);
  if (reason !== null) output.sayHung('', reason);
  const standing = outcome === 'RUNNING' ? RUNNING_TEXTS[report.state] : undefined;
  if (standing !== undefined) output.sayHung('', standing);
  const previous = PREVIOUS_KEY_TEXTS[previousKey ?? 'none'];
  if (previous !== undefined) output.say(previous);
  for (const { panel, account, environment } of report.bindings.filter(({ status }) => NEEDS_A_WORD.has(status))) {
    output.say(`When ${panel} works: keyturn confirm ${rotation} ${panel}/${account}/${environment}`);
  }
  if (goesOn(report)) sayHowItGoesOn(output, rotation, workers);
}

function howMany({ proven = 0, total = 0 }: RotationReport['summary']): string {
  return `${proven} of ${count(total, 'binding')} proven`;
}

/** Written or to be written by hand, and only a person can say that it works. */
const NEEDS_A_WORD: ReadonlySet<string> = new Set(['by-hand', 'applied']);

/** Whether a worker still has something to do for it. */
function goesOn({ outcome, state, bindings }: RotationReport): boolean {
  if (outcome === 'RUNNING') return true;
  const isSettled = state === 'partial' || state === 'failed';
  return isSettled && bindings.some(({ status }) => status !== 'proven' && !NEEDS_A_WORD.has(status));
}

function sayHowItGoesOn(output: Output, rotation: string, workers: number): void {
  const watch = `keyturn status ${rotation} --follow`;
  if (workers > 0) {
    output.say(`A worker goes on with it; watch it with: ${watch}`);
    return;
  }
  output.say('Nothing is lost, but no worker is running that would go on with it.');
  output.say(`Start one with: keyturn worker   and watch it with: ${watch}`);
}
