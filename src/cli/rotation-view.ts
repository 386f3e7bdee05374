import type { RotationProgress } from '../app/follow-rotation.ts';
import type { RotationReport } from '../app/rotation-report.ts';
import type { BindingOutcome } from '../core/rotation/outcome.ts';
import type { RotationState } from '../core/rotation/state.ts';
import { EXIT } from './exit-codes.ts';
import { type Output, paint } from './output.ts';

const STATE_TEXTS: Readonly<Record<RotationState, string>> = {
  staged: 'The key is in the store as pending; asking the vendor',
  verified: 'The vendor accepts the key; making it current in the store',
  promoted: 'The key is current in the store; planning the fan-out',
  applying: 'Writing to the panels',
  partial: 'Some bindings are not proven yet',
  failed: 'No binding is proven yet',
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
    ...bindings.map((binding) => `  ${mark(outcomes.get(binding))} ${binding}  ${describe(outcomes.get(binding))}`),
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

function describe(outcome: BindingOutcome | undefined): string {
  if (!outcome) return 'waiting';
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
      return `${outcome.retrying ? 'will be tried again' : 'needs you'}: ${outcome.detail}${outcome.fix ? ` ${outcome.fix}` : ''}`;
  }
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

/** The final lines of a rotation, for people. */
export function sayReport(output: Output, report: RotationReport): void {
  const { outcome, summary, rotation } = report;
  const style = outcome === 'PROVEN' ? 'green' : outcome === 'FAILED' ? 'red' : 'yellow';
  output.say();
  output.say(
    `${paint(['bold', style], outcome)}  ${summary['proven'] ?? 0} of ${summary['total'] ?? 0} bindings proven  (rotation ${rotation})`,
  );
  const previous = report.previousKey === null ? undefined : PREVIOUS_KEY_TEXTS[report.previousKey];
  if (previous) output.say(previous);
  for (const binding of report.bindings.filter(({ status }) => status === 'by-hand' || status === 'applied')) {
    output.say(
      `When ${binding.panel} works: keyturn confirm ${rotation} ${binding.panel}/${binding.account}/${binding.environment}`,
    );
  }
  if (outcome === 'PARTIAL' || outcome === 'RUNNING')
    output.say(`Workers go on with it; look again with: keyturn status ${rotation} --follow`);
}
