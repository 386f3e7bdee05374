import { isIP } from 'node:net';
import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import type { HttpResponse } from '../../shared/http.ts';
import { showsLogin, unusableAnswer } from '../../shared/panel-answer.ts';

const ACCESS = 'Settings > Security > API Access';
const PLUGIN_FIX =
  'Install the connector (keyturn connector build <panel>) and activate the plugin Keyturn: Settings > Modules.';

/** Why a permission is missing: the API key itself, or one function of its list. Kept in the error's `context.reason`. */
type DenialReason = 'credential' | 'function';

interface Rule {
  readonly all: readonly RegExp[];
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
  readonly reason?: DenialReason;
}

const MISSING = /not found|not exist|unknown|no such|missing|inactive|not active|not enabled|not installed|not loaded/i;
const FORBIDDEN = /not allowed|denied|disabled|forbidden|permission|privilege|restricted|no access|not enabled/i;

/** HostBill's texts are not documented, so they are told apart by their words. The first rule of which all fit counts. */
const RULES: readonly Rule[] = [
  {
    all: [/\bips?\b|\baddress\b|subnet/i],
    code: 'ADDRESS_NOT_ALLOWED',
    what: "does not take API calls from the worker's address",
    fix: `Add the worker's address to the API key: ${ACCESS}.`,
  },
  {
    all: [/function|method|\bcall\b|\bfn\b/i, FORBIDDEN],
    code: 'PERMISSION_DENIED',
    what: 'does not let this API key call the function',
    fix: `Tick the function for this API key: ${ACCESS}.`,
    reason: 'function',
  },
  {
    all: [/module|plugin/i, MISSING],
    code: 'CAPABILITY_MISSING',
    what: 'does not have the connector active',
    fix: PLUGIN_FIX,
  },
  {
    all: [/function|method|\bcall\b|\bfn\b/i, MISSING],
    code: 'CAPABILITY_MISSING',
    what: 'does not know the function',
    fix: 'Update HostBill and the connector: keyturn connector build <panel>.',
  },
  {
    all: [/api[ _-]?(id|key)|credential|authori[sz]|authenticat|log ?in|access denied/i],
    code: 'PERMISSION_DENIED',
    what: 'does not accept the API ID and API Key',
    fix: `Check \`apiId\` and \`apiKey\` against ${ACCESS}.`,
    reason: 'credential',
  },
];

export interface RefusedCall {
  readonly where: string;
  /** Name of the API function. */
  readonly name: string;
  readonly status: number;
  readonly texts: readonly string[];
}

/** HostBill's `success: false` as an error of ours. Its texts are dropped; an address in them is kept. */
export function refusedCall({ where, name, status, texts }: RefusedCall): KeyturnError {
  const text = texts.join('\n');
  const rule = RULES.find(({ all }) => all.every((part) => part.test(text)));
  if (rule === undefined) {
    return new KeyturnError('PANEL_REFUSED', `${where} refused ${name} for a reason that Keyturn does not know.`, {
      fix: `Look at the API usage log for the moment of the call: ${ACCESS}.`,
      context: { call: name, status },
    });
  }
  const address = rule.code === 'ADDRESS_NOT_ALLOWED' ? addressIn(text) : undefined;
  const seenAs = address === undefined ? '' : ` It sees the worker as ${address}.`;
  return new KeyturnError(rule.code, `${where} ${rule.what} (${name}).${seenAs}`, {
    fix: rule.fix,
    untouched: 'Nothing was written.',
    context: { call: name, status, ...(rule.reason && { reason: rule.reason }), ...(address && { address }) },
  });
}

/** True for a key that is good but may not call this one function. */
export function isFunctionDenied(error: KeyturnError): boolean {
  return error.context['reason'] === 'function';
}

/** The error for an answer that is not HostBill's API: a page, a redirect, nothing. */
export function noAnswer(where: string, response: HttpResponse, nowMs: number): KeyturnError {
  const folder = folderTrouble(response);
  if (folder === undefined) return unusableAnswer(where, response, nowMs);
  const { status } = response;
  return new KeyturnError('UNEXPECTED_RESPONSE', `${where} ${folder} (status ${status}).`, {
    fix: "Give as `url` the admin folder under the name it has now, as in the address of HostBill's admin area.",
    untouched: 'Nothing was written.',
    context: { status },
  });
}

/** The admin folder is often renamed; its old name then leads nowhere, elsewhere, or to a login page. */
function folderTrouble({ status, text }: HttpResponse): string | undefined {
  if (status === 404) return 'has no api.php at this address';
  if (status >= 300 && status < 400) return 'sends callers of this address elsewhere';
  if (status === 200 && showsLogin({ text })) return 'shows its login page in place of its API';
  return undefined;
}

function addressIn(text: string): string | undefined {
  return text
    .split(/[^0-9A-Fa-f.:]+/)
    .find((word) => isIP(word.replace(/\.$/, '')) !== 0)
    ?.replace(/\.$/, '');
}
