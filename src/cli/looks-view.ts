import type { PanelLook } from '../app/binding-looks.ts';
import { KeyturnError } from '../core/errors.ts';
import type { LookState } from '../core/panel-looks.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { type Output, paint } from './output.ts';

const MARKS: Readonly<Record<LookState, string>> = { ok: '✔', failed: '✖', unknown: '?', 'not-run': '-' };
const STYLES = { ok: 'green', failed: 'red', unknown: 'yellow', 'not-run': 'dim' } as const;

/** Shows every look as it comes; gives them all. Looks about one binding stand below its name. */
export async function sayLooks(output: Output, looks: AsyncIterable<PanelLook>): Promise<readonly PanelLook[]> {
  const seen: PanelLook[] = [];
  for await (const look of looks) {
    const { binding, state, what, evidence, fix } = look;
    if (binding && binding !== seen.at(-1)?.binding) output.say(binding.bindingId);
    output.sayHung(`${MARKS[state]} `, what, STYLES[state]);
    const isRepeated = state === 'not-run' && evidence === seen.at(-1)?.evidence;
    if (evidence !== 'Yes.' && !isRepeated) output.sayHung('    ', evidence);
    if (fix !== undefined) output.sayHung('    fix  ', fix);
    seen.push(look);
  }
  output.say(summaryOf(seen));
  return seen;
}

function summaryOf(looks: readonly PanelLook[]): string {
  const parts = Object.entries(countsOf(looks)).filter(([, count]) => count > 0);
  const good = looks.every(({ state }) => state !== 'failed');
  return paint(['bold', good ? 'green' : 'red'], parts.map(([state, count]) => `${count} ${state}`).join(', '));
}

function countsOf(looks: readonly PanelLook[]): Record<LookState, number> {
  const counts = { ok: 0, failed: 0, unknown: 0, 'not-run': 0 };
  for (const { state } of looks) counts[state] += 1;
  return counts;
}

/** The same as data, for `--json`. */
export function looksDocument(panel: string, looks: readonly PanelLook[]): object {
  return {
    panel,
    looks: looks.map(({ binding, id, what, state, evidence, fix = null, code = null }) => ({
      id,
      binding: binding?.bindingId ?? null,
      what,
      state,
      evidence,
      fix,
      code,
    })),
    summary: countsOf(looks),
  };
}

/** 0 if nothing failed; else the code of the first failure's error, or 4. */
export function exitCodeOfLooks(looks: readonly PanelLook[]): number {
  const first = looks.find(({ state }) => state === 'failed');
  if (!first) return EXIT.ok;
  return first.code === undefined ? EXIT.notProven : exitCodeOf(new KeyturnError(first.code, first.evidence));
}
