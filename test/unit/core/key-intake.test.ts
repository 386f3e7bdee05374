import { describe, expect, test } from 'vitest';
import { KeyturnError } from '../../../src/core/errors.ts';
import { acceptApiKey, acceptResellerId } from '../../../src/core/key-intake.ts';
import { IDS, KEYS } from '../../support/drift-facts.ts';

function refusal(act: () => unknown): KeyturnError {
  try {
    act();
  } catch (error) {
    if (error instanceof KeyturnError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const known = { resellerId: IDS.own };

describe('an API key is accepted', () => {
  test.each([
    ['as it is', KEYS.current, KEYS.current],
    ['with a line break at its end', `${KEYS.current}\n`, KEYS.current],
    ['with a Windows line break at its end', `${KEYS.current}\r\n`, KEYS.current],
    ['with spaces and tabs around it', ` \t${KEYS.current}\v\f `, KEYS.current],
    ['shaped like a UUID', IDS.stranger, IDS.stranger],
    ['with the marks of base64', 'QUJDREVGRw+/a==', 'QUJDREVGRw+/a=='],
    ['with other marks of ASCII', 'a.b_c~d-e!f$g', 'a.b_c~d-e!f$g'],
    ['as a JSON web token', 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl', 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl'],
    ['of 512 characters', 'k'.repeat(512), 'k'.repeat(512)],
  ])('%s', (_, text, key) => {
    expect(acceptApiKey(text, known).reveal()).toBe(key);
  });

  test('shaped like a UUID, where the Reseller ID is not known', () => {
    expect(acceptApiKey(IDS.own, {}).reveal()).toBe(IDS.own);
  });
});

const half = KEYS.current.slice(0, 12);
const rest = KEYS.current.slice(12);

describe('an API key is refused', () => {
  test.each([
    ['nothing', '', 'empty', /empty/],
    ['white space', ' \n\t ', 'empty', /empty/],
    ['invisible characters alone', '\u200b\ufeff', 'empty', /nothing but invisible/],
    ['a line break inside', `${half}\n${rest}`, 'character', /a line break stands at position 13/],
    ['a carriage return inside', `${half}\r${rest}`, 'character', /a line break stands at position 13/],
    ['a tab inside', `${half}\t${rest}`, 'character', /a tab stands at position 13/],
    ['a space inside', `${half} ${rest}`, 'character', /a space stands at position 13/],
    ['a null character', `${KEYS.current}\0`, 'character', /a null character stands at position 25/],
    ['a control character', `${KEYS.current}\u0007`, 'character', /a control character stands at position 25/],
    ['a delete character', `${KEYS.current}\u007f`, 'character', /a control character/],
    ['a no-break space at its end', `${KEYS.current}\u00a0`, 'character', /a no-break space stands at position 25/],
    [
      'a zero-width space at its start',
      `\u200b${KEYS.current}`,
      'character',
      /a zero-width space stands at position 1$|position 1\./,
    ],
    ['a byte order mark', `\ufeff${KEYS.current}`, 'character', /a byte order mark stands at position 1\./],
    ['a thin space', `${half}\u2009${rest}`, 'character', /a space of a special width/],
    ['a variation selector', `${KEYS.current}\ufe0f`, 'character', /an invisible character/],
    ['a letter that is not ASCII', `${half}\u0430${rest}`, 'character', /not plain ASCII stands at position 13/],
    ['an emoji counted as one', `😀${KEYS.current}`, 'character', /not plain ASCII stands at position 1\./],
    ['an e-mail address', 'ops@acme.example', 'email', /an e-mail address/],
    ['the Reseller ID', IDS.own, 'reseller-id', /you pasted the Reseller ID/],
    ['the Reseller ID in capitals', ` ${IDS.own.toUpperCase()}\n`, 'reseller-id', /you pasted the Reseller ID/],
    ['a default of the module', 'ownerpass', 'placeholder', /default that the module ships with/],
    ['a sample', 'YOUR_API_KEY', 'placeholder', /sample text/],
    ['a mask', '********', 'mask', /row of asterisks/],
    ['too much', 'k'.repeat(513), 'too-long', /513 characters/],
    ['a file', 'k'.repeat(3_000_000), 'too-long', /3000000 characters/],
    ['JSON', `{"apiKey":"${KEYS.current}"}`, 'paste', /looks like JSON/],
    ['long JSON', `{"apiKey":"${'k'.repeat(600)}"}`, 'paste', /looks like JSON/],
    ['a line of .env', `DNA_API_KEY=${KEYS.current}`, 'paste', /line of a settings file/],
    ['an export line', `export TOKEN=${KEYS.current}`, 'paste', /line of a settings file/],
    ['a line of YAML', `apiKey: ${KEYS.current}`, 'paste', /line of a settings file/],
    ['a header', `X-API-KEY: ${KEYS.current}`, 'paste', /line of a settings file/],
    ['an Authorization header', `Bearer ${KEYS.current}`, 'paste', /Authorization header/],
    ['a value in quotes', `"${KEYS.current}"`, 'paste', /value in quotes/],
    ['a web address', `https://api.example/${KEYS.current}`, 'paste', /web address/],
    ['a page', '<html><body></body></html>', 'paste', /HTML or XML/],
    ['a PEM file', '-----BEGIN CERTIFICATE-----\nabc', 'paste', /a PEM file/],
    ['a command', `curl -H x ${KEYS.current}`, 'paste', /a command line/],
  ])('%s', (_, text, reason, message) => {
    const error = refusal(() => acceptApiKey(text, known));
    expect(error).toMatchObject({ code: 'MALFORMED_CREDENTIAL', context: { reason } });
    expect(error.safeMessage).toMatch(message);
    expect(error.safeMessage).toMatch(/^The API key was not accepted: /);
    expect(error.fix).toMatch(/Integration Info/);
    expect(error.untouched).toMatch(/Nothing was stored/);
  });

  test('without a word of it', () => {
    const { message, fix, context } = refusal(() => acceptApiKey(`${half}\u00a0${rest}`, known));
    const text = JSON.stringify({ message, fix, context });
    expect(text).not.toContain(half);
    expect(text).not.toContain(rest);
  });

  test('with the place of the character as a number', () => {
    expect(refusal(() => acceptApiKey(`${half} ${rest}`, {})).context).toEqual({ reason: 'character', position: 13 });
  });
});

describe('a Reseller ID', () => {
  test.each([IDS.own, IDS.own.toUpperCase(), ` ${IDS.own}\n`])('is accepted: %j', (text) => {
    expect(acceptResellerId(text)).toBe(text.trim());
  });

  test.each([
    ['', 'empty'],
    ['ops@acme.example', 'email'],
    ['ownername', 'placeholder'],
    [`${IDS.own}\u200b`, 'character'],
    [IDS.own.slice(1), 'not-a-reseller-id'],
    [KEYS.current, 'not-a-reseller-id'],
    [`resellerId=${IDS.own}`, 'paste'],
  ])('is refused: %j', (text, reason) => {
    const error = refusal(() => acceptResellerId(text));
    expect(error).toMatchObject({ code: 'MALFORMED_CREDENTIAL', context: { reason } });
    expect(error.safeMessage).toMatch(/^The Reseller ID was not accepted: /);
  });
});
