import { KeyturnError } from '../../../src/core/errors.ts';

/** Beside each secret: what Keyturn staged, and which of its versions became which version of the secret. */
const STAGING_SUFFIX = '.keyturn';

export interface SecretPaths {
  /** Of the secret that everybody reads. */
  readonly data: string;
  readonly metadata: string;
  /** Of the one beside it that Keyturn keeps for itself. */
  readonly staging: string;
  readonly stagingMetadata: string;
}

/** The API paths of one secret. Throws CONFIG_INVALID for a name that would lead elsewhere than it says. */
export function secretPaths(mount: string, name: string): SecretPaths {
  const segments = name.split('/');
  if (segments.some((segment) => !isPlain(segment)) || name.endsWith(STAGING_SUFFIX)) {
    throw new KeyturnError('CONFIG_INVALID', 'The name of the secret is no path in Vault that Keyturn could use.', {
      fix: `Give the path inside the mount, such as keyturn/main: no / at its ends, no empty part, no . or .. and no ${STAGING_SUFFIX} at its end.`,
      untouched: 'Nothing was sent.',
    });
  }
  const encoded = segments.map(encodeURIComponent).join('/');
  return {
    data: `${mount}/data/${encoded}`,
    metadata: `${mount}/metadata/${encoded}`,
    staging: `${mount}/data/${encoded}${STAGING_SUFFIX}`,
    stagingMetadata: `${mount}/metadata/${encoded}${STAGING_SUFFIX}`,
  };
}

function isPlain(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && segment.isWellFormed() && !/\p{Cc}/u.test(segment);
}
