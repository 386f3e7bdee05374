import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldFacts } from '../../src/core/field-facts.ts';
import { createFingerprinter } from '../../src/core/fingerprint.ts';
import { hasInvisibleCharacters, hasOuterWhitespace, normalize } from '../../src/core/normalize.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { anyText, apiKey, strayCharacter } from '../support/arbitrary-text.ts';

const fingerprint = createFingerprinter(new SecretValue('fingerprint key of the properties'));

test('normalize is idempotent', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(normalize(normalize(text))).toBe(normalize(text));
    }),
    { numRuns: 2000 },
  );
});

test('a normal form has nothing stray in it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const normal = normalize(text);
      expect([hasInvisibleCharacters(normal), hasOuterWhitespace(normal), normal.includes(' ')]).toEqual([
        false,
        false,
        false,
      ]);
    }),
    { numRuns: 2000 },
  );
});

test('stray characters anywhere in a key change the bytes and not the normal form', () => {
  fc.assert(
    fc.property(apiKey, strayCharacter, fc.nat(50), (key, stray, place) => {
      const damaged = key.slice(0, place) + stray + key.slice(place);
      const [clean, dirty] = [fieldFacts(fingerprint, key), fieldFacts(fingerprint, damaged)];
      expect(dirty.normalized).toBe(clean.normalized);
      expect(dirty.raw).not.toBe(clean.raw);
      expect(dirty.outerWhitespace || dirty.invisibleCharacters || dirty.length > clean.length).toBe(true);
    }),
  );
});

test('two keys have one fingerprint only if they are one key', () => {
  fc.assert(
    fc.property(apiKey, apiKey, (a, b) => {
      expect(fingerprint(a) === fingerprint(b)).toBe(a === b);
    }),
  );
});
