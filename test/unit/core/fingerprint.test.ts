import { expect, test } from 'vitest';
import { createFingerprinter } from '../../../src/core/fingerprint.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

const one = createFingerprinter(new SecretValue('the-first-fingerprint-key'));
const other = createFingerprinter(new SecretValue('the-other-fingerprint-key'));

test('equal values have equal fingerprints, under one key only', () => {
  expect(one('value')).toBe(one('value'));
  expect(one('value')).not.toBe(one('Value'));
  expect(one('value')).not.toBe(other('value'));
  expect(one('value')).toMatch(/^[0-9a-f]{32}$/u);
});

test('stays right when more values come by than it remembers', () => {
  const first = one('value 0');
  for (let count = 0; count < 3_000; count += 1) one(`value ${count}`);
  expect(one('value 0')).toBe(first);
});

test('a key that could be guessed is refused', () => {
  expect(() => createFingerprinter(new SecretValue('x'.repeat(15)))).toThrow(/shorter than 16/u);
  expect(() => createFingerprinter(new SecretValue('x'.repeat(16)))).not.toThrow();
});
