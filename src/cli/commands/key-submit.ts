import { submitKey } from '../../app/submit-key.ts';
import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { createKeySource } from '../key-prompt.ts';
import { type Session, withKeyturn, withWorker } from '../session.ts';
import { actorOf, findAccount } from '../targets.ts';
import { followToEnd } from './rotate.ts';

export interface KeySubmitOptions {
  readonly environment: Environment;
  readonly follow: boolean;
  readonly resellerId?: string;
  readonly patienceSeconds: number;
}

/** `keyturn key submit`: take a new key, store it as pending and queue its rotation, without a preflight. */
export async function keySubmit(
  session: Session,
  name: string | undefined,
  options: KeySubmitOptions,
): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const account = findAccount(keyturn.deps.estate, name, options.environment);
    const apiKey = await createKeySource({ stdin: process.stdin, fromStdin: false }).receive(account, session.signal);
    const resellerId = options.resellerId === undefined ? {} : { resellerId: options.resellerId };
    const submission = { account, apiKey, reason: 'requested', actor: actorOf(process.env), ...resellerId } as const;
    const { rotationId, state } = await submitKey(keyturn.deps, submission, session.signal);
    if (options.follow) {
      return withWorker(session, keyturn, () => followToEnd(session, keyturn, rotationId, options.patienceSeconds));
    }
    const workers = await keyturn.countWorkers();
    session.output.say(`The key is in the store as pending; rotation ${rotationId} is queued.`);
    session.output.say(
      workers > 0
        ? `Follow it with: keyturn status ${rotationId} --follow`
        : 'No worker is running; start one with: keyturn worker',
    );
    session.output.result({ rotation: rotationId, state, workers });
    return EXIT.ok;
  });
}
