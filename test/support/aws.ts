import { env } from 'node:process';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { createAwsStore } from '../../providers/secret-stores/aws-secrets-manager/index.ts';
import { awsStoreOptions } from '../../providers/secret-stores/aws-secrets-manager/options.ts';
import type { HttpClient } from '../../providers/shared/http.ts';
import type { StoreId } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createTestDeps, realClock } from './provider-deps.ts';

/** The default credential chain finds these; moto and the faulty server take any. */
const AWS_TEST_ENV = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'test-secret-access-key',
  AWS_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;

/** For the default credential chain of this test file's process. */
export function useTestCredentials(): void {
  Object.assign(env, AWS_TEST_ENV);
}

/** The AWS store as a configuration makes it, talking to `endpoint`. */
export function openAwsStore(endpoint: string, options: object = {}, clock: Clock = realClock) {
  const http: HttpClient = {
    send: () => Promise.reject(new Error('the AWS store uses its SDK')),
    close: async () => {},
  };
  const parsed = awsStoreOptions.parse({ region: AWS_TEST_ENV.AWS_REGION, endpoint, ...options });
  return createAwsStore('aws' as StoreId, parsed, { ...createTestDeps(http), clock });
}

/** A client of its own for what a test arranges and looks at, beside the store that is checked. */
export function openAwsClient(endpoint: string): SecretsManager {
  const credentials = { accessKeyId: AWS_TEST_ENV.AWS_ACCESS_KEY_ID, secretAccessKey: 'test-secret-access-key' };
  return new SecretsManager({ region: AWS_TEST_ENV.AWS_REGION, endpoint, credentials });
}
