import { createHmac } from 'node:crypto';

export interface Facts {
  readonly raw: string;
  readonly normalized: string;
  readonly shape: 'empty' | 'uuid' | 'email' | 'mask' | 'placeholder' | 'opaque';
  readonly outerWhitespace: boolean;
  readonly invisibleCharacters: boolean;
  readonly length: number;
}

/** The first 32 hexadecimal digits of the text's HMAC-SHA256. */
export function fingerprint(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex').slice(0, 32);
}

/** Everything that may be said of a stored field: never the value. */
export function factsOf(key: Buffer, text: string): Facts {
  const clean = Array.from(text)
    .filter((one) => one !== ' ' && !isInvisible(one))
    .join('');
  const shape = shapeOf(clean);
  return {
    raw: fingerprint(key, text),
    normalized: fingerprint(key, shape === 'uuid' ? clean.toLowerCase() : clean),
    shape,
    outerWhitespace: text !== '' && (isSpace(text.charAt(0)) || isSpace(text.charAt(text.length - 1))),
    invisibleCharacters: Array.from(text).some((one) => isInvisible(one)),
    length: text.length,
  };
}

const BLANK_BRAILLE = '\u2800';
const CLASSES = [
  /\p{Control}/u,
  /\p{Format}/u,
  /\p{Surrogate}/u,
  /\p{Separator}/u,
  /\p{Default_Ignorable_Code_Point}/u,
];

/** What nobody sees, except the plain space. */
function isInvisible(character: string): boolean {
  if (character === ' ') return false;
  return character === BLANK_BRAILLE || CLASSES.some((one) => one.test(character));
}

function isSpace(unit: string): boolean {
  return /\s/.test(unit);
}

function shapeOf(clean: string): Facts['shape'] {
  if (clean === '') return 'empty';
  if (isUuid(clean)) return 'uuid';
  if (isEmail(clean)) return 'email';
  if (Array.from(clean).every((one) => '*•●'.includes(one))) return 'mask';
  const lower = clean.toLowerCase();
  return lower === 'user.domainnameapi' || /^owner[a-z0-9_]*$/.test(lower) ? 'placeholder' : 'opaque';
}

export function isUuid(text: string): boolean {
  const groups = text.split('-');
  const lengths = [8, 4, 4, 4, 12];
  return (
    groups.length === lengths.length &&
    groups.every((group, at) => group.length === lengths[at] && /^[0-9a-fA-F]+$/.test(group))
  );
}

/** One @ with something before it, and after it something, a dot and something. */
function isEmail(text: string): boolean {
  const [name, domain, ...more] = text.split('@');
  if (!name || !domain || more.length > 0) return false;
  const dot = domain.slice(1, -1).indexOf('.');
  return dot !== -1;
}
