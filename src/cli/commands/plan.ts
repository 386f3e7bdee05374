import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { preflightAloud, readinessDocument, sayReadiness } from '../readiness-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { findAccount } from '../targets.ts';

/** `keyturn plan`: everything that a rotation would need, tried without changing anything. GO is 0, NO-GO is 4. */
export async function plan(
  session: Session,
  name: string | undefined,
  options: { readonly environment: Environment },
): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const account = findAccount(keyturn.deps.estate, name, options.environment);
    const readiness = await preflightAloud(session, keyturn, account);
    sayReadiness(session.output, readiness);
    session.output.result(readinessDocument(readiness));
    const { accountId, environment } = account;
    const next = `keyturn rotate ${accountId}${environment === 'live' ? '' : ` --environment ${environment}`}`;
    session.output.say(readiness.go ? `Next: ${next}` : 'Nothing was changed. Mend what is marked, then plan again.');
    return readiness.go ? EXIT.ok : EXIT.notProven;
  });
}
