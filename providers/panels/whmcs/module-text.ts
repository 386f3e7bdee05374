import type { RejectionReason } from '../../../src/core/verdict.ts';

export type ModuleVerdict =
  | { readonly verdict: 'rejected'; readonly reason: RejectionReason; readonly detail: string }
  | {
      readonly verdict: 'inconclusive';
      readonly reason: 'outage' | 'rate-limited' | 'unexpected-response';
      readonly detail: string;
    };

interface Rule {
  readonly text: RegExp;
  readonly verdict: ModuleVerdict;
}

const OUTAGE: ModuleVerdict = {
  verdict: 'inconclusive',
  reason: 'outage',
  detail: "The panel's module got no usable answer from the vendor.",
};
const BUSY: ModuleVerdict = {
  verdict: 'inconclusive',
  reason: 'rate-limited',
  detail: "The vendor asked the panel's module for a pause.",
};
const ADDRESS: ModuleVerdict = {
  verdict: 'rejected',
  reason: 'address-not-allowed',
  detail: "The vendor does not take calls from the panel's address.",
};
const BAD: ModuleVerdict = {
  verdict: 'rejected',
  reason: 'bad-credential',
  detail: 'The vendor refused the credential that the panel has stored.',
};
const LEGACY: ModuleVerdict = {
  verdict: 'rejected',
  reason: 'bad-credential',
  detail: 'The panel asked the old SOAP system, which does not know its username: that is no Reseller ID.',
};
const NO_DOMAIN: ModuleVerdict = {
  verdict: 'inconclusive',
  reason: 'unexpected-response',
  detail: "The vendor does not find the canary domain in the account or environment that the panel's module uses.",
};
const UNKNOWN: ModuleVerdict = {
  verdict: 'inconclusive',
  reason: 'unexpected-response',
  detail: "The panel's module failed with a text that Keyturn does not know.",
};

/**
 * The module's error texts, most telling first (reference domainnameapi.md, section 4.3; panels.md, section 1). "Invalid response
 * format" goes before everything: the module shows it with the code CREDENTIALS, and it is a plain outage all the same.
 */
const RULES: readonly Rule[] = [
  {
    text: /invalid response (format|received)|response is empty|soap connection error|parsing wsdl|could not resolve host|connection (refused|timed out|reset)|\bcurl_\d+|operation timed out/i,
    verdict: OUTAGE,
  },
  { text: /\b(API|HTTP)[_ ]?429\b|too many requests/i, verdict: BUSY },
  {
    text: /\b(API|HTTP)[_ ]?5\d\d\b|bad gateway|service unavailable|gateway time-?out|internal server error/i,
    verdict: OUTAGE,
  },
  {
    text: /is not authori[sz]ed to access|ip address\b.*\bnot authori[sz]ed|unauthori[sz]ed ip|\bip\b.*\bnot (in the )?(whitelist|allow)|\bAPI_301_ERROR\b/i,
    verdict: ADDRESS,
  },
  { text: /reseller not found|\bAPI_300_ERROR\b/i, verdict: LEGACY },
  { text: /\bDomain:10007\b|domain name you requested could not be found/i, verdict: NO_DOMAIN },
  {
    text: /invalid api (credentials|key)|\bAPI_30[12]\b|\b(API|HTTP)[_ ]?401\b|\bunauthori[sz]ed\b|authentication failed(?=\s+-\s|.*\b(api key|reseller|credential))/i,
    verdict: BAD,
  },
];

/** A panel may answer with a megabyte, and the patterns look ahead: their time grows with the square of the text. */
const MAX_TEXT = 2_000;

/** What a failed registrar action says about the stored credential. Without a telling text the answer is `inconclusive`. */
export function verdictOfModuleText(text: string): ModuleVerdict {
  const start = text.slice(0, MAX_TEXT);
  return RULES.find((rule) => rule.text.test(start))?.verdict ?? UNKNOWN;
}
