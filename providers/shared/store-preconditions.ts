import { KeyturnError } from '../../src/core/errors.ts';
import type { StoreId } from '../../src/core/model.ts';
import type { SecretValue } from '../../src/core/secret-value.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function assertNotAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new KeyturnError('ABORTED', 'A call to a secret store was cut off.');
}

/** Throws SECRET_MALFORMED for a payload that the store would refuse or cut. */
export function assertSize(value: SecretValue, maxBytes: number): void {
  const bytes = Buffer.byteLength(value.reveal(), 'utf8');
  if (bytes > 0 && bytes <= maxBytes) return;
  throw new KeyturnError('SECRET_MALFORMED', `The secret has ${bytes} bytes; the store takes 1 to ${maxBytes}.`, {
    fix: 'Keep large fields elsewhere and leave the credential alone in the secret.',
    untouched: 'The secret was not changed.',
    context: { bytes, maxBytes },
  });
}

/** A token that is no UUID is a mistake of ours: stores keep it as the version's id. */
export function assertToken(token: string): void {
  if (!UUID.test(token))
    throw new KeyturnError('INVARIANT_BROKEN', 'An idempotency token of a secret store is not a UUID.');
}

/** What stage, promote and discard of a read-only store throw. */
export function readOnly(id: StoreId, fix: string): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `The secret store ${id} can only be read.`, {
    fix,
    untouched: 'No secret was changed.',
  });
}
