import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential, parsePlainKey, withCredential } from '../../src/core/credential-payload.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { membersOf, withMembers } from '../../src/core/json-members.ts';
import { SecretValue } from '../../src/core/secret-value.ts';

const FIELDS = { resellerId: 'username', apiKey: 'password' };

/** JSON as people and programs write it: numbers in every spelling, spaces anywhere, a name more than once. */
const space = fc.constantFrom('', ' ', '\n  ', '\t', '\r\n');
const number = fc.constantFrom('0', '-0', '1.0', '1e5', '1E+05', '0.10', '12345678901234567890', '-1.50e-07');
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number,
    fc.constantFrom('true', 'false', 'null', '""', '"\\u0041\\"}"', '"{[,:"'),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
      .map(([all, gap]) => `[${gap}${all.join(`${gap},`)}${gap}]`),
    fc
      .tuple(fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }), space)
      .map(([all, gap]) => `{${gap}${all.map(([name, is]) => `${JSON.stringify(name)}${gap}:${is}`).join(',')}${gap}}`),
  ),
}));
const other = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '1', '0', '__proto__', 'toString', 'apiKey', 'dup', 'dup'),
);
const others = fc.array(
  fc.tuple(
    other.filter((name) => name !== FIELDS.resellerId && name !== FIELDS.apiKey),
    value,
    space,
  ),
  { maxLength: 6 },
);

function objectOf(members: readonly (readonly [string, string, string])[], gap: string): string {
  const parts = members.map(
    ([name, is, around]) => `${around}${JSON.stringify(name)}${around}:${around}${is}${around}`,
  );
  return `${gap}{${parts.join(',')}${gap}}${gap}`;
}

function newCredential(resellerId: string, apiKey: string) {
  return { resellerId, apiKey: new SecretValue(apiKey) };
}

const text = fc.string({ minLength: 1, unit: 'binary' });

describe('a JSON secret with field names of the configuration', () => {
  it('is found member by member, whatever is in it', () => {
    fc.assert(
      fc.property(others, space, (members, gap) => {
        const whole = objectOf(members, gap);
        const found = membersOf(whole);
        expect(found.map(({ name }) => name)).toEqual(members.map(([name]) => name));
        expect(found.map(({ start, end }) => whole.slice(start, end))).toEqual(members.map(([, is]) => is));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every byte that is not the value of one of its two fields', () => {
    fc.assert(
      fc.property(others, others, others, fc.tuple(space, text, text, text), (before, between, after, rest) => {
        const [gap, oldValue, resellerId, apiKey] = rest;
        function whole(id: string, key: string): string {
          const own = [
            [FIELDS.apiKey, JSON.stringify(key), gap],
            [FIELDS.resellerId, JSON.stringify(id), gap],
          ] as const;
          return objectOf([...before, own[0], ...between, own[1], ...after], gap);
        }
        const previous = new SecretValue(whole(oldValue, oldValue));
        const next = withCredential(previous, newCredential(resellerId, apiKey), FIELDS);
        expect(next.reveal()).toBe(whole(resellerId, apiKey));
        const read = parseCredential(next, FIELDS);
        expect([read.resellerId, read.apiKey.reveal()]).toEqual([resellerId, apiKey]);
      }),
      { numRuns: 300 },
    );
  });

  it('gets fields that it does not have yet at its end', () => {
    fc.assert(
      fc.property(others, space, text, (members, gap, apiKey) => {
        const whole = objectOf(members, gap);
        const next = withCredential(new SecretValue(whole), newCredential('id', apiKey), FIELDS).reveal();
        const names = membersOf(next).map(({ name }) => name);
        expect(names).toEqual([...members.map(([name]) => name), 'username', 'password']);
        expect(withMembers(next, new Map())).toBe(next);
        expect(parseCredential(new SecretValue(next), FIELDS).apiKey.reveal()).toBe(apiKey);
      }),
      { numRuns: 200 },
    );
  });

  it('with one of its fields twice is neither read nor overwritten: programs differ in which one they take', () => {
    const twice = new SecretValue('{"username":"a","password":"hunter2","password":"hunter3"}');
    for (const run of [
      () => parseCredential(twice, FIELDS),
      () => withCredential(twice, newCredential('a', 'new'), FIELDS),
    ]) {
      expect(run).toThrow('the field "password" stands there twice');
      expect(run).not.toThrow('hunter');
    }
  });
});

describe('a plain key', () => {
  it('is the whole text', () => {
    const key = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((one) => one.trim() !== '' && !/[\p{Cc}{\ufffd]/u.test(one));
    fc.assert(
      fc.property(key, (one) => {
        expect(parsePlainKey(new SecretValue(one)).reveal()).toBe(one);
      }),
    );
  });

  it.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['{"apiKey": "hunter2"}', 'it is a JSON object'],
    ['hunter2\n', 'there is a line break behind the API key'],
    ['hunter2\r\n', 'there is a line break behind the API key'],
    ['hunter2\nhunter3', 'it is binary data, or has more than one line'],
    ['hunter2\u0000', 'it is binary data'],
    [Buffer.from([0x89, 0x50, 0xff, 0xfe]).toString('utf8'), 'it is binary data'],
    ['hunter2\ud800', 'it is binary data'],
  ])('is refused for %j: %s', (payload, why) => {
    try {
      parsePlainKey(new SecretValue(payload));
    } catch (error) {
      if (!(error instanceof KeyturnError)) throw error;
      expect(error.code).toBe('SECRET_MALFORMED');
      expect(error.safeMessage).toContain(why);
      expect(`${error.safeMessage}${error.fix ?? ''}`).not.toContain('hunter');
      return;
    }
    expect.fail('was not refused');
  });
});
