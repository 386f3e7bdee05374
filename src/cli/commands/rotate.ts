import type { Readiness } from '../../app/preflight.ts';
import { refuseIfRunning, rollOutCurrent, submitKey } from '../../app/submit-key.ts';
import type { Keyturn } from '../../compose.ts';
import type { RotationRecord } from '../../core/ledger.ts';
import type { AccountTarget, Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { followToEnd } from '../follow.ts';
import { createKeySource } from '../key-prompt.ts';
import { preflightAloud, readinessDocument, sayReadiness } from '../readiness-view.ts';
import { type Session, withKeyturn, withWorker } from '../session.ts';
import { actorOf, findAccount } from '../targets.ts';

export interface RotateOptions {
  readonly environment: Environment;
  readonly fromStore: boolean;
  readonly keyStdin: boolean;
  readonly resellerId?: string;
  readonly patienceSeconds: number;
}

/** `keyturn rotate`: preflight, take the key, fan out, prove, report. */
export async function rotate(session: Session, name: string | undefined, options: RotateOptions): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const account = findAccount(keyturn.deps.estate, name, options.environment);
    // Before anything else: who regenerates the key first and hears this afterwards has an outage.
    await refuseIfRunning(keyturn.deps, account);
    const readiness = await preflightAloud(session, keyturn, account);
    sayReadiness(session.output, readiness);
    if (!isReady(readiness, options)) {
      session.output.result({ outcome: 'FAILED', readiness: readinessDocument(readiness) });
      session.output.note('Nothing was changed. Mend what is marked, then run the same command again.');
      return EXIT.notProven;
    }
    return withWorker(session, keyturn, async (staying) => {
      const { rotationId } = await begin(session, keyturn, account, options);
      return followToEnd(session, keyturn, rotationId, { patienceSeconds: options.patienceSeconds, staying });
    });
  });
}

/** Rolling out what the store holds needs no right to write the store. */
function isReady(readiness: Readiness, { fromStore }: RotateOptions): boolean {
  if (!fromStore) return readiness.go;
  return !readiness.bindings.some(({ findings }) => findings.some(({ level }) => level === 'blocker'));
}

async function begin(
  { output, signal }: Session,
  { deps }: Keyturn,
  account: AccountTarget,
  options: RotateOptions,
): Promise<RotationRecord> {
  const actor = actorOf(process.env);
  if (options.fromStore) return rollOutCurrent(deps, { account, actor }, signal);
  output.note(
    'Regenerate the key at DomainNameAPI now: My Account > Reseller Settings > Integration Info. The old key dies at that moment.',
  );
  const keys = createKeySource({
    stdin: process.stdin,
    fromStdin: options.keyStdin,
    note: (text) => output.note(text),
  });
  const apiKey = await keys.receive(account, signal);
  const resellerId = options.resellerId === undefined ? {} : { resellerId: options.resellerId };
  return submitKey(deps, { account, apiKey, reason: 'requested', actor, ...resellerId }, signal);
}
