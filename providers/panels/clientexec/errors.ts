import { KeyturnError } from '../../../src/core/errors.ts';
import type { HttpResponse } from '../../shared/http.ts';
import { unusableAnswer } from '../../shared/panel-answer.ts';

const INSTALL =
  "Build the connector (keyturn connector build <panel>), unpack it in ClientExec's root folder and check the panel's `url`; a hosted ClientExec takes no files, use `kind: manual` for it.";

/**
 * The error for whatever stands where the connector's reply should be. Nothing of it is repeated. It does not promise that nothing
 * was changed: a ClientExec that sends a page of its own may do so after the letter was carried out.
 */
export function noLetter(where: string, response: HttpResponse, nowMs: number): KeyturnError {
  const { status, text } = response;
  const context = { status };
  if (status === 404 || status === 410) {
    return new KeyturnError('CAPABILITY_MISSING', `${where} has no connector at this address (status ${status}).`, {
      fix: INSTALL,
      context,
    });
  }
  if (status >= 300 && status < 400) {
    const what = `${where} sends callers of the connector to another address (status ${status}).`;
    return new KeyturnError('UNEXPECTED_RESPONSE', what, {
      fix: "Give the address that callers end at as the panel's `url`: with www or without, with the right folder. A redirect to a login page means that the connector is not installed.",
      context,
    });
  }
  const told = unusableAnswer(where, response, nowMs);
  // A login or any other page at this address: ClientExec answers, the connector is not there.
  const isPage = status === 200 && /^\s*</.test(text) && told.code === 'UNEXPECTED_RESPONSE';
  return isPage ? new KeyturnError(told.code, told.safeMessage, { fix: INSTALL, context }) : told;
}

/** A binding that this panel can never serve. */
export function testRefused(where: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `${where} ${NO_TEST.what}`, {
    fix: NO_TEST.fix,
    untouched: 'Nothing in ClientExec was read or changed.',
  });
}

export const NO_TEST = {
  what: 'cannot use a test credential: its DomainNameAPI plugin never reads its own switch "Use testing server" and always asks the live system.',
  fix: 'Remove the binding with `environment: test`; keep the live one.',
} as const;
