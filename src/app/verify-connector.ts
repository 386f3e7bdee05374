import { KeyturnError } from '../core/errors.ts';
import type { Binding, PanelId } from '../core/model.ts';
import type { Observation } from '../core/observation.ts';
import { holdsConnector, type Look } from '../core/panel-looks.ts';
import type { PanelIntegration } from '../core/ports.ts';
import type { PanelCheck } from '../core/verdict.ts';
import { bindingsOf, lookFailed, type PanelLook, turnOf } from './binding-looks.ts';
import type { AppDeps } from './deps.ts';
import { readCurrent } from './read-credential.ts';

/**
 * Proves that the connector inside a panel is installed, paired and able to do its work, down to a balance lookup from the panel's
 * own address with what it has stored. Changes nothing. Throws CAPABILITY_MISSING for a panel that is not reached by a connector.
 */
export async function* verifyConnector(
  deps: AppDeps,
  panelId: PanelId,
  signal: AbortSignal,
): AsyncGenerator<PanelLook> {
  const panel = await deps.panel(panelId);
  if (!holdsConnector(panel)) throw noConnector(panelId);
  let met = true;
  for await (const look of panel.verifyConnector(signal)) {
    if (look.state === 'not-run') met = false;
    yield look;
  }
  for (const binding of bindingsOf(deps, panelId)) {
    const looks = [observeLook, checkLook] as const;
    for (const look of looks) yield { ...(await look({ deps, panel, binding, met, signal })), binding };
  }
}

interface Asked {
  readonly deps: AppDeps;
  readonly panel: PanelIntegration;
  readonly binding: Binding;
  readonly met: boolean;
  readonly signal: AbortSignal;
}

const NOT_MET = { state: 'not-run', evidence: 'The connector was not met.' } as const;

async function observeLook({ panel, binding, met, signal }: Asked): Promise<Look> {
  const question = { id: 'observe', what: 'The stored credential can be compared without leaving the panel' };
  if (!met) return { ...question, ...NOT_MET };
  try {
    const observation = await panel.observe(binding, signal);
    if (observation.state === 'unobservable') return { ...question, state: 'failed', evidence: observation.reason };
    return { ...question, state: 'ok', evidence: shapesOf(observation) };
  } catch (thrown) {
    return lookFailed(question, thrown, signal);
  }
}

function shapesOf({ username, password }: Extract<Observation, { state: 'observed' }>): string {
  const shapes = Object.entries({ username, password }).flatMap(([field, facts]) =>
    facts ? [`${field}: ${facts.shape}, ${facts.length} characters`] : [],
  );
  return `${shapes.join('; ')}.`;
}

async function checkLook({ deps, panel, binding, met, signal }: Asked): Promise<Look> {
  const question = { id: 'check', what: 'The panel can ask the vendor with what it has stored' };
  if (!met) return { ...question, ...NOT_MET };
  try {
    const account = deps.estate.account(binding.accountId, binding.environment);
    const { credential } = await readCurrent(deps, account, signal);
    await turnOf(deps, credential, signal)();
    const expected = { resellerId: credential.resellerId, environment: binding.environment };
    return { ...question, ...answerOf(await panel.check(binding, expected, signal), binding) };
  } catch (thrown) {
    return lookFailed(question, thrown, signal);
  }
}

/** A vendor that answers the panel proves the way there, whatever it thinks of the key; that is told as it is. */
function answerOf(check: PanelCheck, { panelId }: Binding): Pick<Look, 'state' | 'evidence' | 'fix' | 'code'> {
  switch (check.verdict) {
    case 'valid':
      return { state: 'ok', evidence: `Valid: ${check.detail}` };
    case 'rejected': {
      const evidence = `Rejected: ${check.detail}`;
      if (check.reason !== 'address-not-allowed')
        return { state: 'ok', evidence, fix: `See what it holds and how to mend it: keyturn check ${panelId}` };
      const fix = "Add the panel's address to the IP authorization settings at DomainNameAPI.";
      return { state: 'failed', evidence, fix, code: 'ADDRESS_NOT_ALLOWED' };
    }
    case 'inconclusive':
      return { state: 'failed', evidence: check.detail, fix: 'Run this again later.', code: 'UPSTREAM_UNAVAILABLE' };
    case 'not-observable':
      return { state: 'not-run', evidence: check.detail };
  }
}

function noConnector(panelId: PanelId): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `Panel ${panelId} is not reached through a connector.`, {
    fix: `If there is one for its kind, this says how to get it: keyturn connector build ${panelId}`,
    untouched: 'Nothing was sent.',
  });
}
