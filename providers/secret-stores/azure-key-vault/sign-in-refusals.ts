import { z } from 'zod';
import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/parse-json.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
}

const EXPIRED: Meaning = {
  code: 'SIGN_IN_EXPIRED',
  what: 'The Azure sign-in has expired',
  fix: 'Sign in again (`az login`), or give the application a new client secret or certificate.',
};
const WRONG_SECRET: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'Azure does not accept the client secret or certificate',
  fix: "Give the client secret's value (not its ID), or the certificate that is registered with the application.",
};
const NO_APPLICATION: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'Azure knows no such application or tenant',
  fix: 'Check `tenantId`, `clientId` and `cloud`.',
};
const NO_FEDERATION: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'The application has no federated credential for this workload',
  fix: "Add one whose issuer, subject and audience are those of the workload's token.",
};
const CONDITIONAL: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'A Conditional Access policy of the tenant refuses the sign-in',
  fix: 'Ask the administrator of the tenant; sign-ins without a person need a policy for workload identities.',
};
const BUSY: Meaning = {
  code: 'UPSTREAM_UNAVAILABLE',
  what: "Azure's sign-in service is not available",
  fix: 'Try again later; see status.azure.com if it stays.',
};
const OTHER: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'Azure refused the sign-in',
  fix: 'Look the number up in the sign-in logs of Microsoft Entra ID.',
};
const UNUSABLE: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'The Azure sign-in cannot be made with what is configured',
  fix: 'Check `signIn`: a certificate must come with its RSA private key; a sign-in by a person must be renewed by that person.',
};
const NONE: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'No Azure sign-in was found',
  fix: 'Set `signIn`, the AZURE_ variables or a managed identity, or run `az login`. See docs/stores/azure-key-vault.md.',
};

/** By the number behind AADSTS in Microsoft's list of sign-in errors. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  7000222: EXPIRED,
  700024: EXPIRED,
  700082: EXPIRED,
  700084: EXPIRED,
  70008: EXPIRED,
  70043: EXPIRED,
  50173: EXPIRED,
  50132: EXPIRED,
  50133: EXPIRED,
  50076: EXPIRED,
  50078: EXPIRED,
  7000215: WRONG_SECRET,
  7000216: WRONG_SECRET,
  700027: WRONG_SECRET,
  700030: WRONG_SECRET,
  700016: NO_APPLICATION,
  90002: NO_APPLICATION,
  900023: NO_APPLICATION,
  70021: NO_FEDERATION,
  700211: NO_FEDERATION,
  700212: NO_FEDERATION,
  700213: NO_FEDERATION,
  53003: CONDITIONAL,
  530031: CONDITIONAL,
  90033: BUSY,
  90055: BUSY,
};

const refusalBody = z.object({ error: z.string(), error_codes: z.array(z.number()).optional() });

/** Our own error for an answer of the sign-in service that is no token. Undefined if it gave one. */
export function toSignInRefusal(status: number, text: string): KeyturnError | undefined {
  if (status < 400) return undefined;
  if (status === 429 || status >= 500) return build(BUSY, `status ${String(status)}`);
  const parsed = refusalBody.safeParse(parseJson(text));
  const number = parsed.success ? parsed.data.error_codes?.find((code) => Object.hasOwn(MEANINGS, code)) : undefined;
  return number === undefined ? build(OTHER, `status ${String(status)}`) : byNumber(number);
}

/** Our own error for what a credential of the SDK threw; of its text nothing but the number behind AADSTS is used. */
export function toSignInError(thrown: Error): KeyturnError {
  const number = /\bAADSTS(\d{5,7})\b/u.exec(thrown.message)?.[1];
  if (number !== undefined) return byNumber(Number(number));
  if (thrown.name === 'AuthenticationRequiredError') return build(UNUSABLE, 'nothing was asked');
  return build(NONE, thrown.name === 'CredentialUnavailableError' ? 'none available' : 'none worked');
}

/** Whether a credential of the SDK threw it. */
export function isSignInError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && SIGN_IN_ERRORS.has(thrown.name);
}

const SIGN_IN_ERRORS = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
]);

function byNumber(number: number): KeyturnError {
  return build(MEANINGS[number] ?? OTHER, `AADSTS${String(number)}`);
}

function build({ code, what, fix }: Meaning, why: string): KeyturnError {
  return new KeyturnError(code, `${what} (${why}).`, { fix, context: { signIn: true } });
}
