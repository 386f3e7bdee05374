import type { AccountIdentity, InconclusiveReason, RejectionReason, Verdict } from '../../../src/core/verdict.ts';
import { type HttpResponse, retryAfterMs } from '../http.ts';
import { isAddressRefusal, messageOf, refusedAddress } from './address-refusal.ts';
import { readAccount } from './read-account.ts';

/** The vendor paces one request a second per key; an unexplained 429 is answered by two turns of silence. */
const DEFAULT_RETRY_AFTER_MS = 2_000;

/**
 * What one answer to the balance call says about the credential (reference domainnameapi.md, sections 4.1 to 4.3).
 * Total: every status and body has a verdict. No text of the answer enters `detail`, except an address that `isIP` accepts.
 * `caller` says whose address the call left from, where the vendor does not name it.
 */
export function readAnswer(
  response: HttpResponse,
  expected: AccountIdentity,
  nowMs: number,
  caller = "this machine's address",
): Verdict {
  const message = messageOf(response.text);
  if (isAddressRefusal(message, response.status)) return refusedForAddress(message, caller);
  const wait = retryAfterMs(response.headers, nowMs);
  return response.status === 200 ? readSuccess(response.text, expected) : readRefusal(response.status, wait);
}

function readSuccess(text: string, expected: AccountIdentity): Verdict {
  const account = readAccount(text);
  if (typeof account === 'string') return inconclusive('unexpected-response', account);
  if (account.resellerId.toLowerCase() !== expected.resellerId.toLowerCase()) {
    return rejected('wrong-account', 'The vendor accepted the credential, but it belongs to another account.');
  }
  return {
    verdict: 'valid',
    resellerId: expected.resellerId,
    balances: account.balances,
    detail: 'The vendor answered with the balance of the expected account.',
  };
}

function readRefusal(status: number, wait: number | undefined): Verdict {
  switch (status) {
    case 301:
    case 302:
      return rejected(
        'bad-credential',
        `The vendor sent the call to its login page (HTTP ${status}): it does not know this credential.`,
      );
    case 401:
      return rejected('bad-credential', 'The vendor does not accept this credential (HTTP 401).');
    case 403:
      // Clients of the API read 403 as "permission or limits", and the status of an address refusal is not documented. Without
      // the vendor's sentence about the address it says nothing about the credential, and calling it a rejection could throw
      // away a new key that works. So it proves nothing, and the detail names what a person should look at.
      return inconclusive(
        'unexpected-response',
        "The vendor refused the call without saying why (HTTP 403): look at the account's permissions, limits and IP authorization.",
        wait,
      );
    case 429:
      return inconclusive('rate-limited', 'The vendor asks for fewer requests with this key (HTTP 429).', paced(wait));
    default:
      return status >= 500
        ? inconclusive('outage', `The vendor's API is not working (HTTP ${status}).`, wait)
        : inconclusive(
            'unexpected-response',
            `The vendor answered HTTP ${status}, which this call does not have: is the base URL right?`,
          );
  }
}

/** `Retry-After: 0` is a server's "now", which the vendor's pace does not allow. */
function paced(wait: number | undefined): number {
  return Math.max(wait ?? DEFAULT_RETRY_AFTER_MS, 1_000);
}

function refusedForAddress(message: string, caller: string): Verdict {
  const address = refusedAddress(message);
  const who = address === undefined ? caller : `the address ${address}`;
  return rejected(
    'address-not-allowed',
    `The vendor does not let ${who} use the account: add it under IP authorization settings.`,
  );
}

function rejected(reason: RejectionReason, detail: string): Verdict {
  return { verdict: 'rejected', reason, detail };
}

function inconclusive(reason: InconclusiveReason, detail: string, wait?: number): Verdict {
  return { verdict: 'inconclusive', reason, detail, ...(wait !== undefined && { retryAfterMs: wait }) };
}
