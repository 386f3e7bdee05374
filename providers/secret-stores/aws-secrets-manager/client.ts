import type { SecretsManager, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { isUsableBaseUrl } from '../../shared/http.ts';
import { assertNotAborted } from '../../shared/store-preconditions.ts';
import { isMissing, toAwsError } from './errors.ts';
import type { AwsStoreOptions } from './options.ts';

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
    sdk ??= guarded(new SecretsManager(sdkConfig(options)));
    return sdk;
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

/** The SDK takes an address from AWS_ENDPOINT_URL and from profiles too, where no schema of ours has seen it. */
function guarded(sdk: SecretsManager): SecretsManager {
  sdk.middlewareStack.add(
    (next) => (args) => {
      refuseInsecure(args.request);
      return next(args);
    },
    { step: 'build', name: 'keyturnRefusesInsecure' },
  );
  return sdk;
}

function refuseInsecure(request: unknown): void {
  if (isUsableBaseUrl(`${part(request, 'protocol')}//${part(request, 'hostname')}`)) return;
  throw new KeyturnError('CONFIG_INVALID', 'The address configured for AWS Secrets Manager has no TLS.', {
    fix: 'Give an https:// address in `endpoint` or AWS_ENDPOINT_URL; plain http:// is accepted for loopback only.',
    untouched: 'Nothing was sent.',
  });
}

function part(request: unknown, name: string): string {
  const value: unknown = typeof request === 'object' && request !== null ? Reflect.get(request, name) : undefined;
  return typeof value === 'string' ? value : '';
}

function sdkConfig(options: AwsStoreOptions): SecretsManagerClientConfig {
  return {
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
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
