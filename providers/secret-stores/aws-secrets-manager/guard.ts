import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { KeyturnError } from '../../../src/core/errors.ts';
import { isUsableBaseUrl } from '../../shared/http.ts';

type RequestHandler = SecretsManager['config']['requestHandler'];

/** One way out for every client of this store: Secrets Manager, and STS and SSO when it signs in. */
export interface Guard {
  readonly requestHandler: RequestHandler;
  /** What was refused last, since the SDK wraps a refusal that comes up while it signs in; undefined if nothing was. */
  refusal(): KeyturnError | undefined;
}

/**
 * Puts a guard into a client's own request handler. The SDK takes addresses from AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS and from
 * profiles too, where no schema of ours has seen them; a request to one without TLS ends here, for all clients that share the handler.
 */
export function guardRequests(client: SecretsManager): Guard {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  let refused: KeyturnError | undefined;
  requestHandler.handle = async (request, options) => {
    refused = refusalOf(request);
    if (refused) throw refused;
    return handle(request, options);
  };
  return { requestHandler, refusal: () => refused };
}

function refusalOf(request: unknown): KeyturnError | undefined {
  if (isUsableBaseUrl(`${part(request, 'protocol')}//${part(request, 'hostname')}`)) return undefined;
  return new KeyturnError('CONFIG_INVALID', 'An address configured for AWS has no TLS.', {
    fix: 'Give https:// addresses in `endpoint`, `assumeRole.endpoint`, AWS_ENDPOINT_URL and the profile; plain http:// is accepted for loopback only.',
    untouched: 'Nothing was sent.',
  });
}

function part(request: unknown, name: string): string {
  const value: unknown = typeof request === 'object' && request !== null ? Reflect.get(request, name) : undefined;
  return typeof value === 'string' ? value : '';
}
