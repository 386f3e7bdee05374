import { readFile } from 'node:fs/promises';
import { KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Clock, CredentialVerifier } from '../../../src/core/ports.ts';
import type { Verdict } from '../../../src/core/verdict.ts';
import { readAnswer } from '../../shared/domainnameapi/read-answer.ts';
import { createHttpClient, type HttpClient, joinUrl, parseBaseUrl } from '../../shared/http.ts';
import { credentialHeaders } from './headers.ts';
import type { VendorOptions } from './options.ts';

export interface VerifierDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}

const BALANCE_PATH = 'deposit/accounts/me';

/**
 * Asks DomainNameAPI's REST API for the account's balance: one GET without a body, the credential in two headers
 * (reference domainnameapi.md, section 4). It neither paces nor repeats: whoever calls takes a turn from the `Pacer` first, and
 * may ask the other environment by giving another `expected.environment`. `close` leaves `deps.http` to its owner.
 *
 * Throws CONFIG_INVALID for an unusable base URL; `verify` throws MALFORMED_CREDENTIAL before any call, and ABORTED.
 */
export function createVerifier(options: Pick<VendorOptions, 'live' | 'test'>, deps: VerifierDeps): CredentialVerifier {
  const urls = {
    live: joinUrl(parseBaseUrl(options.live.url, 'vendor.live.url'), BALANCE_PATH),
    test: joinUrl(parseBaseUrl(options.test.url, 'vendor.test.url'), BALANCE_PATH),
  };
  return {
    async verify(credential, expected, signal) {
      const headers = credentialHeaders(credential);
      try {
        const response = await deps.http.send({ method: 'GET', url: urls[expected.environment], headers }, signal);
        return readAnswer(response, expected, deps.clock.now());
      } catch (error) {
        return verdictOfFailure(toKeyturnError(error));
      }
    },
    close: () => Promise.resolve(),
  };
}

/**
 * The same with an HTTP client of its own, made from `caFile` and `timeoutSeconds`; `close` closes it.
 * Throws CONFIG_INVALID when the CA file cannot be read or holds no certificate.
 */
export async function openVerifier(
  options: VendorOptions,
  deps: { readonly clock: Clock },
): Promise<CredentialVerifier> {
  const ca = options.caFile === undefined ? undefined : await readCa(options.caFile);
  const http = createHttpClient({ timeoutMs: options.timeoutSeconds * 1000, ...(ca !== undefined && { ca }) });
  return { ...createVerifier(options, { http, clock: deps.clock }), close: () => http.close() };
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new KeyturnError('CONFIG_INVALID', `vendor.caFile: ${path} cannot be read.`, {
      fix: 'Give the path of a PEM file that this user may read, or leave caFile out.',
    });
  }
}

/** No usable answer is no evidence. The texts are ours (host and error code), so they may be shown. */
function verdictOfFailure(error: KeyturnError): Verdict {
  switch (error.code) {
    case 'TIMEOUT':
    case 'UPSTREAM_UNAVAILABLE': {
      const detail = error.fix === undefined ? error.safeMessage : `${error.safeMessage} ${error.fix}`;
      return { verdict: 'inconclusive', reason: 'outage', detail };
    }
    case 'UNEXPECTED_RESPONSE':
      return { verdict: 'inconclusive', reason: 'unexpected-response', detail: error.safeMessage };
    default:
      throw error;
  }
}
