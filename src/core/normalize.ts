/*
 * Stray characters (guide cause 2). The vendor's PHP library trims only space, tab, LF, CR, NUL and VT from 3.0.6 on, and
 * nothing before; a no-break or zero-width space survives and breaks the call. So stored text is judged by its exact bytes,
 * and `normalize` says only what the text would be if it had been copied cleanly.
 */

/** Characters that no eye sees: controls, format characters (zero-width, BOM, soft hyphen, bidi), and every space but U+0020. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\u115F\u1160\u3164\uFFA0]/gu;

export function hasOuterWhitespace(text: string): boolean {
  return /^\s|\s$/u.test(text);
}

export function hasInvisibleCharacters(text: string): boolean {
  return text.search(INVISIBLE) !== -1;
}

/** Removes invisible characters anywhere and ordinary spaces at both ends. Idempotent. */
export function normalize(text: string): string {
  return text.replace(INVISIBLE, '').trim();
}
