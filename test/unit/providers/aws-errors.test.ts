import { describe, expect, it } from 'vitest';
import { isMissing, toAwsError } from '../../../providers/secret-stores/aws-secrets-manager/errors.ts';
import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import { everythingOf } from '../../support/refusal.ts';

const NEVER = new AbortController().signal;

/** An error as the SDK makes it: with the request, the answer and texts of AWS in it. */
function sdkError(name: string, facts: object = {}): Error {
  return Object.assign(new Error(`upstream text with hunter2-secret about ${name}`), {
    name,
    $response: { body: 'hunter2-secret', headers: {}, statusCode: 400 },
    ...facts,
  });
}

const TABLE: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'PERMISSION_DENIED',
  AccessDeniedException: 'PERMISSION_DENIED',
  NotAuthorized: 'PERMISSION_DENIED',
  OptInRequired: 'PERMISSION_DENIED',
  UnrecognizedClientException: 'PERMISSION_DENIED',
  InvalidClientTokenId: 'PERMISSION_DENIED',
  InvalidSignatureException: 'PERMISSION_DENIED',
  SignatureDoesNotMatch: 'PERMISSION_DENIED',
  IncompleteSignature: 'PERMISSION_DENIED',
  MissingAuthenticationToken: 'PERMISSION_DENIED',
  MissingAuthenticationTokenException: 'PERMISSION_DENIED',
  ExpiredToken: 'SIGN_IN_EXPIRED',
  ExpiredTokenException: 'SIGN_IN_EXPIRED',
  TokenProviderError: 'SIGN_IN_EXPIRED',
  CredentialsProviderError: 'CONFIG_INVALID',
  RequestExpired: 'CONFIG_INVALID',
  RequestTimeTooSkewed: 'CONFIG_INVALID',
  Throttling: 'RATE_LIMITED',
  ThrottlingException: 'RATE_LIMITED',
  ThrottledException: 'RATE_LIMITED',
  TooManyRequestsException: 'RATE_LIMITED',
  RequestLimitExceeded: 'RATE_LIMITED',
  DecryptionFailure: 'PERMISSION_DENIED',
  EncryptionFailure: 'PERMISSION_DENIED',
  InternalFailure: 'UPSTREAM_UNAVAILABLE',
  InternalServiceError: 'UPSTREAM_UNAVAILABLE',
  InternalServiceErrorException: 'UPSTREAM_UNAVAILABLE',
  ServiceUnavailable: 'UPSTREAM_UNAVAILABLE',
  ResourceNotFoundException: 'SECRET_NOT_FOUND',
  ResourceExistsException: 'STORE_CONFLICT',
  InvalidRequestException: 'SECRET_NOT_FOUND',
  InvalidParameterException: 'UNEXPECTED_RESPONSE',
  ValidationException: 'UNEXPECTED_RESPONSE',
  LimitExceededException: 'UPSTREAM_UNAVAILABLE',
  TimeoutError: 'TIMEOUT',
  SyntaxError: 'UNEXPECTED_RESPONSE',
};

const NODE_CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'UPSTREAM_UNAVAILABLE',
  ECONNRESET: 'UPSTREAM_UNAVAILABLE',
  EPIPE: 'UPSTREAM_UNAVAILABLE',
  ENOTFOUND: 'UPSTREAM_UNAVAILABLE',
  EAI_AGAIN: 'UPSTREAM_UNAVAILABLE',
  EHOSTUNREACH: 'UPSTREAM_UNAVAILABLE',
  ENETUNREACH: 'UPSTREAM_UNAVAILABLE',
  ETIMEDOUT: 'TIMEOUT',
};

describe('errors of AWS', () => {
  it.each(Object.entries(TABLE))('%s becomes %s', (name, code) => {
    const error = toAwsError(sdkError(name), NEVER, 0);
    expect(error.code).toBe(code);
    expect(everythingOf(error)).not.toContain('hunter2-secret');
    expect(everythingOf(error)).not.toContain('upstream text');
  });

  it.each(Object.entries(NODE_CODES))('a connection error %s becomes %s', (code, expected) => {
    expect(toAwsError(sdkError('TimeoutError', { code, $response: undefined }), NEVER, 0).code).toBe(expected);
  });

  it.each([
    [401, 'PERMISSION_DENIED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNEXPECTED_RESPONSE'],
    [429, 'RATE_LIMITED'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [undefined, 'UNEXPECTED_RESPONSE'],
  ])('without a code of AWS the status %s decides', (httpStatusCode, code) => {
    expect(
      toAwsError(sdkError('Unknown', { $metadata: { httpStatusCode }, $response: undefined }), NEVER, 0).code,
    ).toBe(code);
  });

  it('calls only the documented code missing', () => {
    const missing = Object.keys(TABLE).filter((name) => isMissing(sdkError(name)));
    expect(missing).toEqual(['ResourceNotFoundException']);
    expect(isMissing('ResourceNotFoundException')).toBe(false);
  });

  it('keeps an error of ours, and says ABORTED when the caller gave up', () => {
    const ours = new KeyturnError('SECRET_MALFORMED', 'ours');
    expect(toAwsError(ours, NEVER, 0)).toBe(ours);
    expect(toAwsError(sdkError('AbortError'), AbortSignal.abort(), 0).code).toBe('ABORTED');
  });

  it('bears what is not an error at all', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, Object.create(null)]) {
      expect(toAwsError(thrown, NEVER, 0).code).toBe('UNEXPECTED_RESPONSE');
    }
  });
});
