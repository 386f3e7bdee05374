import { type ErrorContext, KeyturnError } from '../../../src/core/errors.ts';
import { retryAfterMs } from '../../shared/http.ts';
import { errorOfMeaning, type Meaning } from '../../shared/meaning.ts';

const DENIED: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'AWS denied the call',
  fix: 'Give the role or user that Keyturn runs as the policy in docs/stores/aws-secrets-manager.md.',
};
const WRONG_KEYS: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'AWS does not know the credentials it was called with',
  fix: 'Check the access key, its secret and the region with `aws sts get-caller-identity`.',
};
const SIGN_IN: Meaning = {
  code: 'SIGN_IN_EXPIRED',
  what: 'The AWS sign-in has expired',
  fix: 'Sign in again (`aws sso login`, or new temporary credentials), then run it again.',
};
const NO_SIGN_IN: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'No AWS credentials were found',
  fix: 'Give Keyturn a role, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
};
const CLOCK: Meaning = {
  code: 'CONFIG_INVALID',
  what: "AWS refused the call because this machine's clock is off",
  fix: 'Set the clock (NTP), then run it again.',
};
const SLOW_DOWN: Meaning = { code: 'RATE_LIMITED', what: 'AWS asked to slow down' };
const KMS: Meaning = {
  code: 'PERMISSION_DENIED',
  what: "The secret's KMS key cannot be used",
  fix: 'Allow kms:Decrypt and kms:GenerateDataKey on the key, and see that it is enabled.',
};
const DOWN: Meaning = { code: 'UPSTREAM_UNAVAILABLE', what: 'AWS Secrets Manager is not available' };
const NO_CONNECTION: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  what: 'AWS Secrets Manager could not be reached',
  fix: 'Check the network, `region` and `endpoint`.',
};
const NO_REGION: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'No AWS region is known',
  fix: 'Set `region` in the options of the store, or AWS_REGION.',
};
const SLOW: Meaning = { code: 'TIMEOUT', what: 'AWS Secrets Manager did not answer in time' };
const MISSING: Meaning = {
  code: 'SECRET_NOT_FOUND',
  what: 'AWS Secrets Manager has no such secret or version',
  fix: 'Create the secret in AWS with the name the configuration uses, in this region; Keyturn does so only with `create: true`.',
};
const EXISTS: Meaning = {
  code: 'STORE_CONFLICT',
  what: 'AWS has a version with this idempotency token and another value',
  fix: 'Start again with a new token.',
};
const STATE: Meaning = {
  code: 'SECRET_NOT_FOUND',
  what: 'AWS refuses to work with the secret in its present state; most often it is scheduled for deletion',
  fix: 'Look with `aws secretsmanager describe-secret`; `aws secretsmanager restore-secret` brings it back.',
};
const PARAMETER: Meaning = {
  code: 'UNEXPECTED_RESPONSE',
  what: 'AWS refused a parameter of the call',
  fix: 'Check the name of the secret; if it is right, report this with the log lines around it.',
};
const FULL: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  what: 'A quota of AWS Secrets Manager is used up',
  fix: 'Remove old versions or secrets, or ask AWS for a higher quota.',
};
const ODD: Meaning = {
  code: 'UNEXPECTED_RESPONSE',
  what: 'AWS Secrets Manager answered in a way that is not documented',
};

