import { KeyturnError } from '../../../src/core/errors.ts';
import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { writeAndLook } from '../../shared/write-and-look.ts';
import type { AwsClient } from './client.ts';
import { LABELS, type Labels, readLabels } from './labels.ts';

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
  /** Sends a write and resolves once `goal` holds, by the rule of `writeAndLook`. */
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

  function write(send: () => Promise<unknown>, goal: Goal): Promise<void> {
    return writeAndLook({ send, reached: async () => goal((await read()) ?? {}), notWritten }, clock, signal);
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
