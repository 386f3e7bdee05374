import { describe, expect, test } from 'vitest';
import { createRedactor, redact, registerSecret } from '../../../src/core/redact.ts';

const KEY = 'k7Qm2/Xv9+Lp4Rt8Wz1"é&';
const MARK = '[redacted]';

function redactorOf(...secrets: string[]): (text: string) => string {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.registerSecret(secret);
  return (text) => redactor.redact(text);
}

describe('every spelling of a secret is removed', () => {
  const utf8 = Buffer.from(KEY, 'utf8');
  test.each([
    ['as it is', KEY],
    ['in JSON', JSON.stringify(KEY).slice(1, -1)],
    ['in JSON of PHP', 'k7Qm2\\/Xv9+Lp4Rt8Wz1\\"\\u00e9&'],
    ['in JSON of ASCII', 'k7Qm2/Xv9+Lp4Rt8Wz1\\"\\u00e9&'],
    ['in XML', 'k7Qm2/Xv9+Lp4Rt8Wz1&quot;é&amp;'],
    ['in a URL', encodeURIComponent(KEY)],
    ['in a URL, small letters', encodeURIComponent(KEY).replace(/%../g, (escape) => escape.toLowerCase())],
    ['in a form', new URLSearchParams({ k: KEY }).toString().slice(2)],
    ['in base64', utf8.toString('base64').replace(/=+$/, '')],
    ['in base64 of URLs', utf8.toString('base64url')],
    ['in hexadecimal', utf8.toString('hex')],
    ['in hexadecimal, capital letters', utf8.toString('hex').toUpperCase()],
  ])('%s', (_, spelling) => {
    expect(redactorOf(KEY)(`a ${spelling} b`)).toBe(`a ${MARK} b`);
  });

  test('with white space around it', () => {
    const redactText = redactorOf(` ${KEY}\n`);
    expect(redactText(`<${KEY}>`)).toBe(`<${MARK}>`);
  });

  test('with spaces and brackets in a strict URL and in a form', () => {
    const redactText = redactorOf("it's a (key)!");
    expect(redactText('k=it%27s%20a%20%28key%29%21')).toBe(`k=${MARK}`);
    expect(redactText('k=it%27s+a+%28key%29%21')).toBe(`k=${MARK}`);
  });

  test.each(['', 'u', 'us', 'user'])('in a Basic header behind "%s:"', (user) => {
    const text = redactorOf(KEY)(Buffer.from(`${user}:${KEY}:x`).toString('base64'));
    expect(text).toContain(MARK);
    expect(Buffer.from(text.replace(MARK, ''), 'base64').toString()).not.toContain(KEY.slice(2, 8));
  });

  test('line by line, where a value has several long lines', () => {
    const redactText = redactorOf('first line of the value\nsecond line of the value\nshort');
    expect(redactText('> second line of the value <')).toBe(`> ${MARK} <`);
    expect(redactText('short')).toBe('short');
  });

  test('as it is only, where a value is very long', () => {
    const long = `${'x'.repeat(70_000)}y`;
    expect(redactorOf(long)(`a${long}b`)).toBe(`a${MARK}b`);
    expect(redactorOf(long)(Buffer.from(long).toString('hex'))).not.toContain(MARK);
  });
});

describe('several secrets', () => {
  test('that overlap leave nothing behind', () => {
    expect(redactorOf('abcdefgh', 'efghijkl')('-abcdefghijkl-')).toBe(`-${MARK}-`);
  });

  test('one inside the other go as one', () => {
    expect(redactorOf('cdefgh', 'abcdefghij')('-abcdefghij-cdefgh-')).toBe(`-${MARK}-${MARK}-`);
  });

  test('side by side go as one', () => {
    expect(redactorOf('abcdef', 'ghijkl')('abcdefghijkl')).toBe(MARK);
  });

  test('that begin alike are each found', () => {
    expect(redactorOf('prefix-one', 'prefix-two', 'prefix-three')('prefix-two prefix-four prefix-three')).toBe(
      `${MARK} prefix-four ${MARK}`,
    );
  });

  test('at both ends of the text', () => {
    expect(redactorOf('abcdef')('abcdef-abcdef')).toBe(`${MARK}-${MARK}`);
  });
});

describe('secrets that fit around the marker', () => {
  test('on its right', () => {
    expect(redactorOf('SECRET', 'ted]xyz')('SECRETxyz-')).toBe(`${MARK}-`);
  });

  test('on its left', () => {
    expect(redactorOf('SECRET', 'xyz[red')('-xyzSECRET')).toBe(`-${MARK}`);
  });

  test('on both sides', () => {
    expect(redactorOf('SECRET', 'x[redacted]y')('-xSECRETy-')).toBe(`-${MARK}-`);
  });

  test('again and again: the text is given up', () => {
    expect(redactorOf('SECRET', ']aaaaa')(`SECRET${'a'.repeat(100_000)}`)).toBe(MARK);
  });

  test('a few times: the text is kept', () => {
    expect(redactorOf('SECRET', ']aaaaa')(`SECRET${'a'.repeat(12)}`)).toBe(`${MARK}aa`);
  });

  test('inside it are words like any other', () => {
    expect(redactorOf('redacted', 'acted]')('it was redacted')).toBe('it was redacted');
  });
});

describe('what is remembered', () => {
  test.each(['', 'short', '  abc  ', '12345'])('not a value as short as %j', (value) => {
    expect(redactorOf(value)(`<${value}> 12345`)).toBe(`<${value}> 12345`);
  });

  test('a value of six characters', () => {
    expect(redactorOf('123456')('<123456>')).toBe(`<${MARK}>`);
  });

  test('only so many values: the one not used for the longest time goes', () => {
    const redactor = createRedactor(2);
    for (const value of ['value-1', 'value-2', 'value-1', 'value-3']) redactor.registerSecret(value);
    expect(redactor.redact('value-1 value-2 value-3')).toBe(`${MARK} value-2 ${MARK}`);
  });

  test('only so many characters, but always the newest value', () => {
    const redactor = createRedactor(100, 10);
    redactor.registerSecret('value-1');
    redactor.registerSecret('value-2');
    expect(redactor.redact('value-1 value-2')).toBe(`value-1 ${MARK}`);
  });

  test('a spelling that two values share, until both are gone', () => {
    const redactor = createRedactor(2);
    for (const value of ['value-1', 'value-1 ', 'value-2']) redactor.registerSecret(value);
    expect(redactor.redact('value-1')).toBe(MARK);
    redactor.registerSecret('value-3');
    expect(redactor.redact('value-1')).toBe('value-1');
  });

  test('a spelling that two values share counts once', () => {
    const redactor = createRedactor(100, 600);
    for (const value of ['first-one', 'value-1', 'value-1 ', 'value-1  ', 'value-1   ']) redactor.registerSecret(value);
    expect(redactor.redact('first-one')).toBe(MARK);
  });

  test('for the whole process', () => {
    registerSecret('process-wide-value');
    expect(redact('a process-wide-value')).toBe(`a ${MARK}`);
  });
});

test('a short text is left alone', () => {
  expect(redactorOf('abcdef')('abc')).toBe('abc');
  expect(redactorOf('abcdef')('')).toBe('');
});
