import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { anyText } from '../support/arbitrary-text.ts';

const MARK = '[redacted]';

/** Few letters, most of them the marker's own, so that secrets overlap, repeat and fit around the marker. */
function entangled(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom('a', '[', ']', 'r', 'e', 'd', 'c', 't', 'ted]', '[red', MARK),
    minLength,
    maxLength,
  });
}

const entangledSecret = entangled(2, 8).filter((secret) => secret.trim().length >= 6);

function redactorOf(secrets: readonly string[]): (text: string) => string {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.registerSecret(secret);
  return (text) => redactor.redact(text);
}

/** What redact must hold to, for any secrets in any text. */
function expectNoLeak(secrets: readonly string[], text: string): void {
  const result = redactorOf(secrets)(text);
  for (const secret of secrets) {
    if (secret.trim().length >= 6 && !MARK.includes(secret)) expect(result.includes(secret)).toBe(false);
  }
}

test('nothing leaks, however secrets, text and marker are entangled', () => {
  fc.assert(fc.property(fc.array(entangledSecret, { minLength: 1, maxLength: 6 }), entangled(0, 60), expectNoLeak), {
    numRuns: 3000,
  });
});

test('nothing leaks from a text built of the secrets', () => {
  const secrets = fc.array(anyText, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(secrets, fc.array(fc.tuple(anyText, fc.nat(4)), { maxLength: 6 }), (all, parts) => {
      expectNoLeak(all, parts.map(([text, which]) => text + (all[which] ?? '')).join(''));
    }),
    { numRuns: 1000 },
  );
});

test('no spelling of a secret leaks', () => {
  const wellFormed = fc
    .string({ unit: 'grapheme', minLength: 6, maxLength: 40 })
    .filter((text) => text.trim().length >= 6);
  fc.assert(
    fc.property(wellFormed, (secret) => {
      const bytes = Buffer.from(secret, 'utf8');
      const spellings = [
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        new URLSearchParams({ k: secret }).toString().slice(2),
        bytes.toString('base64'),
        bytes.toString('base64url'),
        bytes.toString('hex'),
      ];
      const redact = redactorOf([secret]);
      for (const spelling of spellings) expect(redact(`<${spelling}>`)).toMatch(/^<\[redacted\]={0,2}>$/);
    }),
    { numRuns: 1000 },
  );
});

test('base64 at any alignment shows no more than the ends of a secret', () => {
  const bytes = fc.string({
    unit: fc.constantFrom('a', 'b', 'X', 'Z', '0', '9', '+', '/'),
    minLength: 6,
    maxLength: 30,
  });
  fc.assert(
    fc.property(bytes, anyText, anyText, (secret, before, after) => {
      const text = Buffer.from(before + secret + after).toString('base64');
      const result = redactorOf([secret])(text);
      expect(result).toContain(MARK);
    }),
  );
});

test('a text without a secret stays as it is', () => {
  const digits = fc.stringMatching(/^[0-9]{6,20}$/);
  const letters = fc.stringMatching(/^[g-z .:,"{}-]{0,200}$/);
  fc.assert(
    fc.property(fc.array(digits, { maxLength: 20 }), letters, (secrets, text) => {
      expect(redactorOf(secrets)(text)).toBe(text);
    }),
  );
});

test('what was forgotten is found no more, and what was kept still is', () => {
  const values = fc.uniqueArray(fc.stringMatching(/^[ab]{6,9}x$/), { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(values, (all) => {
      const redactor = createRedactor(3);
      for (const value of all) redactor.registerSecret(value);
      const results = all.map((value) => redactor.redact(`<${value}>`) === `<${MARK}>`);
      expect(results.slice(-3)).toEqual([true, true, true]);
      const kept = all.slice(-3);
      for (const [at, value] of all.slice(0, -3).entries()) {
        expect(results[at] ?? false).toBe(kept.some((each) => each === value));
      }
    }),
  );
});

test('a text of a million characters takes well under a second', () => {
  const secrets = Array.from({ length: 300 }, (_, at) => 'a'.repeat(at + 6));
  const redact = redactorOf([...secrets, ']bbbbb']);
  const begin = performance.now();
  redact(`${'a'.repeat(20_000)}${'b'.repeat(980_000)}`);
  expect(performance.now() - begin).toBeLessThan(5000);
});
