import type { ConnectionOptions } from 'bullmq';
import { redisTls } from '../src/core/redis-tls.ts';
import type { SecretValue } from '../src/core/secret-value.ts';

/** Workers wait for Redis to come back for as long as it takes. */
export function workerConnection(url: SecretValue): ConnectionOptions {
  return {
    ...address(url),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 50, 500),
  };
}

/** Producers give up after a few tries: a dead Redis has to be an error on the command line within seconds, not a hang. */
export function producerConnection(url: SecretValue): ConnectionOptions {
  return {
    ...address(url),
    maxRetriesPerRequest: 3,
    connectTimeout: 3_000,
    retryStrategy: (times: number) => Math.min(times * 100, 1_000),
  };
}

function address(url: SecretValue) {
  const text = url.reveal();
  return { url: text, ...redisTls(text) };
}
