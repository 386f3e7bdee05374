/*
 * Stray characters (guide cause 2). The vendor's PHP library trims only space, tab, LF, CR, NUL and VT from 3.0.6 on, and
 * nothing before; a no-break or zero-width space survives and breaks the call. So stored text is judged by its exact bytes,
 * and `normalize` says only what the text would be if it had been copied cleanly.
 */

/**
 * What no eye sees: controls, format characters and other default-ignorables (zero-width, BOM, soft hyphen, bidi, variation
 * selectors), every separator but U+0020, the blank Braille cell, and halves of surrogate pairs. The halves belong here because
 * taking out a character between two of them would join them into a new character, and a second pass would then see more.
 */
const INVISIBLE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

export function hasOuterWhitespace(text: string): boolean {
  return /^\s|\s$/u.test(text);
}

export function hasInvisibleCharacters(text: string): boolean {
  return text.search(INVISIBLE) !== -1;
}

/**
 * Removes invisible characters and spaces, wherever they stand: neither a Reseller ID nor an API key has any, and a value that
 * was wrapped in an e-mail gets one in its middle. Idempotent.
 */
export function normalize(text: string): string {
  return text.replace(INVISIBLE, '').replaceAll(' ', '');
}
