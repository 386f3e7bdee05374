/** A character that does not belong in a credential: what it is called, and where it stands, counted from 1. */
export interface OddCharacter {
  readonly name: string;
  readonly position: number;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'a null character'],
  [0x09, 'a tab'],
  [0x0a, 'a line break'],
  [0x0b, 'a vertical tab'],
  [0x0c, 'a form feed'],
  [0x0d, 'a line break'],
  [0x20, 'a space'],
  [0x85, 'a line break'],
  [0xa0, 'a no-break space'],
  [0xad, 'a soft hyphen'],
  [0x200b, 'a zero-width space'],
  [0x200c, 'a zero-width non-joiner'],
  [0x200d, 'a zero-width joiner'],
  [0x200e, 'a left-to-right mark'],
  [0x200f, 'a right-to-left mark'],
  [0x2028, 'a line separator'],
  [0x2029, 'a paragraph separator'],
  [0x202f, 'a narrow no-break space'],
  [0x2060, 'a word joiner'],
  [0x3000, 'an ideographic space'],
  [0xfeff, 'a byte order mark'],
]);

/** Finds the first character that is not printable ASCII without the space. Names only what cannot be part of a value. */
export function findOddCharacter(text: string): OddCharacter | undefined {
  let position = 0;
  for (const character of text) {
    position += 1;
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0x20 || code >= 0x7f) return { name: nameOf(character, code), position };
  }
  return undefined;
}

function nameOf(character: string, code: number): string {
  const name = NAMES.get(code);
  if (name !== undefined) return name;
  if (/\p{Z}/u.test(character)) return 'a space of a special width';
  if (/[\p{Cc}\p{Cs}]/u.test(character)) return 'a control character';
  if (/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(character)) return 'an invisible character';
  return 'a character that is not plain ASCII';
}

/** Takes spaces, tabs and line breaks of ASCII off both ends; nothing else. Linear, unlike a pattern would be. */
export function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isAsciiWhitespace(text.charCodeAt(start))) start += 1;
  while (end > start && isAsciiWhitespace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isAsciiWhitespace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
