import type { AccountTarget, VersionId } from '../core/model.ts';
import { pairVersion } from './split-credential.ts';

/** The names of the secrets that an account's credential is kept in: one, or the Reseller ID's and then the key's. */
export function secretNames({ secret: { name, shape } }: Pick<AccountTarget, 'secret'>): readonly string[] {
  const own = shape?.format === 'plain' ? shape.resellerIdSecret : undefined;
  return own === undefined ? [name] : [own, name];
}

/**
 * The version of an account's credential when these versions of its secrets are current, as the credential store names it. Undefined if
 * a secret that it needs is not there.
 */
export function versionAmong(
  { secret }: Pick<AccountTarget, 'secret'>,
  current: ReadonlyMap<string, VersionId | undefined>,
): VersionId | undefined {
  const key = current.get(secret.name);
  const own = secret.shape?.format === 'plain' ? secret.shape.resellerIdSecret : undefined;
  if (key === undefined || own === undefined) return key;
  return pairVersion({ key, resellerId: current.get(own) });
}
