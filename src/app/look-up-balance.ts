import { credentialFacts } from '../core/field-facts.ts';
import type { Credential, Environment } from '../core/model.ts';
import type { Verdict } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';

/** One balance lookup from the worker's address, in its turn for that key. A 429 moves the key's next turn. */
export async function lookUpBalance(
  deps: Pick<AppDeps, 'verifier' | 'pacer' | 'fingerprint'>,
  credential: Credential,
  environment: Environment,
  signal: AbortSignal,
): Promise<Verdict> {
  const key = credentialFacts(deps.fingerprint, credential).password.normalized;
  await deps.pacer.turn(key, signal);
  const verdict = await deps.verifier.verify(credential, { resellerId: credential.resellerId, environment }, signal);
  if (verdict.verdict === 'inconclusive' && verdict.reason === 'rate-limited') {
    await deps.pacer.backOff(key, verdict.retryAfterMs ?? 1_000);
  }
  return verdict;
}
