import { lostAnswer, transportFault } from '../shared/faults.ts';
import { count } from '../shared/hash.ts';
import { type Outcome, page, type WebRequest } from '../shared/web.ts';
import { operationOf } from './letter.ts';
import { hostOf, type Panel } from './panel.ts';
import type { FaultMode } from './panel-config.ts';

/**
 * One call to a panel's own API, by the name that switches and counters know it by. A failure that is switched on for it comes
 * instead of the answer, or instead of an answer that was on its way.
 */
export async function answerCall(
  panel: Panel,
  name: string,
  answer: (mode: FaultMode) => Promise<Outcome> | Outcome,
): Promise<Outcome> {
  const action = name.toLowerCase();
  count(panel.actions, action);
  const fault = panel.faults.take(action);
  const mode = fault?.mode ?? 'none';
  const broken = pageOf(mode) ?? (await transportFault(fault));
  if (broken !== undefined) return broken;
  const outcome = await answer(mode);
  return lostAnswer(mode) ?? outcome;
}

function pageOf(mode: FaultMode): Outcome | undefined {
  if (mode === '403') return page(403, '403 Forbidden');
  if (mode === 'login-page') return page(200, 'Sign in');
  return mode === 'maintenance' ? page(503, 'Down for maintenance') : undefined;
}

/** The name of a call that carries this letter. */
export function letterName(letter: string): string {
  return operationOf(letter);
}

/** Hands a letter to the panel's connector and gives the reply letter. Undefined: none is installed. */
export async function carryLetter(
  panel: Panel,
  letter: string,
  request: WebRequest,
  mode: FaultMode,
): Promise<string | undefined> {
  const { connector: config } = panel.config;
  if (!config) return undefined;
  const visit = { path: request.path, https: false, caller: request.address, server: panel.address };
  return panel.connector.answer(letter, visit, { host: hostOf(panel, mode), config });
}
