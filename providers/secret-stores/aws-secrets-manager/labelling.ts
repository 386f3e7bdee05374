import { KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { AwsClient } from './client.ts';
import { LABELS, type Labels, readLabels } from './labels.ts';

/** Pauses before looking again: AWS may need a moment until a write shows. */
const LOOK_AGAIN_MS = [150, 500, 1500];

type Goal = (labels: Labels) => boolean;

export interface LabelMove {
  readonly stage: Stage;
  readonly from?: VersionId | undefined;
  readonly to?: VersionId | undefined;
}

/** The staging labels of one secret, and the one way to change them: write, then look whether it came to be. */
export interface Labelling {
  /** Undefined if there is no such secret. Throws SECRET_NOT_FOUND, with the way back, for one that is scheduled for deletion. */
  read(): Promise<Labels | undefined>;
  /**
   * Sends a write and resolves once `goal` holds. What the write answered is not decisive: a call that timed out may have taken
   * effect, and one that was accepted may not. Throws what the write threw, or UNEXPECTED_RESPONSE when AWS accepted it and
   * nothing is there.
   */
  write(send: () => Promise<unknown>, goal: Goal): Promise<void>;
  /** Moves one label under the same rule. */
  move(move: LabelMove, goal: Goal): Promise<void>;
}

export function createLabelling(client: AwsClient, clock: Clock, name: string, signal: AbortSignal): Labelling {
  async function read(): Promise<Labels | undefined> {
    const found = await client.find(signal, (sdk, options) => sdk.describeSecret({ SecretId: name }, options));
    if (found?.DeletedDate !== undefined) throw deleted();
    return found && readLabels(found.VersionIdsToStages);
  }

  async function reaches(goal: Goal, pauses: readonly number[]): Promise<boolean> {
    if (goal((await read()) ?? {})) return true;
    for (const pause of pauses) {
      await clock.sleep(pause, signal);
      if (goal((await read()) ?? {})) return true;
    }
    return false;
  }

  async function write(send: () => Promise<unknown>, goal: Goal): Promise<void> {
    const refusal = await refusalOf(send);
    if (refusal === undefined) {
      if (!(await reaches(goal, LOOK_AGAIN_MS))) throw notWritten();
    } else if (refusal.code === 'ABORTED' || !(await reaches(goal, []).catch(() => false))) {
      throw refusal;
    }
  }

  return {
    read,
    write,
    move({ stage, from, to }, goal) {
      const input = {
        SecretId: name,
        VersionStage: LABELS[stage],
        ...(from !== undefined && { RemoveFromVersionId: from }),
        ...(to !== undefined && { MoveToVersionId: to }),
      };
      return write(() => client.call(signal, (sdk, options) => sdk.updateSecretVersionStage(input, options)), goal);
    },
  };
}

async function refusalOf(send: () => Promise<unknown>): Promise<KeyturnError | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    return toKeyturnError(error);
  }
}

function deleted(): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', 'The secret is scheduled for deletion in AWS.', {
    fix: 'Bring it back with `aws secretsmanager restore-secret`.',
    untouched: 'The secret was not changed.',
  });
}

function notWritten(): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', 'AWS Secrets Manager accepted a write that then was not there.', {
    fix: 'Run the same command again; if it stays, look at the secret with `aws secretsmanager describe-secret`.',
  });
}
