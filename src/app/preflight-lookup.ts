import { toKeyturnError } from '../core/errors.ts';
import type { Binding, Fingerprint } from '../core/model.ts';
import type { Finding, PanelIntegration } from '../core/ports.ts';
import type { PanelCheck } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';
import { readCurrent } from './read-credential.ts';

/** One panel that preflight has looked at, and what it found there. */
export interface Looked {
  readonly panel: PanelIntegration;
  readonly binding: Binding;
  readonly found: readonly Finding[];
  /** The present key, for the pacer; undefined if there is none. */
  readonly key: Fingerprint | undefined;
}

/**
 * Has a connector look the account up with what its panel holds now, so that an address that is not authorised shows before the key
 * is regenerated and not after. Other panels find that out in their own preflight, or cannot. Where hundreds share one key and its
 * pace, only as many are asked as fit into `PATIENCE_MS`.
 */
export async function tryLookup(deps: AppDeps, looked: Looked, signal: AbortSignal): Promise<Finding[]> {
  const { panel, binding, found, key } = looked;
  const inTheWay = found.some(({ level }) => level === 'blocker');
  if (panel.capabilities.write !== 'connector' || key === undefined || inTheWay) return [];
  try {
    const account = deps.estate.account(binding.accountId, binding.environment);
    const { resellerId } = (await readCurrent(deps, account, signal)).credential;
    if (!(await turnInTime(deps, key, signal))) return [NOT_ASKED];
    const identity = { resellerId, environment: binding.environment };
    return [findingOfCheck(await deps.gate(() => panel.check(binding, identity, signal)))];
  } catch (thrown) {
    signal.throwIfAborted();
    const what = `The panel's own lookup could not be tried: ${toKeyturnError(thrown).safeMessage}`;
    return [{ level: 'warning', what, fix: LATER }];
  }
}

async function turnInTime(deps: AppDeps, key: Fingerprint, signal: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    await deps.pacer.turn(key, AbortSignal.any([signal, patience]));
    return true;
  } catch (thrown) {
    if (patience.aborted && !signal.aborted) return false;
    throw thrown;
  }
}

const PATIENCE_MS = 30_000;
const LATER = 'See what "keyturn check" says of this panel.';
const NOT_ASKED: Finding = {
  level: 'warning',
  what: "The panel's own lookup was not tried: many panels share this key and the vendor's pace.",
  fix: LATER,
};

function findingOfCheck(check: PanelCheck): Finding {
  if (check.verdict === 'valid') {
    return { level: 'ok', what: `The panel's own lookup works with what it holds now: ${check.detail}` };
  }
  if (check.verdict === 'rejected' && check.reason === 'address-not-allowed') {
    return {
      level: 'blocker',
      what: check.detail,
      fix: "Add the panel's address to the IP authorization settings at DomainNameAPI; no key would work from there.",
    };
  }
  return { level: 'warning', what: `With what the panel holds now: ${check.detail}`, fix: LATER };
}
