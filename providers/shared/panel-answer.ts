import { KeyturnError } from '../../src/core/errors.ts';
import { type HttpResponse, retryAfterMs } from './http.ts';

/** Up to the next tag at most, so that a megabyte of open tags is read once and not once for each of them. */
const LOGIN_FIELD = /<input\b[^<>]*\btype\s*=\s*["']?password\b/i;
/** How many places of a page are tried as the beginning of the answer. */
const MAX_BEGINNINGS = 20;
const NOTICE = /\b(?:warning|notice|deprecated|strict standards)\b/i;

/**
 * The body as JSON, or undefined if it is none: a login page, a maintenance page, nothing at all. Never throws.
 * PHP may print notices of its own around an answer, if its `display_errors` is on; the last record of such a text is taken
 * for the answer. Any other text around it makes it none.
 */
export function jsonBody(response: HttpResponse): unknown {
  const text = response.text.trim();
  return parsed(text) ?? (NOTICE.test(text) ? recordAmongNotices(text) : undefined);
}

function recordAmongNotices(text: string): unknown {
  const end = text.lastIndexOf('}') + 1;
  let begin = text.indexOf('{');
  for (let tried = 0; begin >= 0 && begin < end && tried < MAX_BEGINNINGS; tried += 1) {
    const record = parsed(text.slice(begin, end));
    if (record !== undefined) return record;
    begin = text.indexOf('{', begin + 1);
  }
  return undefined;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The error for an answer that is not the panel's API speaking: another status, a page, an empty body.
 * `where` names the panel for the reader, for example `WHMCS at panel.example.com`.
 */
export function unusableAnswer(where: string, response: HttpResponse, nowMs: number): KeyturnError {
  const { status } = response;
  const context = { status };
  const wait = retryAfterMs(response.headers, nowMs);
  const later = wait === undefined ? { context } : { context, retryAfterMs: wait };
  if (status === 429) return new KeyturnError('RATE_LIMITED', `${where} asks for a pause (status 429).`, later);
  if (isMaintenance(response)) {
    const fix = 'Switch its maintenance mode off, or wait: Keyturn tries again by itself.';
    return new KeyturnError('UPSTREAM_UNAVAILABLE', `${where} is in maintenance.`, { ...later, fix });
  }
  if (status >= 500) return new KeyturnError('UPSTREAM_UNAVAILABLE', `${where} failed with status ${status}.`, later);
  if (status === 401 || status === 403) {
    return new KeyturnError(
      'PERMISSION_DENIED',
      `Something in front of ${where} refused the call (status ${status}).`,
      {
        fix: "Let the worker's address through the web server's access rules or firewall to the panel's API.",
        context,
      },
    );
  }
  return new KeyturnError('UNEXPECTED_RESPONSE', `${where} ${describe(response)}`, {
    fix: "Check the panel's `url` in the configuration, and that the panel is not in maintenance.",
    context,
  });
}

/** Whether the body is a page that asks for a password. */
export function showsLogin({ text }: Pick<HttpResponse, 'text'>): boolean {
  return LOGIN_FIELD.test(text);
}

function isMaintenance({ status, text }: HttpResponse): boolean {
  return (status === 200 || status === 503) && /\bmaintenance\b/i.test(text);
}

function describe({ status, text }: HttpResponse): string {
  if (showsLogin({ text })) return `shows its login page instead of its answer (status ${status}).`;
  if (status >= 300 && status < 400) return `sends callers to another address (status ${status}).`;
  if (status === 404) return 'has no API at this address (status 404).';
  if (text.trim() === '') return `answered with nothing (status ${status}).`;
  return `answered with something that is not its API's data (status ${status}).`;
}
