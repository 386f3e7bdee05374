import { preflight } from '../../app/preflight.ts';
import type { Environment } from '../../core/model.ts';
import { EXIT } from '../exit-codes.ts';
import { readinessDocument, sayReadiness } from '../readiness-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { findAccount } from '../targets.ts';

/** `keyturn plan`: everything that a rotation would need, tried without changing anything. GO is 0, NO-GO is 4. */
export async function plan(
  session: Session,
  name: string | undefined,
  options: { readonly environment: Environment },
): Promise<number> {
  return withKeyturn(session, async ({ deps }) => {
    const readiness = await preflight(deps, findAccount(deps.estate, name, options.environment), session.signal);
    sayReadiness(session.output, readiness);
    session.output.result(readinessDocument(readiness));
    if (readiness.go) session.output.say(`Next: keyturn rotate ${readiness.account.accountId}`);
    return readiness.go ? EXIT.ok : EXIT.notProven;
  });
}
