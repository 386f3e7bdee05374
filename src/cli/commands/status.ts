import { readProgress } from '../../app/follow-rotation.ts';
import { resultOf } from '../../app/rotation-report.ts';
import type { Keyturn } from '../../compose.ts';
import { EXIT } from '../exit-codes.ts';
import { followToEnd, readReport } from '../follow.ts';
import { exitCodeOfReport, progressLines, sayReport } from '../rotation-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { rotationIdOf } from '../targets.ts';

export interface StatusOptions {
  readonly follow: boolean;
  readonly limit: number;
  readonly patienceSeconds: number;
}

/** `keyturn status`: the latest rotations; with an id, the whole story of one. Changes nothing. */
export async function status(session: Session, id: string | undefined, options: StatusOptions): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    if (id === undefined) return list(session, keyturn, options.limit);
    const staying = await keyturn.countWorkers();
    if (!options.follow) return tell(session, keyturn, id, staying);
    return followToEnd(session, keyturn, rotationIdOf(id), { patienceSeconds: options.patienceSeconds, staying });
  });
}

async function list(session: Session, keyturn: Keyturn, limit: number): Promise<number> {
  const [rotations, workers] = await Promise.all([keyturn.deps.ledger.rotations(limit), keyturn.countWorkers()]);
  session.output.say(workers > 0 ? `Workers alive: ${workers}` : 'No worker is alive; start one with: keyturn worker');
  if (rotations.length === 0) session.output.say('No rotation yet. Begin with: keyturn plan');
  for (const rotation of rotations) {
    const { openedAt, rotationId, accountId, environment, reason } = rotation;
    session.output.say(`${openedAt}  ${rotationId}  ${accountId} (${environment})  ${resultOf(rotation)}  ${reason}`);
  }
  session.output.result({
    workers,
    rotations: rotations.map((rotation) => ({ ...rotation, outcome: resultOf(rotation) })),
  });
  return EXIT.ok;
}

async function tell(session: Session, keyturn: Keyturn, id: string, staying: number): Promise<number> {
  const rotationId = rotationIdOf(id);
  const [progress, story] = await Promise.all([
    readProgress(keyturn.deps, rotationId),
    keyturn.deps.ledger.story(rotationId),
  ]);
  for (const { at, what } of story) session.output.say(`${at}  ${what}`);
  for (const line of progressLines(progress)) session.output.sayLine(line);
  const report = await readReport(keyturn, progress);
  sayReport(session.output, report, staying);
  session.output.result({ ...report, story });
  return exitCodeOfReport(report);
}
