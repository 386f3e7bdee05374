import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { refusalError } from '../../../providers/shared/connector/refusals.ts';

const CODES = {
  malformed: 'CAPABILITY_MISSING',
  'unsupported-version': 'CAPABILITY_MISSING',
  'unknown-operation': 'CAPABILITY_MISSING',
  'not-paired': 'PERMISSION_DENIED',
  'bad-signature': 'PERMISSION_DENIED',
  'cannot-open': 'PERMISSION_DENIED',
  'https-required': 'CONFIG_INVALID',
  'address-not-listed': 'ADDRESS_NOT_ALLOWED',
  'rate-limited': 'RATE_LIMITED',
  'clock-skew': 'PANEL_REFUSED',
  replayed: 'UNEXPECTED_RESPONSE',
  'sodium-missing': 'CAPABILITY_MISSING',
  'state-not-writable': 'CAPABILITY_MISSING',
  superseded: 'SUPERSEDED',
  'module-missing': 'CONFIG_INVALID',
  'module-inactive': 'CONFIG_INVALID',
  'place-unknown': 'CONFIG_INVALID',
  'by-hand': 'CAPABILITY_MISSING',
  'row-missing': 'CONFIG_INVALID',
  'refused-by-module': 'PANEL_REFUSED',
  'vendor-unreachable': 'UPSTREAM_UNAVAILABLE',
  'not-saved': 'PANEL_REFUSED',
  'panel-error': 'UPSTREAM_UNAVAILABLE',
} as const;

test.each(Object.entries(CODES))('the refusal %s is %s, names the panel and says what to do', (code, errorCode) => {
  const error = refusalError('WISECP at p.example.com', { code, address: undefined }, 0);
  expect(error.code).toBe(errorCode);
  expect(error.safeMessage).toMatch(/^WISECP at p\.example\.com [a-z].*\.$/);
  expect(error.fix).toBeTruthy();
  expect(error.context['refusal']).toBe(code);
});

test('every refusal has words of its own but those that mean the same to a person', () => {
  const texts = Object.keys(CODES).map((code) => refusalError('P', { code, address: undefined }, 0).safeMessage);
  expect(new Set(texts).size).toBe(texts.length - 4);
});

test('the page of the protocol lists every refusal', async () => {
  const page = await readFile('docs/panels/connector.md', 'utf8');
  for (const code of Object.keys(CODES)) expect(page, code).toContain(`\`${code}\``);
});

test('facts are told: the address seen, the clock, the settings lost, the pause', () => {
  expect(refusalError('P', { code: 'address-not-listed', address: '192.0.2.7' }, 0).safeMessage).toContain('192.0.2.7');
  const skewed = refusalError('P', { code: 'clock-skew', address: undefined, time: 1_600 }, 1_000_000);
  expect(skewed.safeMessage).toContain('10 min ahead');
  const lost = refusalError('P', { code: 'not-saved', address: undefined, others: ['adp'] }, 0);
  expect(lost.safeMessage).toContain('adp');
  expect(refusalError('P', { code: 'rate-limited', address: undefined, retryAfter: 9 }, 0).retryAfterMs).toBe(9_000);
});

test('only a refusal before anything was written promises that nothing was', () => {
  const may = Object.keys(CODES).filter(
    (code) => refusalError('P', { code, address: undefined }, 0).untouched === undefined,
  );
  // A proxy that posts an apply twice passes on the answer to the second, when the first has been carried out.
  expect(may.sort()).toEqual(['not-saved', 'panel-error', 'replayed']);
});

test('a refusal of a later connector is told without its text', () => {
  const error = refusalError('P', { code: 'from-the-future', address: undefined }, 0);
  expect(error).toMatchObject({ code: 'PANEL_REFUSED', context: { refusal: 'unknown' } });
  expect(error.untouched).toBeUndefined();
});
