import type { RotationRecord, StoryLine } from '../core/ledger.ts';
import type { BindingId } from '../core/model.ts';
import type { BindingOutcome } from '../core/rotation/outcome.ts';
import type { RotationProgress } from './follow-rotation.ts';

export type RotationResult = 'PROVEN' | 'PARTIAL' | 'FAILED' | 'RUNNING';

/** How the story line of what holds a rotation up begins. */
export const HELD_UP = 'Held up: ';

/** One binding of a rotation, in the shape that `keyturn check --json` uses (docs/json-output.md). */
interface RotatedBinding {
  readonly panel: string;
  readonly account: string;
  readonly environment: string;
  readonly status: BindingOutcome['outcome'] | 'waiting';
  readonly drift: readonly string[];
  readonly cause: string | null;
  readonly fix: string | null;
  readonly evidence: readonly string[];
  readonly checkedAt: string | null;
}

/** What `keyturn rotate --json` prints. */
export interface RotationReport {
  readonly outcome: RotationResult;
  readonly rotation: string;
  readonly account: string;
  readonly environment: string;
  readonly state: string;
  /** Why it ended before any panel was touched, or what holds it up now; null if neither. */
  readonly reason: string | null;
  readonly previousKey: string | null;
  readonly bindings: readonly RotatedBinding[];
  readonly summary: Readonly<Record<string, number>>;
}

export function resultOf(rotation: RotationRecord): RotationResult {
  switch (rotation.state) {
    case 'proven':
      return 'PROVEN';
    case 'partial':
      return 'PARTIAL';
    case 'failed':
    case 'discarded':
    case 'stopped':
      return 'FAILED';
    case 'staged':
    case 'verified':
    case 'promoted':
    case 'applying':
      return 'RUNNING';
  }
}

/** `story` is needed for the reason of an early end or of a standstill, and for nothing else. */
export function reportRotation(progress: RotationProgress, story: readonly StoryLine[]): RotationReport {
  const { rotation, bindings, outcomes } = progress;
  const rotated = bindings.map((binding) => rotatedBinding(binding, outcomes.get(binding)));
  const summary: Record<string, number> = { total: bindings.length, proven: 0 };
  for (const { status } of rotated) summary[status] = (summary[status] ?? 0) + 1;
  return {
    outcome: resultOf(rotation),
    rotation: rotation.rotationId,
    account: rotation.accountId,
    environment: rotation.environment,
    state: rotation.state,
    reason: reasonOf(rotation, story.at(-1)?.what),
    previousKey: rotation.previousKey ?? null,
    bindings: rotated,
    summary,
  };
}

/** A line about what goes on follows as soon as it does, so only the last one can say what holds it up. */
function reasonOf(rotation: RotationRecord, last = ''): string | null {
  const endedEarly = rotation.state === 'discarded' || rotation.state === 'stopped';
  const isHeldUp = resultOf(rotation) === 'RUNNING' && last.startsWith(HELD_UP);
  return (endedEarly || isHeldUp) && last !== '' ? last : null;
}

function rotatedBinding(id: BindingId, outcome: BindingOutcome | undefined): RotatedBinding {
  const [panel = '', account = '', environment = ''] = id.split('/');
  return {
    panel,
    account,
    environment,
    status: outcome?.outcome ?? 'waiting',
    drift: [],
    ...reasons(outcome),
    checkedAt: outcome?.at ?? null,
  };
}

function reasons(outcome: BindingOutcome | undefined): Pick<RotatedBinding, 'cause' | 'fix' | 'evidence'> {
  const none = { cause: null, fix: null, evidence: [] };
  if (!outcome) return none;
  switch (outcome.outcome) {
    case 'writing':
    case 'written':
      return none;
    case 'proven':
      return { cause: null, fix: null, evidence: [`${outcome.method}: ${outcome.detail}`] };
    case 'failed':
      return failure(outcome);
    case 'by-hand':
      return { cause: 'Only a person can enter the key in this panel.', fix: outcome.detail, evidence: [] };
    case 'applied':
    case 'restored':
      return { cause: outcome.detail, fix: null, evidence: [outcome.detail] };
  }
}

function failure({ code, detail, fix }: Extract<BindingOutcome, { outcome: 'failed' }>): ReturnType<typeof reasons> {
  return { cause: detail, fix: fix ?? null, evidence: [`${code}: ${detail}`] };
}
