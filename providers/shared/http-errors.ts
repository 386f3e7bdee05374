import { KeyturnError } from '../../src/core/errors.ts';

/** What OpenSSL and Node call a certificate they do not trust, beside every `CERT_*` code. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'INVALID_CA',
  'INVALID_PURPOSE',
]);
const DROPPED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

/**
 * Turns what the HTTP client threw into an error of ours. The client's own error is dropped: it may carry headers and bodies.
 * Its code (ECONNREFUSED and the like) is a safe fact and says which of our sentences fits. `context.tls` marks a failure to trust,
 * or to speak TLS with, the other side: nothing was sent to it then.
 */
export function toHttpError(error: unknown, url: URL): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const code = codeOf(error);
  return tlsError(code, url) ?? answerError(code, url) ?? connectionError(code, url);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  // undici's parser error has this name and, in some builds of the parser, no code.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{2,60}$/.test(code) ? code : 'UNKNOWN';
}

function tlsError(code: string, { host }: URL): KeyturnError | undefined {
  const context = { code, tls: true };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new KeyturnError(
      'UPSTREAM_UNAVAILABLE',
      `The TLS certificate that ${host} showed is for another name (${code}).`,
      {
        fix: 'Give the address by the name that is in the certificate, or have a certificate made for this name.',
        context,
      },
    );
  }
  if (UNTRUSTED.has(code) || code.startsWith('CERT_')) {
    return new KeyturnError(
      'UPSTREAM_UNAVAILABLE',
      `The TLS certificate that ${host} showed is not trusted (${code}).`,
      {
        fix: 'Renew it if it has expired; if a private CA signed it, name the CA in caFile. Verification is never switched off.',
        context,
      },
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return new KeyturnError('UPSTREAM_UNAVAILABLE', `No TLS connection to ${host} could be agreed on (${code}).`, {
      fix: 'Check the port: https:// needs a port that speaks TLS 1.2 or newer.',
      context,
    });
  }
  return undefined;
}

function answerError(code: string, { host }: URL): KeyturnError | undefined {
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new KeyturnError('UNEXPECTED_RESPONSE', `${host} answered something that is not HTTP (${code}).`, {
      context: { code },
    });
  }
  if (code === 'ETIMEDOUT' || code.includes('TIMEOUT')) {
    return new KeyturnError('TIMEOUT', `${host} did not answer in time.`, { context: { code } });
  }
  return undefined;
}

function connectionError(code: string, { host }: URL): KeyturnError {
  const context = { code };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new KeyturnError('UPSTREAM_UNAVAILABLE', `The name of ${host} could not be resolved (${code}).`, {
      fix: 'Check the address in the configuration and the name server of this machine.',
      context,
    });
  }
  const what = DROPPED.has(code) ? 'closed the connection before its answer was complete' : 'could not be reached';
  return new KeyturnError('UPSTREAM_UNAVAILABLE', `${host} ${what} (${code}).`, { context });
}
