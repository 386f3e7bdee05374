import { KeyturnError } from '../../../src/core/errors.ts';

/** Beside each secret: what Keyturn staged. A pending version under the secret's own name would be what everybody reads. */
const STAGING_SUFFIX = '-keyturn-pending';
const MOST_CHARACTERS = 127 - STAGING_SUFFIX.length;

/** The name under which versions of a secret are staged. Throws CONFIG_INVALID for a name that Azure or this would not take. */
export function stagingName(name: string): string {
  const isUsable = /^[0-9A-Za-z-]+$/u.test(name) && name.length <= MOST_CHARACTERS && !name.endsWith(STAGING_SUFFIX);
  if (isUsable) return `${name}${STAGING_SUFFIX}`;
  throw new KeyturnError(
    'CONFIG_INVALID',
    'The name of the secret is none that Keyturn could use in Azure Key Vault.',
    {
      fix: `Give letters, digits and hyphens, ${String(MOST_CHARACTERS)} at most, and not ${STAGING_SUFFIX} at the end.`,
      untouched: 'Nothing was sent.',
    },
  );
}
