import type { KeyturnProcess } from './crash-process.ts';
import type { CrashWorld, Turn } from './crash-world.ts';

/** A rotation must be proven within this time after a kill, whatever the moment: BullMQ's defaults would take a minute and more. */
export const RECOVERED_WITHIN_MS = 15_000;

/** One recovery, in milliseconds. */
export interface Recovery {
  readonly what: string;
  /** From the kill to the moment when the rotation was proven. */
  readonly took: number;
  /** What an undisturbed worker would still have needed at the kill. */
  readonly ideal: number;
}

/** Kills from outside and starts the successor at once; resolves when the dead one is gone. */
export async function replace(world: CrashWorld, worker: KeyturnProcess): Promise<KeyturnProcess> {
  worker.signal('SIGKILL');
  const successor = world.worker();
  await worker.ended;
  return successor;
}

/** The median time of undisturbed rotations from submission to proven. The worker must be ready. */
export async function measureUndisturbed(world: CrashWorld, times: number): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const turn = await world.turn();
    took.push((await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS)) - turn.at);
  }
  return median(took);
}

/** Waits until the rotation is proven and tells how long that took from the kill. */
export async function recovery(
  world: CrashWorld,
  turn: Turn,
  { what, killedAt, undisturbed }: { readonly what: string; readonly killedAt: number; readonly undisturbed: number },
): Promise<Recovery> {
  const provenAt = await world.reaches(turn, ['proven'], RECOVERED_WITHIN_MS);
  return { what, took: provenAt - killedAt, ideal: Math.max(0, undisturbed - (killedAt - turn.at)) };
}

/** What came on top of the ideal, one line a recovery and the median and maximum of all. For people to read. */
export function describeRecoveries(recoveries: readonly Recovery[]): string {
  const tails = recoveries.map(({ took, ideal }) => took - ideal);
  const lines = recoveries.map(({ what, took, ideal }) => {
    const parts = [`took ${Math.round(took)}`, `ideal ${Math.round(ideal)}`, `tail ${Math.round(took - ideal)} ms`];
    return `  ${what.padEnd(44)} ${parts.join(', ')}`;
  });
  const summary = `tail: median ${Math.round(median(tails))} ms, most ${Math.round(Math.max(...tails))} ms, of ${tails.length}`;
  return [...lines, summary].join('\n');
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
