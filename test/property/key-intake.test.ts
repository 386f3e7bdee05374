import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyturnError } from '../../src/core/errors.ts';
import { acceptApiKey } from '../../src/core/key-intake.ts';
import { hasInvisibleCharacters } from '../../src/core/normalize.ts';
import type { SecretValue } from '../../src/core/secret-value.ts';
import { anyText, apiKey, strayCharacter } from '../support/arbitrary-text.ts';

function tryKey(text: string): SecretValue | KeyturnError {
  try {
    return acceptApiKey(text, {});
  } catch (error) {
    if (error instanceof KeyturnError) return error;
    throw error;
  }
}

test('any text is either accepted as plain ASCII or refused with a reason', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = tryKey(text);
      if (result instanceof KeyturnError) {
        expect(result.code).toBe('MALFORMED_CREDENTIAL');
        expect(result.context).toHaveProperty('reason');
        return;
      }
      expect(result.reveal()).toMatch(/^[\x21-\x7e]{1,512}$/);
      expect(text).toContain(result.reveal());
    }),
    { numRuns: 2000 },
  );
});

test('a plain key is accepted as it is, whatever ASCII white space stands around it', () => {
  const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 4 });
  fc.assert(
    fc.property(apiKey, space, space, (key, before, after) => {
      const result = tryKey(before + key + after);
      expect(result instanceof KeyturnError ? result.safeMessage : result.reveal()).toBe(key);
    }),
  );
});

test('a stray character inside is refused, and the message repeats nothing of the key', () => {
  fc.assert(
    fc.property(apiKey, strayCharacter, fc.integer({ min: 6, max: 10 }), (key, stray, place) => {
      const result = tryKey(key.slice(0, place) + stray + key.slice(place));
      expect(result).toMatchObject({ code: 'MALFORMED_CREDENTIAL', context: { position: place + 1 } });
      const said = result instanceof KeyturnError ? `${result.message} ${result.fix ?? ''}` : '';
      // Halves of six characters and more: two letters of a key stand in any message by chance.
      expect(said).not.toContain(key.slice(place));
      expect(said).not.toContain(key.slice(0, place));
      expect(hasInvisibleCharacters(said)).toBe(false);
    }),
  );
});
