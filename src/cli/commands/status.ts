import { readProgress } from '../../app/follow-rotation.ts';
import { reportRotation, resultOf } from '../../app/rotation-report.ts';
import type { Keyturn } from '../../compose.ts';
import { EXIT } from '../exit-codes.ts';
import { exitCodeOfReport, progressLines, sayReport } from '../rotation-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { rotationIdOf } from '../targets.ts';
import { followToEnd } from './rotate.ts';

export interface StatusOptions {
  readonly follow: boolean;
  readonly limit: number;
  readonly patienceSeconds: number;
}

/** `keyturn status`: the latest rotations; with an id, the whole story of one. Changes nothing. */
export async function status(session: Session, id: string | undefined, options: StatusOptions): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    if (id === undefined) return list(session, keyturn, options.limit);
    if (options.follow) return followToEnd(session, keyturn, rotationIdOf(id), options.patienceSeconds);
    return tell(session, keyturn, id);
  });
}

async function list(session: Session, { deps, countWorkers }: Keyturn, limit: number): Promise<number> {
  const [rotations, workers] = await Promise.all([deps.ledger.rotations(limit), countWorkers()]);
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

async function tell(session: Session, { deps }: Keyturn, id: string): Promise<number> {
  const rotationId = rotationIdOf(id);
  const [progress, story] = await Promise.all([readProgress(deps, rotationId), deps.ledger.story(rotationId)]);
  for (const { at, what } of story) session.output.say(`${at}  ${what}`);
  for (const line of progressLines(progress)) session.output.say(line);
  const report = reportRotation(progress);
  sayReport(session.output, report);
  session.output.result({ ...report, story });
  return exitCodeOfReport(report);
}
