import { followRotation, type RotationProgress } from '../../app/follow-rotation.ts';
import { preflight } from '../../app/preflight.ts';
import { reportRotation } from '../../app/rotation-report.ts';
import { rollOutCurrent, submitKey } from '../../app/submit-key.ts';
import type { Keyturn } from '../../compose.ts';
import type { RotationRecord } from '../../core/ledger.ts';
import type { AccountTarget, Environment, RotationId } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { createKeySource } from '../key-prompt.ts';
import { readinessDocument, sayReadiness } from '../readiness-view.ts';
import { exitCodeOfReport, progressLines, sayReport } from '../rotation-view.ts';
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
    const readiness = await preflight(keyturn.deps, account, session.signal);
    sayReadiness(session.output, readiness);
    if (!isReady(readiness, options)) {
      session.output.result({ outcome: 'FAILED', readiness: readinessDocument(readiness) });
      session.output.note('Nothing was changed. Mend what is marked, then run the same command again.');
      return EXIT.notProven;
    }
    return withWorker(session, keyturn, async () => {
      const rotation = await begin(session, keyturn, account, options);
      return followToEnd(session, keyturn, rotation.rotationId, options.patienceSeconds);
    });
  });
}

/** Rolling out what the store holds needs no right to write the store. */
function isReady(readiness: Awaited<ReturnType<typeof preflight>>, { fromStore }: RotateOptions): boolean {
  if (!fromStore) return readiness.go;
  return !readiness.bindings.some(({ findings }) => findings.some(({ level }) => level === 'blocker'));
}

async function begin(
  session: Session,
  { deps }: Keyturn,
  account: AccountTarget,
  options: RotateOptions,
): Promise<RotationRecord> {
  const actor = actorOf(process.env);
  if (options.fromStore) return rollOutCurrent(deps, { account, actor }, session.signal);
  session.output.note(
    'Regenerate the key at DomainNameAPI now: My Account > Reseller Settings > Integration Info. The old key dies at that moment.',
  );
  const keys = createKeySource({ stdin: process.stdin, fromStdin: options.keyStdin });
  const apiKey = await keys.receive(account, session.signal);
  const resellerId = options.resellerId === undefined ? {} : { resellerId: options.resellerId };
  return submitKey(deps, { account, apiKey, reason: 'requested', actor, ...resellerId }, session.signal);
}

/** Shows a rotation until its result stands, prints the report, and gives the exit code. */
export async function followToEnd(
  session: Session,
  { deps }: Keyturn,
  id: RotationId,
  patienceSeconds: number,
): Promise<number> {
  const onProgress = (progress: RotationProgress): Promise<void> => session.output.progress(progressLines(progress));
  const progress = await followRotation(
    deps,
    id,
    { patienceMs: patienceSeconds * 1_000, onProgress },
    session.signal,
  ).finally(() => session.output.progressDone());
  const report = reportRotation(progress);
  sayReport(session.output, report);
  session.output.result(report);
  return exitCodeOfReport(report);
}
