import { z } from 'zod';
import { type ErrorContext, KeyturnError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import { type HttpResponse, retryAfterMs } from '../../shared/http.ts';
import { errorOfMeaning, type Meaning } from '../../shared/meaning.ts';

const DENIED: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'Azure Key Vault denied the call',
  fix: 'Give the identity that Keyturn runs as the role in docs/stores/azure-key-vault.md; a new assignment takes some minutes.',
};
const FIREWALL: Meaning = {
  code: 'PERMISSION_DENIED',
  what: "The vault's firewall refuses calls from this address",
  fix: "Allow this machine's address or network in the vault's networking settings, or use its private endpoint.",
};
const POLICY: Meaning = {
  code: 'PERMISSION_DENIED',
  what: 'An Azure Policy refuses what Keyturn would write',
  fix: 'If it wants an expiration date, set `expireAfterDays` in the options of the store.',
};
const DISABLED: Meaning = {
  code: 'SECRET_NOT_FOUND',
  what: 'The version is disabled in Azure',
  fix: 'Enable it with `az keyvault secret set-attributes --enabled true`, or write a new version.',
};
const DELETED: Meaning = {
  code: 'SECRET_NOT_FOUND',
  what: 'The secret is deleted in Azure but can be recovered',
  fix: 'Bring it back with `az keyvault secret recover`, also the one whose name ends in -keyturn-pending.',
};
const MOVING: Meaning = { code: 'UPSTREAM_UNAVAILABLE', what: 'Azure is deleting or recovering the secret right now' };
const MISSING: Meaning = { code: 'SECRET_NOT_FOUND', what: 'Azure Key Vault has no such secret or version' };
const SLOW_DOWN: Meaning = { code: 'RATE_LIMITED', what: 'Azure Key Vault asked to slow down' };
const DOWN: Meaning = { code: 'UPSTREAM_UNAVAILABLE', what: 'Azure Key Vault is not available' };
const PARAMETER: Meaning = {
  code: 'UNEXPECTED_RESPONSE',
  what: 'Azure Key Vault refused a parameter of the call',
  fix: 'Check the name of the secret and `apiVersion`; if they are right, report this with the log lines around it.',
};
const SIGN_IN: Meaning = {
  code: 'SIGN_IN_EXPIRED',
  what: 'Azure Key Vault does not accept the sign-in any more',
  fix: 'Sign in again (`az login`, or a new client secret or certificate), then run it again.',
};
const TENANT: Meaning = {
  code: 'CONFIG_INVALID',
  what: 'The sign-in is for another tenant than the one the vault belongs to',
  fix: "Set `tenantId` in `signIn` to the vault's tenant (az keyvault show --query properties.tenantId).",
};
const ODD: Meaning = { code: 'UNEXPECTED_RESPONSE', what: 'Azure Key Vault answered in a way that is not documented' };

/** By Azure's own code, the inner one first. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ForbiddenByRbac: DENIED,
  ForbiddenByPolicy: DENIED,
  AccessDenied: DENIED,
  ForbiddenByFirewall: FIREWALL,
  ForbiddenByConnection: FIREWALL,
  RequestDisallowedByPolicy: POLICY,
  SecretDisabled: DISABLED,
  ObjectIsDeletedButRecoverable: DELETED,
  ObjectIsBeingDeleted: MOVING,
  ObjectIsBeingRecovered: MOVING,
  SecretNotFound: MISSING,
  Throttled: SLOW_DOWN,
  BadParameter: PARAMETER,
  AKV10032: TENANT,
  Forbidden: DENIED,
  Unauthorized: SIGN_IN,
};

/** For answers without a code of the table, such as those of a proxy on the way. */
function byStatus(status: number): Meaning {
  if (status === 401) return SIGN_IN;
  if (status === 403) return DENIED;
  if (status === 409) return DELETED;
  if (status === 429) return SLOW_DOWN;
  return status >= 500 ? DOWN : ODD;
}

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().optional(),
    innererror: z.object({ code: z.string() }).optional(),
  }),
});

/** Our own error for an answer of the vault that is no success. Nothing of Azure's text gets through: it may repeat the request. */
export function toRefusal(response: HttpResponse, nowMs: number): KeyturnError {
  const { status, headers, text } = response;
  const azureCode = codeOf(status, text);
  const meaning = (azureCode === undefined ? undefined : MEANINGS[azureCode]) ?? byStatus(status);
  const wait = retryAfterMs(headers, nowMs);
  const context: ErrorContext = { status, ...(azureCode !== undefined && { azureCode }) };
  return errorOfMeaning(meaning, { why: azureCode ?? `status ${String(status)}`, retryAfterMs: wait, context });
}

/** Whether Key Vault itself said that there is no such secret or version. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'SecretNotFound');
}

export function isDisabled(error: unknown): boolean {
  return hasCode(error, 'SecretDisabled');
}

function hasCode(error: unknown, azureCode: string): boolean {
  return error instanceof KeyturnError && error.context['azureCode'] === azureCode;
}

/** A code of the table. The message is searched for nothing but one of Azure's numbers and its sentence about disabled versions. */
function codeOf(status: number, text: string): string | undefined {
  const parsed = errorBody.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { code, message = '', innererror } = parsed.data.error;
  // Azure says so with 403 and an inner code; emulators, and services in front of Azure, not always.
  if (message.includes('not allowed on a disabled')) return 'SecretDisabled';
  // Lowkey Vault gives the name of a Java class here.
  if (status === 404 && /NotFound(Exception)?$/u.test(code)) return 'SecretNotFound';
  const known = [innererror?.code, /\bAKV\d{5}\b/u.exec(message)?.[0], code];
  return known.find((candidate) => candidate !== undefined && Object.hasOwn(MEANINGS, candidate));
}
