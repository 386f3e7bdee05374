import { KeyturnError } from '../../../src/core/errors.ts';
import type { HttpResponse } from '../../shared/http.ts';
import { unusableAnswer } from '../../shared/panel-answer.ts';

export type BlestaErrors = Readonly<Record<string, unknown>>;

/** What was called, for the reader and for the error's context. */
export interface Call {
  /** `Blesta at billing.example.com`. */
  readonly where: string;
  readonly method: string;
}

/** The errors of an answer that refused; undefined if it did not. */
export function refusedFields(errors: BlestaErrors | null | undefined): BlestaErrors | undefined {
  return errors && Object.keys(errors).length > 0 ? errors : undefined;
}

/** True for the module's own validation of a saved row: it asked the vendor and did not get a yes. */
export function isConnectionRefused(errors: BlestaErrors): boolean {
  const key = errors['key'];
  return typeof key === 'object' && key !== null && 'valid_connection' in key;
}

/** Statuses that say something whatever the body is. Undefined for those whose body decides. */
export function statusError(
  call: Call,
  response: HttpResponse,
  isApi: boolean,
  nowMs: number,
): KeyturnError | undefined {
  const { status } = response;
  const context = { status, method: call.method };
  if (!isApi || status === 429 || status >= 500) return unusableAnswer(call.where, response, nowMs);
  if (status === 401) {
    return new KeyturnError('PERMISSION_DENIED', `${call.where} does not accept the API user and key.`, {
      fix: 'Check `user` and `key` against Settings > System > API Access in Blesta; the key must belong to the same company.',
      context,
    });
  }
  if (status === 403) {
    return new KeyturnError('PERMISSION_DENIED', `${call.where} does not allow calls of ${call.method}.`, {
      fix: 'Check that the API key belongs to the company of the module, and that no firewall filters the API.',
      context,
    });
  }
  if (status === 404) {
    return new KeyturnError('CAPABILITY_MISSING', `${call.where} does not know ${call.method}.`, {
      fix: "Check the panel's `url`, and update Blesta to a version that is still supported.",
      context,
    });
  }
  return undefined;
}

/** A refusal that Keyturn has no better words for. Field names and texts of the answer are dropped. */
export function refusal(call: Call, status: number): KeyturnError {
  return new KeyturnError('PANEL_REFUSED', `${call.where} refused ${call.method}.`, {
    fix: 'Look at Tools > Logs > Module in Blesta for the moment of the call.',
    context: { status, method: call.method },
  });
}

/** An answer of the API that is not what its documentation promises. */
export function unexpectedValue(call: Call, status: number): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', `${call.where} answered ${call.method} with something unexpected.`, {
    fix: 'Check that Blesta is of a supported version and that no plugin changes its API.',
    context: { status, method: call.method },
  });
}
