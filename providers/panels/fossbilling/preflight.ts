import type { Finding } from '../../../src/core/ports.ts';
import type { AccountIdentity } from '../../../src/core/verdict.ts';
import { blocker, findingOf, ok, warning } from '../../shared/findings.ts';
import { checkByLookup } from './check.ts';
import type { FossbillingBinding } from './options.ts';
import { findRegistrar, MENU_PATH, missingSettings } from './registrar.ts';
import type { Registrar } from './schema.ts';
import type { Fossbilling } from './transport.ts';

/** Everything about one FOSSBilling that can be found out without writing. Failures become findings; only an abort is thrown. */
export async function preflightFossbilling(
  fossbilling: Fossbilling,
  binding: FossbillingBinding,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const registrar = await findRegistrar(fossbilling.client, binding, signal);
    const reached = ok(
      `${fossbilling.client.where} answers; registrar ${registrar.id} can be read, and one permission covers writing it.`,
    );
    return [reached, ...settingsFindings(registrar), await lookUp(fossbilling, registrar, binding.canaryTld, signal)];
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}

/** Releases after 0.8.5 refuse to save while a required setting is empty, and the API does not tell the release. */
function settingsFindings(registrar: Registrar): Finding[] {
  const missing = missingSettings(registrar);
  if (missing.length === 0) return [];
  return [
    blocker(
      `Settings that the adapter requires are empty (${missing.join(', ')}); a recent FOSSBilling saves nothing until they are set.`,
      `Set them once and save: ${MENU_PATH}.`,
    ),
  ];
}

/** Asks with what is stored now, whatever that is: whether it is the right credential is not preflight's question. */
async function lookUp(
  fossbilling: Fossbilling,
  registrar: Registrar,
  tld: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  if (tld === undefined) {
    return warning(
      'Without a canary TLD this panel cannot be proven; after a rotation somebody has to confirm it.',
      'Set `canaryTld` to a TLD that is sold through this registrar, such as .com.',
    );
  }
  const expected: AccountIdentity = {
    resellerId: registrar.username,
    environment: registrar.testMode ? 'test' : 'live',
  };
  try {
    const check = await checkByLookup(fossbilling, registrar, { tld, expected }, signal);
    if (check.verdict === 'valid') return ok(check.detail);
    return warning(`With what is stored now: ${check.detail}`, 'See what `keyturn check` says of this panel.');
  } catch (thrown) {
    return findingOf(thrown);
  }
}
