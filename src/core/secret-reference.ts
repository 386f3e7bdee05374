import type { SecretValue } from './secret-value.ts';

declare const brand: unique symbol;

/**
 * Where a secret option is to be found: `env:NAME`, `file:PATH` or `store:STORE/NAME#FIELD`. The configuration holds references
 * only, never a value, so it may be committed and shown.
 */
export type SecretReference = string & { readonly [brand]: 'SecretReference' };

/** Finds the secret behind a reference. Throws CONFIG_INVALID when it is not there, with what to set. */
export type ResolveSecret = (reference: SecretReference, signal: AbortSignal) => Promise<SecretValue>;

export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  /** `field` picks one text out of a JSON payload; without it the whole payload is the secret. */
  | { readonly from: 'store'; readonly store: string; readonly name: string; readonly field?: string };

export const SECRET_REFERENCE =
  /^(env:[A-Za-z_][A-Za-z0-9_]*|file:[^\r\n]+|store:[A-Za-z0-9_-]+\/[^#\r\n]+(#[^\r\n]+)?)$/;

/** For the schemas that demand a reference: what is wrong, then the fix. */
export const SECRET_REFERENCE_WANTED =
  'must be a reference, not the secret itself. Keep the secret elsewhere and write env:NAME, file:PATH or store:STORE/NAME#FIELD here.';

export function isSecretReference(text: string): text is SecretReference {
  return SECRET_REFERENCE.test(text);
}

export function secretSourceOf(reference: SecretReference): SecretSource {
  const [scheme, ...others] = reference.split(':');
  const rest = others.join(':');
  if (scheme === 'env') return { from: 'env', name: rest };
  if (scheme === 'file') return { from: 'file', path: rest };
  const slash = rest.indexOf('/');
  const hash = rest.indexOf('#');
  const name = rest.slice(slash + 1, hash === -1 ? undefined : hash);
  return { from: 'store', store: rest.slice(0, slash), name, ...(hash !== -1 && { field: rest.slice(hash + 1) }) };
}
