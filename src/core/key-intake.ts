import { findOddCharacter, trimAscii } from './characters.ts';
import { KeyturnError } from './errors.ts';
import { shapeOf } from './field-facts.ts';
import { integrationInfoPath } from './menu-paths.ts';
import { SecretValue } from './secret-value.ts';

/** No key of any vendor is longer; what is longer is a file that was piped in by mistake. */
const MAX_LENGTH = 512;

const COPY_AGAIN = `Copy the value alone from ${integrationInfoPath} as plain text, or type it.`;

/** What people paste instead of a value, by how it begins. Looked at only within the first characters. */
const PASTES: readonly (readonly [RegExp, string])[] = [
  [/^[{[]/u, 'JSON'],
  [/^</u, 'HTML or XML'],
  [/^-----BEGIN /u, 'a PEM file'],
  [/^curl\s/iu, 'a command line'],
  [/^(?:bearer|basic)\s/iu, 'an Authorization header'],
  [/^[a-z][a-z0-9+.-]{1,20}:\/\//iu, 'a web address'],
  [/^["'`].*["'`]$/su, 'a value in quotes'],
  [
    /^(?:export\s+|set\s+)?["']?[\w.-]{0,40}(?:key|token|secret|pass|pwd|reseller|user|api)[\w.-]{0,40}["']?\s*[:=]\s*[^\s=]/iu,
    'a line of a settings file (name and value)',
  ],
];

/** Words that stand for a value in instructions and sample files. */
const SAMPLE =
  /^(?:your[-_ ]?[\w-]{0,40}|(?:api|test|live)[-_ ]?(?:key|token)|reseller[-_ ]?id|change[-_ ]?me|x{4,}|null|none|undefined|test|example|todo)$/iu;

interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly fix?: string;
  readonly position?: number;
}

/**
 * Accepts an API key that an operator typed or piped in. Whitespace of ASCII at both ends is taken off; everything else that
 * would not survive the way to a panel is refused with MALFORMED_CREDENTIAL, which names the reason and never the text.
 * A key may itself be shaped like a UUID; only this account's own Reseller ID is recognised as the wrong value.
 */
export function acceptApiKey(text: string, known: { readonly resellerId?: string }): SecretValue {
  const key = trimAscii(text);
  refuse('API key', commonRefusal(key) ?? resellerIdRefusal(key, known.resellerId));
  return new SecretValue(key);
}

/** Accepts a Reseller ID that an operator typed: 8-4-4-4-12 hexadecimal digits. Refuses like `acceptApiKey`. */
export function acceptResellerId(text: string): string {
  const resellerId = trimAscii(text);
  refuse('Reseller ID', commonRefusal(resellerId) ?? notUuidRefusal(resellerId));
  return resellerId;
}

function refuse(what: string, refusal: Refusal | undefined): void {
  if (!refusal) return;
  const { reason, message, fix, position } = refusal;
  throw new KeyturnError('MALFORMED_CREDENTIAL', `The ${what} was not accepted: ${message}.`, {
    fix: fix ?? COPY_AGAIN,
    untouched: 'Nothing was stored and nothing was sent.',
    context: { reason, ...(position === undefined ? {} : { position }) },
  });
}

function commonRefusal(value: string): Refusal | undefined {
  return shapeRefusal(value) ?? pasteRefusal(value) ?? lengthRefusal(value) ?? characterRefusal(value);
}

function shapeRefusal(value: string): Refusal | undefined {
  if (value === '') return { reason: 'empty', message: 'it is empty' };
  if (value.length > MAX_LENGTH) return undefined;
  switch (shapeOf(value)) {
    case 'empty':
      return { reason: 'empty', message: 'it holds nothing but invisible characters' };
    case 'mask':
      return { reason: 'mask', message: 'it is a row of asterisks, as a panel shows instead of a value' };
    case 'placeholder':
      return { reason: 'placeholder', message: 'it is the default that the module ships with' };
    case 'email':
      return { reason: 'email', message: 'it is an e-mail address' };
    default:
      return SAMPLE.test(value) ? { reason: 'placeholder', message: 'it is a sample text, not a value' } : undefined;
  }
}

function pasteRefusal(value: string): Refusal | undefined {
  const start = value.slice(0, MAX_LENGTH);
  const paste = PASTES.find(([pattern]) => pattern.test(start));
  return paste && { reason: 'paste', message: `it looks like ${paste[1]}` };
}

function lengthRefusal(value: string): Refusal | undefined {
  if (value.length <= MAX_LENGTH) return undefined;
  return {
    reason: 'too-long',
    message: `it has ${value.length} characters, and more than ${MAX_LENGTH} cannot be right`,
  };
}

function characterRefusal(value: string): Refusal | undefined {
  const odd = findOddCharacter(value);
  return (
    odd && { reason: 'character', message: `${odd.name} stands at position ${odd.position}`, position: odd.position }
  );
}

function resellerIdRefusal(key: string, resellerId: string | undefined): Refusal | undefined {
  if (resellerId === undefined || trimAscii(resellerId).toLowerCase() !== key.toLowerCase()) return undefined;
  return {
    reason: 'reseller-id',
    message: 'you pasted the Reseller ID',
    fix: `The API key is the other value under ${integrationInfoPath}: paste that one.`,
  };
}

function notUuidRefusal(resellerId: string): Refusal | undefined {
  if (shapeOf(resellerId) === 'uuid') return undefined;
  return {
    reason: 'not-a-reseller-id',
    message: 'a Reseller ID has five groups of hexadecimal digits (8-4-4-4-12), and this has not',
  };
}
