import { isIP } from 'node:net';
import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';

/** Why a permission is missing: the API credential itself, or one action of its role. Kept in the error's `context.reason`. */
export type DenialReason = 'credential' | 'role';

interface Rule {
  readonly text: RegExp;
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
  readonly reason?: DenialReason;
}

const CREDENTIALS = 'System Settings > API Credentials';
const NEW_CREDENTIAL =
  `Check \`identifier\` and \`secret\` against ${CREDENTIALS}, and that the credential's administrator has "API Access" ` +
  '(System Settings > Administrator Roles).';

/** WHMCS tells its errors apart by their text alone (reference panels.md, section 2.1). The first rule that fits counts. */
const RULES: readonly Rule[] = [
  {
    text: /^invalid permissions\b/i,
    code: 'PERMISSION_DENIED',
    what: 'does not let this API credential use the action',
    fix: `Tick the action in the credential's API role: ${CREDENTIALS} > API Roles.`,
    reason: 'role',
  },
  {
    text: /^invalid api action\b/i,
    code: 'CAPABILITY_MISSING',
    what: 'does not know the action',
    fix: 'Update WHMCS to a version that is still supported (8.1.1 or newer).',
  },
  {
    text: /^(?:invalid|forbidden) ip\b/i,
    code: 'ADDRESS_NOT_ALLOWED',
    what: "does not take API calls from the worker's address",
    fix: 'Add the address at System Settings > General Settings > Security > API IP Access Restriction, or set `accessKey`.',
  },
  {
    text: /^ip banned\b/i,
    code: 'ADDRESS_NOT_ALLOWED',
    what: "has banned the worker's address",
    fix: 'Remove the address at System Settings > Banned IPs, then correct the API credential that got it banned.',
  },
  {
    text: /^(authentication failed|invalid or missing credentials|access denied)\.?$/i,
    code: 'PERMISSION_DENIED',
    what: 'does not accept the API credential',
    fix: NEW_CREDENTIAL,
    reason: 'credential',
  },
  {
    text: /^invalid module name\b/i,
    code: 'CONFIG_INVALID',
    what: 'does not have the DomainNameAPI registrar module active',
    fix: `Install and activate the module: ${menuPaths.whmcs.path}.`,
  },
  {
    text: /^(invalid module type|get module configuration parameters not supported)\b/i,
    code: 'CAPABILITY_MISSING',
    what: 'cannot configure registrar modules through its API',
    fix: `Update WHMCS, or enter the credential by hand: ${menuPaths.whmcs.path}.`,
  },
  {
    text: /^module configuration update failed\b/i,
    code: 'PANEL_REFUSED',
    what: 'did not save the configuration of the module',
    fix: `Save the module's settings once by hand to see why: ${menuPaths.whmcs.path}.`,
  },
  {
    text: /^domain (id )?not found\b/i,
    code: 'CONFIG_INVALID',
    what: 'has no domain with the id given as `canaryDomainId`',
    fix: 'Give the id that stands in the address of the domain in the WHMCS admin area (domainid=...).',
  },
  {
    text: /^registrar function not supported\b/i,
    code: 'CONFIG_INVALID',
    what: 'cannot ask the registrar of the canary domain for its name servers',
    fix: 'Give as `canaryDomainId` a domain that is registered through the DomainNameAPI module.',
  },
];

/** Texts that the module may send just as well; they are WHMCS's own for certain only with its 401 or 403. */
const AMBIGUOUS = /^(authentication failed|access denied)\.?$/i;

export interface Refusal {
  /** For the reader: `WHMCS at billing.example.com`. */
  readonly where: string;
  readonly action: string;
  readonly status: number;
  readonly message: string;
}

/** True if the text of a failed registrar action is certainly WHMCS's own and not the module's. */
export function isOwnRefusal({ status, message }: Refusal): boolean {
  const text = message.trim();
  if (AMBIGUOUS.test(text)) return status === 401 || status === 403;
  return RULES.some((rule) => rule.text.test(text));
}

/** WHMCS's `result=error` as an error of ours. The upstream text itself is dropped; an address in it is kept. */
export function whmcsError(refusal: Refusal): KeyturnError {
  const { where, action, status } = refusal;
  const text = refusal.message.trim();
  const rule = RULES.find((candidate) => candidate.text.test(text));
  if (rule === undefined) return unknownRefusal(refusal);
  const address = rule.code === 'ADDRESS_NOT_ALLOWED' ? addressIn(text) : undefined;
  const seenAs = address === undefined ? '' : ` It sees the worker as ${address}.`;
  return new KeyturnError(rule.code, `${where} ${rule.what} (${action}).${seenAs}`, {
    fix: rule.fix,
    context: { action, status, ...(rule.reason && { reason: rule.reason }), ...(address !== undefined && { address }) },
  });
}

function unknownRefusal({ where, action, status }: Refusal): KeyturnError {
  const context = { action, status };
  if (status === 429) return new KeyturnError('RATE_LIMITED', `${where} asks for a pause (${action}).`, { context });
  if (status >= 500) {
    return new KeyturnError('UPSTREAM_UNAVAILABLE', `${where} failed with status ${status} (${action}).`, { context });
  }
  if (status === 401 || status === 403) {
    return new KeyturnError('PERMISSION_DENIED', `${where} refused the call with status ${status} (${action}).`, {
      fix: NEW_CREDENTIAL,
      context: { ...context, reason: 'credential' },
    });
  }
  return new KeyturnError('PANEL_REFUSED', `${where} refused ${action} for a reason that Keyturn does not know.`, {
    fix: 'Look at System Logs > Activity Log in WHMCS for the moment of the call.',
    context,
  });
}

function addressIn(text: string): string | undefined {
  return text.split(/[\s,;"'()]+/).find((word) => isIP(word) !== 0);
}

/** True for "this role does not tick that action" and "this version lacks that action": other actions may still work. */
export function isActionMissing(error: KeyturnError): boolean {
  return error.code === 'CAPABILITY_MISSING' || error.context['reason'] === 'role';
}
