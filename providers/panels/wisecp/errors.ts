import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import { type HttpResponse, retryAfterMs } from '../../shared/http.ts';
import type { WisecpOptions } from './options.ts';

type Generation = WisecpOptions['generation'];

/** What was called, for the reader and for the error's context. */
export interface Call {
  /** `WISECP at billing.example.com`. */
  readonly where: string;
  readonly generation: Generation;
  /** The permission that the call needs, as the panel's screen for API credentials has it. */
  readonly scope: string;
}

/** Why WISECP refused, apart from what its connector may refuse later. */
export type Refusal = 'key' | 'scope' | 'address' | 'pace' | 'group' | 'missing' | 'inside' | 'unknown';

const CREDENTIALS = { v5: 'Settings > API Credentials', v3: 'Settings > General > API' } as const;

interface Words {
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: (call: Call) => string;
}

const WORDS: Readonly<Record<Refusal, Words>> = {
  key: {
    code: 'PERMISSION_DENIED',
    what: 'does not accept the API key.',
    fix: ({ generation }) =>
      `Check \`apiKey\` against ${CREDENTIALS[generation]}, and that \`generation\` is right; a lost key is replaced, not recovered.`,
  },
  scope: {
    code: 'PERMISSION_DENIED',
    what: 'does not let this API key use the action.',
    fix: ({ generation, scope }) =>
      `Tick ${scope} in the credential (${CREDENTIALS[generation]}); the staff account that issued it needs its own rights, too.`,
  },
  address: {
    code: 'ADDRESS_NOT_ALLOWED',
    what: "does not take API calls from the worker's address with this key.",
    fix: ({ generation }) => `Add the worker's address to the credential: ${CREDENTIALS[generation]}.`,
  },
  pace: {
    code: 'RATE_LIMITED',
    what: 'asks for a pause: the requests per minute of this API key are used up.',
    fix: ({ generation }) => `Keyturn waits by itself; to spare that, raise the budget: ${CREDENTIALS[generation]}.`,
  },
  group: {
    code: 'CAPABILITY_MISSING',
    what: 'has no module group of that name.',
    fix: () => 'Nothing to do: the connector tells what Keyturn needs to know.',
  },
  missing: {
    code: 'CAPABILITY_MISSING',
    what: 'has no active Keyturn connector.',
    fix: ({ generation }) =>
      `Install it (keyturn connector build <panel>) and activate the addon "Keyturn"; check that \`generation: ${generation}\` is right.`,
  },
  inside: {
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'failed inside.',
    fix: () => "Look at WISECP's and PHP's error log for the moment of the call.",
  },
  unknown: {
    code: 'PANEL_REFUSED',
    what: 'refused the call for a reason that Keyturn does not know.',
    fix: ({ generation, scope }) =>
      `Check the credential (${CREDENTIALS[generation]}): the key, its permission ${scope}, its addresses; and that the addon "Keyturn" is active.`,
  },
};

/** A refusal of WISECP as an error of ours. `context.refusal` tells which; the panel's own text is dropped. */
export function wisecpError(call: Call, refusal: Refusal, response: HttpResponse, nowMs: number): KeyturnError {
  const { code, what, fix } = WORDS[refusal];
  const wait = retryAfterMs(response.headers, nowMs);
  return new KeyturnError(code, `${call.where} ${what}`, {
    fix: fix(call),
    context: { refusal, status: response.status, scope: call.scope },
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/** Codes of WISECP 5 that its documentation names; an address that is not listed has a code that it does not name. */
const CODES: ReadonlyMap<string, Refusal> = new Map([
  ['unauthorized', 'key'],
  ['insufficient_scope', 'scope'],
  ['rate_limited', 'pace'],
  ['unknown_group', 'group'],
  ['not_found', 'missing'],
  ['method_not_allowed', 'missing'],
  ['server_error', 'inside'],
]);

/** What an error of WISECP 5 means. */
export function refusalOfCode(code: string, status: number): Refusal {
  const known = CODES.get(code);
  if (known) return known;
  if (/(^|_)(ip|address|origin)(_|$)/.test(code)) return 'address';
  return refusalOfStatus(status);
}

/** The texts of WISECP 3 and 4 are not documented and may be translated; only plain cases are recognised. */
const TEXTS: readonly (readonly [RegExp, Refusal])[] = [
  [/\bip\b|\baddress\b/i, 'address'],
  [/\bpermission|\bauthori[sz]|\bnot allowed\b|\bprivilege/i, 'scope'],
  [/\bapi ?key\b|\bcredential|\bapi id/i, 'key'],
  [/\baction\b|\bmethod\b|\bgroup\b|\bnot (?:found|active)\b/i, 'missing'],
];

/** What a refusal of WISECP 3 or 4 means. */
export function refusalOfText(text: string, status: number): Refusal {
  const found = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  return found ?? refusalOfStatus(status);
}

function refusalOfStatus(status: number): Refusal {
  if (status === 401) return 'key';
  if (status === 403) return 'scope';
  if (status === 404 || status === 405) return 'missing';
  if (status === 429) return 'pace';
  return status >= 500 ? 'inside' : 'unknown';
}
