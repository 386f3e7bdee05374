import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../src/core/ports.ts';
import type { Guard } from './guard.ts';
import type { AwsStoreOptions } from './options.ts';
import { toSignInError } from './sign-in-errors.ts';

/** What the SDK calls for credentials, and calls again before the ones it got end. */
export type Credentials = Exclude<NonNullable<SecretsManagerClientConfig['credentials']>, { accessKeyId: string }>;

/** Without one the SDK writes warnings of its own to standard error. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // What matters of a sign-in comes out as an error of ours.
}

/**
 * Signs in as people do it: the profile that is configured or the SDK's default chain (environment, profiles with roles, SSO,
 * web identity, container, instance), and on top of it the role to assume. Every failure is an error of ours that says so, and
 * can not be taken for an answer of Secrets Manager.
 */
export function createSignIn(options: AwsStoreOptions, guard: () => Guard, clock: Clock): Credentials {
  let source: Promise<Credentials> | undefined;
  return async (identity) => {
    source ??= openSource(options, guard());
    try {
      return await (await source)(identity);
    } catch (error) {
      throw guard().refusal() ?? toSignInError(error, clock.now());
    }
  };
}

async function openSource(options: AwsStoreOptions, { requestHandler }: Guard): Promise<Credentials> {
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const { profile, region, assumeRole, fips, dualStack } = options;
  const own = fromNodeProviderChain({
    ...(profile !== undefined && { profile }),
    clientConfig: { requestHandler },
    logger: SILENT,
  });
  if (assumeRole === undefined) return own;
  const { roleArn, externalId, sessionName, durationSeconds, endpoint } = assumeRole;
  return fromTemporaryCredentials({
    masterCredentials: own,
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: durationSeconds,
      ...(externalId !== undefined && { ExternalId: externalId }),
    },
    clientConfig: {
      requestHandler,
      maxAttempts: options.maxAttempts,
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(endpoint !== undefined && { endpoint }),
      ...(fips && { useFipsEndpoint: true }),
      ...(dualStack && { useDualstackEndpoint: true }),
    },
    logger: SILENT,
  });
}