/** By the name the SDK gives the error: AWS's own code, or that of the SDK and of Node for what never reached AWS. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  NotAuthorized: DENIED,
  OptInRequired: DENIED,
  UnrecognizedClientException: WRONG_KEYS,
  InvalidClientTokenId: WRONG_KEYS,
  InvalidSignatureException: WRONG_KEYS,
  SignatureDoesNotMatch: WRONG_KEYS,
  IncompleteSignature: WRONG_KEYS,
  MissingAuthenticationToken: WRONG_KEYS,
  MissingAuthenticationTokenException: WRONG_KEYS,
  ExpiredToken: SIGN_IN,
  ExpiredTokenException: SIGN_IN,
  TokenProviderError: SIGN_IN,
  CredentialsProviderError: NO_SIGN_IN,
  RequestExpired: CLOCK,
  RequestTimeTooSkewed: CLOCK,
  Throttling: SLOW_DOWN,
  ThrottlingException: SLOW_DOWN,
  ThrottledException: SLOW_DOWN,
  TooManyRequestsException: SLOW_DOWN,
  RequestLimitExceeded: SLOW_DOWN,
  DecryptionFailure: KMS,
  EncryptionFailure: KMS,
  InternalFailure: DOWN,
  InternalServiceError: DOWN,
  InternalServiceErrorException: DOWN,
  ServiceUnavailable: DOWN,
  ResourceNotFoundException: MISSING,
  ResourceExistsException: EXISTS,
  InvalidRequestException: STATE,
  InvalidParameterException: PARAMETER,
  ValidationException: PARAMETER,
  LimitExceededException: FULL,
  TimeoutError: SLOW,
  ECONNREFUSED: NO_CONNECTION,
  ECONNRESET: NO_CONNECTION,
  EPIPE: NO_CONNECTION,
  ENOTFOUND: NO_CONNECTION,
  EAI_AGAIN: NO_CONNECTION,
  EHOSTUNREACH: NO_CONNECTION,
  ENETUNREACH: NO_CONNECTION,
  ETIMEDOUT: SLOW,
  'Region is missing': NO_REGION,
};

/** For answers without a code of AWS, such as those of a proxy on the way. */
function byStatus(status: number | undefined): Meaning {
  if (status === 401 || status === 403) return DENIED;
  if (status === 429) return SLOW_DOWN;
  if (status !== undefined && status >= 500) return DOWN;
  return ODD;
}

/** The facts of a client's error that are safe to use; nothing else of it is read. */
export interface AwsFacts {
  /** A name of the table above, if the error has one. */
  readonly awsCode: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Whether AWS said its documented "no such secret or version". */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

/** What those facts mean to an operator. */
export function meaningOf({ awsCode, status }: AwsFacts): Meaning {
  return (awsCode === undefined ? undefined : MEANINGS[awsCode]) ?? byStatus(status);
}

/** Our own error for anything the SDK throws. No text of the SDK or of AWS gets through, and neither does the error itself. */
export function toAwsError(error: unknown, signal: AbortSignal, nowMs: number): KeyturnError {
  if (error instanceof KeyturnError) return error;
  if (signal.aborted) return new KeyturnError('ABORTED', 'A call to AWS Secrets Manager was cut off.');
  const facts = factsOf(error, nowMs);
  const meaning = meaningOf(facts);
  const { awsCode, status } = facts;
  const why = awsCode ?? `status ${status ?? 'unknown'}`;
  return errorOfMeaning(meaning, { why, retryAfterMs: facts.retryAfterMs, context: toContext(facts) });
}

export function toContext({ awsCode, status }: AwsFacts): ErrorContext {
  return { ...(awsCode !== undefined && { awsCode }), ...(status !== undefined && { status }) };
}

/** Reads those facts off an error, whatever it is. */
export function factsOf(error: unknown, nowMs: number): AwsFacts {
  const status = field(field(error, '$metadata'), 'httpStatusCode') ?? field(field(error, '$response'), 'statusCode');
  const retryAfter = field(field(field(error, '$response'), 'headers'), 'retry-after');
  // `code` first: the SDK calls a connection that was cut a TimeoutError and keeps Node's name for it there. `message` is read
  // for one text only: the SDK has no code for a region that is missing.
  const names = [field(error, 'code'), field(error, 'name'), field(error, 'message')];
  return {
    awsCode: names.filter((name) => typeof name === 'string').find((name) => Object.hasOwn(MEANINGS, name)),
    status: typeof status === 'number' ? status : undefined,
    retryAfterMs: typeof retryAfter === 'string' ? retryAfterMs({ 'retry-after': retryAfter }, nowMs) : undefined,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
