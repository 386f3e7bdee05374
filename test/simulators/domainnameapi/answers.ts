import type { Out } from '../shared/read.ts';
import { answer, json, type WebAnswer, withHeader } from '../shared/web.ts';
import type { refusalStyle } from './config.ts';

/** An error in the style of the ABP framework, which the vendor's gateway is built on. */
export function abpError(status: number, code: string | null, message: string): WebAnswer {
  return json(status, { error: { code, message, details: null, data: {}, validationErrors: null } });
}

/** The redirect to a sign-in page that stands for "who are you?". */
export function signIn(path: string): WebAnswer {
  return withHeader(answer(302, 'text/html', ''), 'location', `/Account/Login?ReturnUrl=${encodeURIComponent(path)}`);
}

/** A wrong pair, in the style that is switched on. */
export function refused(style: Out<typeof refusalStyle>, path: string): WebAnswer {
  if (style === '302') return signIn(path);
  if (style === '401-text') return answer(401, 'text/plain', 'Unauthorized');
  if (style === '401-empty') return answer(401, 'text/plain', '');
  return abpError(401, null, 'Authentication failed for the given API key.');
}

/** The caller's address is not on the account's list. */
export function notAllowed(status: number, address: string): WebAnswer {
  return abpError(status, null, `Your current IP address (${address}) is not authorized to access this service.`);
}

/** Too fast: an empty body, with `Retry-After` only if told so. */
export function tooFast(retryAfter: number | undefined): WebAnswer {
  return withHeader(answer(429, 'text/plain', ''), 'retry-after', retryAfter);
}
