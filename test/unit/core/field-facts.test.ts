import { describe, expect, test } from 'vitest';
import { credentialFacts, fieldFacts, shapeOf } from '../../../src/core/field-facts.ts';
import { createFingerprinter } from '../../../src/core/fingerprint.ts';
import { hasInvisibleCharacters, hasOuterWhitespace, normalize } from '../../../src/core/normalize.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { IDS, KEYS } from '../../support/drift-facts.ts';

const fingerprint = createFingerprinter(new SecretValue('fingerprint key one'));

const INVISIBLE = {
  tab: '\t',
  'line feed': '\n',
  'carriage return': '\r',
  null: '\0',
  'next line': '\u0085',
  'no-break space': '\u00a0',
  'soft hyphen': '\u00ad',
  'combining grapheme joiner': '\u034f',
  'Ogham space': '\u1680',
  'en space': '\u2002',
  'zero-width space': '\u200b',
  'zero-width joiner': '\u200d',
  'right-to-left mark': '\u200f',
  'line separator': '\u2028',
  'paragraph separator': '\u2029',
  'narrow no-break space': '\u202f',
  'word joiner': '\u2060',
  'blank Braille cell': '\u2800',
  'ideographic space': '\u3000',
  'Hangul filler': '\u3164',
  'variation selector': '\ufe0f',
  'byte order mark': '\ufeff',
  'half of a pair': '\ud800',
  'tag character': '\u{e0041}',
};

describe.each(Object.entries(INVISIBLE))('%s', (_, character) => {
  test.each([
    `${character}${KEYS.current}`,
    `${KEYS.current}${character}`,
    `${KEYS.current.slice(0, 9)}${character}${KEYS.current.slice(9)}`,
  ])('is seen and taken out', (text) => {
    expect(hasInvisibleCharacters(text)).toBe(true);
    expect(normalize(text)).toBe(KEYS.current);
  });
});

describe('normalize', () => {
  test('takes out spaces wherever they stand', () => {
    expect(normalize('  ab cd ')).toBe('abcd');
  });

  test('leaves every visible character, of any script', () => {
    const text = 'Aa0!~_-+/=.:äßжش中😀';
    expect(normalize(text)).toBe(text);
    expect(hasInvisibleCharacters(text)).toBe(false);
  });

  test('leaves nothing to take out where a removed character stood between two halves of a pair', () => {
    expect(normalize('\udb40\u200b\udc41')).toBe('');
  });
});

test.each([
  [' a', true],
  ['a ', true],
  ['a\n', true],
  ['\u00a0a', true],
  ['a b', false],
  ['', false],
])('outer whitespace of %j: %s', (text, is) => {
  expect(hasOuterWhitespace(text)).toBe(is);
});

test('a plain space is no invisible character', () => {
  expect(hasInvisibleCharacters(' a b ')).toBe(false);
});

test.each([
  ['', 'empty'],
  [' \u200b\n', 'empty'],
  [IDS.own, 'uuid'],
  [` ${IDS.own.toUpperCase()}\n`, 'uuid'],
  [IDS.own.slice(1), 'opaque'],
  [`${IDS.own}0`, 'opaque'],
  ['ops@acme.example', 'email'],
  ['ops@acme', 'opaque'],
  ['********', 'mask'],
  ['••••', 'mask'],
  ['**a**', 'opaque'],
  ['ownername', 'placeholder'],
  ['OwnerPass1', 'placeholder'],
  ['user.domainnameapi', 'placeholder'],
  ['the-owner', 'opaque'],
  [KEYS.current, 'opaque'],
])('the shape of %j is %s', (text, shape) => {
  expect(shapeOf(text)).toBe(shape);
});

function normalizedOf(text: string): string {
  return fieldFacts(fingerprint, text).normalized;
}

describe('fieldFacts', () => {
  test('tell the exact text from its normal form', () => {
    const clean = fieldFacts(fingerprint, KEYS.current);
    const stray = fieldFacts(fingerprint, ` ${KEYS.current}\u200b`);
    expect(stray).toMatchObject({
      normalized: clean.normalized,
      outerWhitespace: true,
      invisibleCharacters: true,
      length: 26,
    });
    expect(clean).toMatchObject({ outerWhitespace: false, invisibleCharacters: false, length: 24, shape: 'opaque' });
    expect(stray.raw).not.toBe(clean.raw);
  });

  test('forgive the letter case of a UUID and of nothing else', () => {
    expect(normalizedOf(IDS.own.toUpperCase())).toBe(normalizedOf(IDS.own));
    expect(normalizedOf('AbC')).not.toBe(normalizedOf('abc'));
  });

  test('hold no part of the value', () => {
    const credential = { resellerId: IDS.own, apiKey: new SecretValue(KEYS.current) };
    const text = JSON.stringify(credentialFacts(fingerprint, credential));
    expect(text).not.toContain(KEYS.current);
    expect(text).not.toContain(IDS.own);
  });

  test('keep the two fields apart', () => {
    const credential = { resellerId: IDS.own, apiKey: new SecretValue(KEYS.current) };
    expect(credentialFacts(fingerprint, credential)).toEqual({
      username: fieldFacts(fingerprint, IDS.own),
      password: fieldFacts(fingerprint, KEYS.current),
    });
  });
});

describe('createFingerprinter', () => {
  test('gives 128 bits of hex', () => {
    expect(fingerprint('x')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('depends on its key', () => {
    expect(createFingerprinter(new SecretValue('fingerprint key two'))('x')).not.toBe(fingerprint('x'));
    expect(createFingerprinter(new SecretValue('fingerprint key one'))('x')).toBe(fingerprint('x'));
  });
});
