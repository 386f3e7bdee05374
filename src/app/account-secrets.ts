import type { AccountTarget } from '../core/model.ts';

/** The names of the secrets that an account's credential is kept in: one, or the Reseller ID's and then the key's. */
export function secretNames({ secret: { name, shape } }: Pick<AccountTarget, 'secret'>): readonly string[] {
  const own = shape?.format === 'plain' ? shape.resellerIdSecret : undefined;
  return own === undefined ? [name] : [own, name];
}
