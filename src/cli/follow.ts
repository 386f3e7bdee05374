import { followRotation, type RotationProgress } from '../app/follow-rotation.ts';
import { type RotationReport, reportRotation } from '../app/rotation-report.ts';
import type { Keyturn } from '../compose.ts';
import { KeyturnError } from '../core/errors.ts';
import type { RotationId } from '../core/model.ts';
import { exitCodeOfReport, progressLines, sayReport } from './rotation-view.ts';
import type { Session } from './session.ts';

export interface FollowUntil {
  readonly patienceSeconds: number;
  /** Workers that will still be there when this command has ended. */
  readonly staying: number;
}

/** Shows a rotation until its result stands, prints the report, and gives the exit code. */
export async function followToEnd(
  session: Session,
  keyturn: Keyturn,
  id: RotationId,
  { patienceSeconds, staying }: FollowUntil,
): Promise<number> {
  const { output, signal } = session;
  function onProgress(progress: RotationProgress): Promise<void> {
    return output.progress(progressLines(progress));
  }
  const progress = await followRotation(keyturn.deps, id, { patienceMs: patienceSeconds * 1_000, onProgress }, signal)
    .catch((error: unknown) => {
      throw signal.aborted ? stoppedWatching(id) : error;
    })
    .finally(() => output.progressDone({ clear: true }));
  const report = await readReport(keyturn, progress);
  for (const line of progressLines(progress)) output.sayLine(line);
  sayReport(output, report, staying);
  output.result(report);
  return exitCodeOfReport(report);
}

/** The report of a rotation, with the reason if it ended early. */
export async function readReport({ deps }: Keyturn, progress: RotationProgress): Promise<RotationReport> {
  return reportRotation(progress, await deps.ledger.story(progress.rotation.rotationId));
}

function stoppedWatching(id: RotationId): KeyturnError {
  return new KeyturnError('ABORTED', `Stopped before rotation ${id} was done.`, {
    untouched: 'What is done is recorded, and nothing is lost.',
    fix: `A worker goes on with it (keyturn worker); watch it with: keyturn status ${id} --follow`,
  });
}
