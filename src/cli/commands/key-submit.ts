import { refuseIfRunning, submitKey } from '../../app/submit-key.ts';
import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { followToEnd } from '../follow.ts';
import { createKeySource } from '../key-prompt.ts';
import { type Session, withKeyturn, withWorker } from '../session.ts';
import { actorOf, findAccount } from '../targets.ts';

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
    await refuseIfRunning(keyturn.deps, account);
    const keys = createKeySource({ stdin: process.stdin, fromStdin: false, note: (text) => session.output.note(text) });
    const apiKey = await keys.receive(account, session.signal);
    const resellerId = options.resellerId === undefined ? {} : { resellerId: options.resellerId };
    const submission = { account, apiKey, reason: 'requested', actor: actorOf(process.env), ...resellerId } as const;
    const { rotationId, state } = await submitKey(keyturn.deps, submission, session.signal);
    if (options.follow) {
      const { patienceSeconds } = options;
      return withWorker(session, keyturn, (staying) =>
        followToEnd(session, keyturn, rotationId, { patienceSeconds, staying }),
      );
    }
    const workers = await keyturn.countWorkers();
    session.output.say(`The key is in the store as pending; rotation ${rotationId} is queued.`);
    session.output.say(
      workers > 0
        ? `Follow it with: keyturn status ${rotationId} --follow`
        : `No worker is running, so nothing happens yet. Start one with: keyturn worker   then: keyturn status ${rotationId} --follow`,
    );
    session.output.result({ rotation: rotationId, state, workers });
    return EXIT.ok;
  });
}
