import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import { type HttpResponse, retryAfterMs } from '../../shared/http.ts';

/** What was called, for the reader and for the error's context. */
export interface Call {
  /** `FOSSBilling at billing.example.com`. */
  readonly where: string;
  /** `admin/servicedomain/registrar_get`. */
  readonly method: string;
}

interface Rule {
  readonly codes: readonly number[];
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
}

/** FOSSBilling's own error numbers. Its texts are never looked at: they come in the installation's language. */
const RULES: readonly Rule[] = [
  {
    codes: [1002],
    code: 'ADDRESS_NOT_ALLOWED',
    what: "does not take API calls from the worker's address",
    fix: "Add the worker's address to `api` > `allowed_ips` in FOSSBilling's config.php.",
  },
  {
    codes: [1004],
    code: 'CONFIG_INVALID',
    what: 'takes API calls only from pages of its own address, and the `url` of this panel is another one',
    fix: "Give `url` exactly as it stands in FOSSBilling's config.php.",
  },
  {
    codes: [201, 202, 203, 204, 205, 206],
    code: 'PERMISSION_DENIED',
    what: 'does not accept the API token',
    fix:
      "Check `token` against the API key in the staff member's profile, that the member is active, " +
      'and that the web server hands the Authorization header on to PHP.',
  },
  {
    codes: [403, 725],
    code: 'PERMISSION_DENIED',
    what: 'does not let the staff member of this token make the call',
    fix: 'Give the staff member access to the Servicedomain module with "Manage registrars" and, for a canary TLD, "Manage TLDs".',
  },
  {
    codes: [429],
    code: 'RATE_LIMITED',
    what: 'asks for a pause',
    fix: "Keyturn waits by itself; to spare that, add the worker's address to FOSSBilling's rate limiter whitelist.",
  },
  {
    codes: [503],
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'is in maintenance, or waits for an update to be finished',
    fix: 'End the maintenance, or finish the update in the admin area.',
  },
  {
    codes: [701, 710, 714, 715, 730, 740, 879],
    code: 'CAPABILITY_MISSING',
    what: 'does not know the call',
    fix: 'Update FOSSBilling to a version that is still supported, and see that its Servicedomain module is active.',
  },
];

const PLAIN_REFUSAL = 9999;

/** True for a refusal whose reason has no number of its own: nothing there, not saved, not available. */
export function isPlainRefusal(code: number | string): boolean {
  return Number(code) === PLAIN_REFUSAL;
}

/** FOSSBilling's `error` as an error of ours, by its number. The text of the answer is dropped. */
export function errorOfCode(call: Call, code: number | string, response: HttpResponse, nowMs: number): KeyturnError {
  const { where, method } = call;
  const context = { status: response.status, method };
  const wait = retryAfterMs(response.headers, nowMs);
  const details = { context, ...(wait !== undefined && { retryAfterMs: wait }) };
  const rule = RULES.find((candidate) => candidate.codes.includes(Number(code)));
  if (rule) return new KeyturnError(rule.code, `${where} ${rule.what} (${method}).`, { ...details, fix: rule.fix });
  return new KeyturnError('UPSTREAM_UNAVAILABLE', `${where} failed inside (${method}).`, {
    ...details,
    fix: 'Look at the log of FOSSBilling (data/log) for the moment of the call.',
  });
}

/** A refusal that Keyturn has no better words for. */
export function refusal({ where, method }: Call): KeyturnError {
  return new KeyturnError('PANEL_REFUSED', `${where} refused ${method}.`, {
    fix: 'Look at the log of FOSSBilling (data/log) for the moment of the call.',
    context: { method },
  });
}

/** An answer of the API that is not what its source promises. */
export function unexpectedValue({ where, method }: Call): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', `${where} answered ${method} with something unexpected.`, {
    fix: 'Check that FOSSBilling is of a supported version and that no extension changes its API.',
    context: { method },
  });
}
