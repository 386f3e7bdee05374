import { z } from 'zod';
import { KeyturnError } from '../../../src/core/errors.ts';
import { retryAfterMs } from '../../shared/http.ts';
import { errorOfMeaning, type Meaning } from '../../shared/meaning.ts';
import type { VaultAnswer } from './wire.ts';

const DENIED: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'Vault denied the call',
  fix: 'Give the token or role that Keyturn signs in with the policy in docs/stores/hashicorp-vault.md.',
};
const DOWN: Meaning = { code: 'UPSTREAM_UNAVAILABLE', what: 'Vault is not available' };
const ODD: Meaning = { code: 'UNEXPECTED_RESPONSE', what: 'Vault answered in a way that is not documented' };
const NO_ENGINE: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'Vault has no KV engine, version 2, at that mount',
  fix: 'Check `mount` and `namespace` with `vault secrets list -detailed`: the type must be kv with version 2.',
};
const STANDBY: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  what: 'Vault is a standby that does not answer this',
  fix: 'Point `address` at the active node, or at a load balancer that does.',
};

/** By status: https://developer.hashicorp.com/vault/api-docs lists them; 401 comes from proxies alone. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  400: {
    code: 'UNEXPECTED_RESPONSE',
    what: 'Vault refused a parameter of the call',
    fix: 'Check the name of the secret; if it is right, report this with the log lines around it.',
  },
  401: DENIED,
  403: DENIED,
  405: NO_ENGINE,
  412: { code: 'UPSTREAM_UNAVAILABLE', what: 'Vault has not seen the latest write yet' },
  429: { code: 'RATE_LIMITED', what: 'Vault asked to slow down' },
  472: STANDBY,
  473: STANDBY,
  501: {
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'Vault is not initialised',
    fix: 'Initialise it (`vault operator init`) or check `address`.',
  },
  503: {
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'Vault is sealed or down for maintenance',
    fix: 'See `vault status`; `vault operator unseal` opens a sealed one.',
  },
};

const errorBody = z.object({ errors: z.array(z.string()) });

/** What Vault says went wrong; to be compared with known texts, never to be shown. Undefined if it is not Vault's own answer. */
export function vaultErrors({ json }: VaultAnswer): readonly string[] | undefined {
  return errorBody.safeParse(json).data?.errors;
}

/** Our own error for an answer that is not the one hoped for. No text of Vault gets through. */
export function toVaultError(answer: VaultAnswer, nowMs: number): KeyturnError {
  const { status } = answer;
  const meaning = MEANINGS[status] ?? byKind(answer);
  const wait = retryAfterMs(answer.headers, nowMs);
  return errorOfMeaning(meaning, { why: `status ${status}`, retryAfterMs: wait, context: { status } });
}

function byKind(answer: VaultAnswer): Meaning {
  if (answer.status >= 500) return DOWN;
  const isNoRoute = answer.status === 404 && (vaultErrors(answer)?.length ?? 0) > 0;
  return isNoRoute ? NO_ENGINE : ODD;
}

/** A 200 that holds something else than KV version 2 gives. */
export function notVersioned(): KeyturnError {
  return new KeyturnError(NO_ENGINE.code, `${NO_ENGINE.what}: what it answers has no version.`, {
    fix: 'Check `mount` with `vault secrets list -detailed`; `vault kv enable-versioning` upgrades a KV version 1.',
  });
}

export function signInEnded(fix: string): KeyturnError {
  return new KeyturnError('SIGN_IN_EXPIRED', "Keyturn's sign-in to Vault has ended.", {
    fix,
    untouched: 'No secret was changed.',
  });
}

export function deletedCurrent(): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', 'The newest version of the secret in Vault has been deleted.', {
    fix: 'Bring it back with `vault kv undelete`, or write the key that works today with `vault kv put`.',
    untouched: 'The secret was not changed.',
  });
}

export function notWritten(): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', 'Vault accepted a write that then was not there.', {
    fix: 'Run the same command again; if it stays, look at the secret with `vault kv metadata get`.',
  });
}
