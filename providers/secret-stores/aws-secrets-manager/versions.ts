import type { GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { SecretVersion } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { AwsClient } from './client.ts';
import { LABELS, stagesOf } from './labels.ts';

/** One version by its stage or id; undefined if AWS has no such secret, version or label. */
export async function readVersion(
  client: AwsClient,
  name: string,
  which: Stage | { readonly version: VersionId },
  signal: AbortSignal,
): Promise<SecretVersion | undefined> {
  const selector = typeof which === 'string' ? { VersionStage: LABELS[which] } : { VersionId: which.version };
  const found = await client.find(signal, (sdk, options) =>
    sdk.getSecretValue({ SecretId: name, ...selector }, options),
  );
  const version = found && toVersion(found);
  const asked = typeof which === 'string' ? version?.stages.includes(which) : version?.versionId === which.version;
  if (asked) return version;
  // A current version that still carries AWSPENDING is not pending (see `stagesOf`); anything else here AWS should not have sent.
  if (version === undefined || (which === 'pending' && version.stages.includes('current'))) return undefined;
  throw new KeyturnError('UNEXPECTED_RESPONSE', 'AWS Secrets Manager gave another version than was asked for.');
}

function toVersion(found: GetSecretValueResponse): SecretVersion {
  if (found.SecretString === undefined) {
    throw new KeyturnError(
      'SECRET_MALFORMED',
      'The secret in AWS holds binary data or nothing; Keyturn reads text alone.',
      {
        fix: 'Store it as SecretString, JSON such as {"resellerId": "...", "apiKey": "..."}.',
        untouched: 'The secret was not changed.',
      },
    );
  }
  if (found.VersionId === undefined) throw new KeyturnError('UNEXPECTED_RESPONSE', 'AWS gave a version without an id.');
  return {
    versionId: found.VersionId as VersionId,
    stages: stagesOf(found.VersionStages ?? []),
    value: new SecretValue(found.SecretString),
    ...(found.CreatedDate !== undefined && { createdAt: found.CreatedDate.toISOString() }),
  };
}
