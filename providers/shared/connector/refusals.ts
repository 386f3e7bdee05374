import { type ErrorCode, KeyturnError } from '../../../src/core/errors.ts';
import type { ConnectorRefusal } from './schema.ts';

interface Words {
  readonly code: ErrorCode;
  /** Goes behind the panel's name. */
  readonly what: string;
  readonly fix: string;
}

const VERSION: Words = {
  code: 'CAPABILITY_MISSING',
  what: 'has a connector that does not understand this version of Keyturn.',
  fix: 'Build the connector again and install it over the old one: keyturn connector build <panel>',
};
const PAIRING: Words = {
  code: 'PERMISSION_DENIED',
  what: 'has a connector that does not accept our pairing.',
  fix: 'Install the archive that was built with this pairing, or pair anew: keyturn connector build <panel> --new-pairing',
};
const UNKNOWN: Words = {
  code: 'PANEL_REFUSED',
  what: 'has a connector that refused the call for a reason that Keyturn does not know.',
  fix: 'Bring the connector and Keyturn to the same version, then run: keyturn connector verify <panel>',
};

/** Every refusal of docs/panels/connector.md that needs no facts to be told. */
const WORDS: Readonly<Record<string, Words>> = {
  malformed: VERSION,
  'unsupported-version': VERSION,
  'unknown-operation': VERSION,
  'not-paired': PAIRING,
  'bad-signature': PAIRING,
  'cannot-open': PAIRING,
  'https-required': {
    code: 'CONFIG_INVALID',
    what: 'was called without TLS as its connector sees it, so the connector refuses.',
    fix: 'Give the panel an https:// address; a TLS-terminating proxy must set X-Forwarded-Proto and reach the panel from a private address.',
  },
  'address-not-listed': {
    code: 'ADDRESS_NOT_ALLOWED',
    what: "has a connector that does not take calls from the worker's address.",
    fix: "Add the address to 'addresses' in the connector's pairing.php, or empty that list.",
  },
  'rate-limited': {
    code: 'RATE_LIMITED',
    what: 'has a connector that asks for a pause.',
    fix: 'Keyturn waits by itself.',
  },
  'clock-skew': {
    code: 'PANEL_REFUSED',
    what: "has a clock that differs from this machine's by more than five minutes.",
    fix: 'Set both clocks by NTP (timedatectl set-ntp true).',
  },
  replayed: {
    code: 'UNEXPECTED_RESPONSE',
    what: 'was sent the same letter twice, so its connector refused the second.',
    fix: 'Look for a proxy between the worker and the panel that repeats POST requests.',
  },
  'sodium-missing': {
    code: 'CAPABILITY_MISSING',
    what: 'runs a PHP without the sodium extension, which the connector needs.',
    fix: "Switch the extension on in the panel's PHP (php -m lists it), for web requests too.",
  },
  'state-not-writable': {
    code: 'CAPABILITY_MISSING',
    what: 'has a connector that cannot write its own state folder, so it cannot refuse replayed letters.',
    fix: "Let the web server's user write the folder 'state' beside the connector's pairing.php.",
  },
  superseded: {
    code: 'SUPERSEDED',
    what: 'had its key changed after Keyturn last looked at it.',
    fix: 'Nothing to do: Keyturn looks again and plans anew.',
  },
  'module-missing': {
    code: 'CONFIG_INVALID',
    what: 'does not have the DomainNameAPI module installed.',
    fix: 'Install the latest module from github.com/domainreseller and activate it.',
  },
  'module-inactive': {
    code: 'CONFIG_INVALID',
    what: 'has the DomainNameAPI module installed, but not active.',
    fix: 'Activate the module in the panel.',
  },
  'place-unknown': {
    code: 'CONFIG_INVALID',
    what: 'does not have the place that the binding names, or has several and the binding names none.',
    fix: 'Run keyturn connector verify <panel> to see the places there are, and name one in the binding.',
  },
  'by-hand': {
    code: 'CAPABILITY_MISSING',
    what: 'offers its connector no function that saves the credential.',
    fix: 'Enter it by hand; Keyturn then sees and proves it.',
  },
  'row-missing': {
    code: 'CONFIG_INVALID',
    what: 'has no account in the module yet, and its connector adds none.',
    fix: 'Add one account by hand; from then on Keyturn keeps it.',
  },
  'refused-by-module': {
    code: 'PANEL_REFUSED',
    what: 'has a module that refused the credential, because neither it nor the connector got a yes from the vendor.',
    fix: "Add the panel's address to DomainNameAPI's IP authorization settings, and see that the key is of this environment.",
  },
  'vendor-unreachable': {
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'has a module that refused the credential, and the vendor gave the connector neither a yes nor a no.',
    fix: 'Nothing, if the vendor is down; else see that the panel can reach the vendor.',
  },
  'not-saved': {
    code: 'PANEL_REFUSED',
    what: 'did not keep what its connector saved.',
    fix: "Save the module's settings once by hand to see why.",
  },
  'panel-error': {
    code: 'UPSTREAM_UNAVAILABLE',
    what: 'failed in one of its own functions that the connector called.',
    fix: "Look at the panel's and PHP's error log for the moment of the call.",
  },
};

/** Refusals before which nothing in the panel was looked at, let alone changed. */
const UNTOUCHED = 'The panel keeps what it had.';
/** After these something may have been written; what is refused as a repetition is not what the first of the two did. */
const MAY_HAVE_WRITTEN: ReadonlySet<string> = new Set(['not-saved', 'panel-error', 'replayed']);

/** `isHint`: nobody signed it, so it may have been put in the place of another answer, and what was done is not certain. */
type ToldRefusal = ConnectorRefusal & { readonly isHint?: boolean };

/**
 * A connector's refusal as an error of ours; its own text is dropped. `skewMs` is how far the panel's clock is ahead, if it said.
 * `context.refusal` keeps the code, if it is one of ours: a later connector's, or somebody else's, is a text like any other.
 */
export function refusalError(where: string, refusal: ToldRefusal, nowMs: number): KeyturnError {
  // "constructor" is a code that somebody may send, and every record knows it.
  const known = Object.hasOwn(WORDS, refusal.code) ? WORDS[refusal.code] : undefined;
  const words = known ?? UNKNOWN;
  const { retryAfter, isHint = false } = refusal;
  return new KeyturnError(words.code, `${where} ${words.what}${factsOf(refusal, nowMs)}`, {
    fix: words.fix,
    context: { refusal: known ? refusal.code : 'unknown' },
    ...(known && !isHint && !MAY_HAVE_WRITTEN.has(refusal.code) && { untouched: UNTOUCHED }),
    ...(retryAfter !== undefined && { retryAfterMs: Math.max(1, retryAfter) * 1000 }),
  });
}

function factsOf({ code, address, time, others, tried }: ConnectorRefusal, nowMs: number): string {
  if (code === 'address-not-listed' && address) return ` It sees the worker as ${address}.`;
  if (code === 'clock-skew' && time !== undefined) return ` It is ${skewText(time * 1000 - nowMs)}.`;
  if (code === 'not-saved' && others && others.length > 0) return ` Other settings changed: ${others.join(', ')}.`;
  if (tried && tried.length > 0) return ` It could not be started from inside; tried: ${tried.join(', ')}.`;
  return '';
}

/** `10 min ahead`, `40 s behind`. */
export function skewText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const amount = seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
  return `${amount} ${skewMs >= 0 ? 'ahead' : 'behind'}`;
}
