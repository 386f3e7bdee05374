import fc from 'fast-check';

/** Any text at all, halves of surrogate pairs included. */
export const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0x20, max: 0x7e })), { maxLength: 60 })
  .map((units) => String.fromCharCode(...units));

/** What gets in while copying: spaces, line breaks and characters that cannot be seen. */
export const strayCharacter = fc.constantFrom(
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '\u00ad',
  '\u200b',
  '\u2009',
  '\u2060',
  '\ufeff',
);

/** A key of printable ASCII without spaces, in the shape of none of the known mistakes. */
export const apiKey = fc.stringMatching(/^k[A-Za-z0-9]{15,40}$/);
