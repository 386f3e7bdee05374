import { KeyturnError } from '../../../src/core/errors.ts';
import { errorOfMeaning, type Meaning } from '../../shared/meaning.ts';
import { factsOf, meaningOf, toContext } from './errors.ts';

const NOT_SENT = 'Nothing was read or changed in AWS Secrets Manager.';

const EXPIRED: Meaning = {
  code: 'SIGN_IN_EXPIRED',
  what: 'The AWS sign-in has expired',
  fix: 'Sign in again (`aws sso login`, `aws login`, or new temporary credentials), then run it again.',
};
const NONE: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'No AWS credentials were found',
  fix: 'Give Keyturn a role, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
};
const NO_PROFILE: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'The AWS profile that is configured cannot be used',
  fix: 'Look for it in ~/.aws/config and ~/.aws/credentials; `aws sts get-caller-identity --profile NAME` tries it.',
};
const ROLE: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'AWS does not let Keyturn assume the role',
  fix: "Allow sts:AssumeRole on the role to what Keyturn is signed in as, and that identity in the role's trust policy (with its external id, if it asks for one).",
};
const TOKEN: Meaning = {
  code: 'SIGN_IN_EXPIRED',
  what: 'AWS does not accept the identity token',
  fix: 'See that the file of AWS_WEB_IDENTITY_TOKEN_FILE is renewed, and that the role trusts its issuer.',
};

/** STS's own codes, which mean something else there than at Secrets Manager. */
const STS: Readonly<Record<string, Meaning>> = {
  AccessDenied: ROLE,
  AccessDeniedException: ROLE,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  InvalidIdentityToken: TOKEN,
  InvalidIdentityTokenException: TOKEN,
  IDPRejectedClaim: TOKEN,
  IDPRejectedClaimException: TOKEN,
  TokenProviderError: EXPIRED,
  UnauthorizedException: EXPIRED,
};

/**
 * The SDK has one name for all that can go wrong with a source of credentials, so its text is read, to tell what it is and no
 * more: an SSO or login session that has ended, a call that was not answered, a profile that is not there.
 */
const TEXTS: readonly (readonly [RegExp, Meaning])[] = [
  [/SSO session|aws sso login|aws login|UnauthorizedException|token (?:is|has) expired|session has expired/iu, EXPIRED],
  [
    /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|TimeoutError|socket hang up|ServiceUnavailable|InternalServer/u,
    {
      code: 'UPSTREAM_UNAVAILABLE',
      what: 'The service that gives AWS credentials could not be reached',
      fix: 'Check the network between this machine and AWS (STS, SSO, or the container or instance role).',
    },
  ],
  [/\bprofile\b/iu, NO_PROFILE],
];

/** Our own error for anything that comes up while the SDK signs in. It is never "no such secret". */
export function toSignInError(error: unknown, nowMs: number): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const facts = factsOf(error, nowMs);
  const name = error instanceof Error ? error.name : '';
  const own = Object.hasOwn(STS, name) ? STS[name] : undefined;
  const meaning = own ?? byText(error, name) ?? withoutMissing(meaningOf(facts));
  const why = `signing in, ${own ? name : (facts.awsCode ?? 'no code')}`;
  return errorOfMeaning(meaning, {
    why,
    untouched: NOT_SENT,
    retryAfterMs: facts.retryAfterMs,
    context: toContext(facts),
  });
}

function byText(error: unknown, name: string): Meaning | undefined {
  if (!(error instanceof Error) || name !== 'CredentialsProviderError') return undefined;
  return TEXTS.find(([pattern]) => pattern.test(error.message))?.[1] ?? NONE;
}

function withoutMissing(meaning: Meaning): Meaning {
  return meaning.code === 'SECRET_NOT_FOUND' ? NONE : meaning;
}
