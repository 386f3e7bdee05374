import type { SecretsManager, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../src/core/ports.ts';
import { assertNotAborted } from '../../shared/store-preconditions.ts';
import { isMissing, toAwsError } from './errors.ts';
import { type Guard, guardRequests } from './guard.ts';
import type { AwsStoreOptions } from './options.ts';
import { type Credentials, createSignIn } from './sign-in.ts';

/** The SDK behind one door: it loads at the first call, and what comes out of the door is ours, errors included. */
export interface AwsClient {
  call<T>(
    signal: AbortSignal,
    send: (sdk: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>;
  /** The same, with undefined for AWS's documented "no such secret or version" and for nothing else. */
  find<T>(
    signal: AbortSignal,
    send: (sdk: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T | undefined>;
  close(): void;
}

/** The SDK's own number. */
const MAX_SOCKETS = 50;

export function createAwsClient(options: AwsStoreOptions, clock: Clock): AwsClient {
  let sdk: SecretsManager | undefined;

  async function open(): Promise<SecretsManager> {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
    sdk ??= openGuarded((credentials) => new SecretsManager(sdkConfig(options, credentials)));
    return sdk;
  }

  /** The sign-in goes out through the same guarded door as the client that it is for. */
  function openGuarded(create: (credentials: Credentials) => SecretsManager): SecretsManager {
    const opened = create(createSignIn(options, () => guard, clock));
    const guard: Guard = guardRequests(opened);
    return opened;
  }

  const client: AwsClient = {
    async call(signal, send) {
      try {
        assertNotAborted(signal);
        return await send(await open(), { abortSignal: signal });
      } catch (error) {
        throw toAwsError(error, signal, clock.now());
      }
    },
    find: (signal, send) =>
      client.call(signal, async (opened, sendOptions) => {
        try {
          return await send(opened, sendOptions);
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    close() {
      sdk?.destroy();
      sdk = undefined;
    },
  };
  return client;
}

function sdkConfig(options: AwsStoreOptions, credentials: Credentials): SecretsManagerClientConfig {
  return {
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.fips && { useFipsEndpoint: true }),
    ...(options.dualStack && { useDualstackEndpoint: true }),
    credentials,
    maxAttempts: options.maxAttempts,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      // Without this the SDK only writes a warning when the time is up.
      throwOnRequestTimeout: true,
      // Spelt out so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
      httpsAgent: { rejectUnauthorized: true, keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  };
}
