import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldFacts } from '../../src/core/field-facts.ts';
import { fingerprinterFrom } from '../../src/core/fingerprint.ts';
import { factsOf } from '../simulators/connector/facts.ts';
import { anyText, apiKey, strayCharacter } from '../support/arbitrary-text.ts';

const KEY = Buffer.from('a key for facts of 32 bytes, all');

const value = fc.oneof(
  apiKey,
  fc.uuid(),
  fc.uuid().map((text) => text.toUpperCase()),
  fc.emailAddress(),
  fc.stringMatching(/^[@.a\s*•●]{0,8}$/),
  fc.constantFrom('', 'ownername', 'Owner', 'user.domainnameapi', 'owner!', '\u2800', '😀', '\ud800'),
);
const stored = fc.oneof(
  anyText,
  value,
  fc.tuple(strayCharacter, value, strayCharacter).map((parts) => parts.join('')),
);

test('the simulated connector sees in a field what Keyturn sees in it', () => {
  const ours = fingerprinterFrom(KEY);
  fc.assert(
    fc.property(stored, (text) => {
      expect(factsOf(KEY, text)).toEqual(fieldFacts(ours, text));
    }),
    { numRuns: 5_000 },
  );
});
