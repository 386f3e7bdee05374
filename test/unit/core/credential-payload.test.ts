import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential, withCredential } from '../../../src/core/credential-payload.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

function parse(text: string) {
  return parseCredential(new SecretValue(text));
}

function refusalOf(run: () => unknown): KeyturnError {
  try {
    run();
  } catch (error) {
    if (error instanceof KeyturnError) return error;
    throw error;
  }
  return expect.fail('was not refused');
}

describe('parseCredential', () => {
  it('reads the two fields exactly as they are', () => {
    const credential = parse('{"resellerId": " ABC\\u00a0", "apiKey": "k\\n", "note": 1}');
    expect(credential.resellerId).toBe(' ABC\u00A0');
    expect(credential.apiKey.reveal()).toBe('k\n');
  });

  it.each([
    ['', 'it is empty'],
    ['  \n', 'it is empty'],
    ['hunter2-not-json', 'it is not JSON'],
    ['{"resellerId":"a","apiKey":hunter2}', 'it is not JSON'],
    ['"hunter2"', 'it is not a JSON object'],
    ['["hunter2"]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    ['{"apiKey":"hunter2"}', 'the field "resellerId" is missing'],
    ['{"resellerId":"hunter2"}', 'the field "apiKey" is missing'],
    ['{"resellerId":"hunter2","apiKey":""}', 'the field "apiKey" is empty'],
    ['{"resellerId":17,"apiKey":"hunter2"}', 'the field "resellerId" is not a text'],
    ['{"resellerId":"a","apiKey":null}', 'the field "apiKey" is not a text'],
    ['{"resellerid":"a","APIKEY":"hunter2"}', 'the field "resellerId" is missing'],
  ])('refuses %j: %s', (text, why) => {
    const error = refusalOf(() => parse(text));
    expect(error.code).toBe('SECRET_MALFORMED');
    expect(error.safeMessage).toContain(why);
    expect(error.fix).toContain('{"resellerId": "...", "apiKey": "..."}');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });
});

describe('withCredential', () => {
  const credential = { resellerId: 'id-2', apiKey: new SecretValue('key-2-abcdef') };

  it('keeps every other field and their order', () => {
    const previous = new SecretValue('{"owner":"ops","apiKey":"old","__proto__":{"x":1},"resellerId":"old","z":[1]}');
    const next = withCredential(previous, credential).reveal();
    expect(next).toBe('{"owner":"ops","apiKey":"key-2-abcdef","__proto__":{"x":1},"resellerId":"id-2","z":[1]}');
  });

  it('begins anew without a previous payload', () => {
    expect(parseCredential(withCredential(undefined, credential)).apiKey.reveal()).toBe('key-2-abcdef');
  });

  it('refuses to overwrite what it does not understand', () => {
    for (const text of ['plain key', '[1]', '']) {
      expect(refusalOf(() => withCredential(new SecretValue(text), credential)).code).toBe('SECRET_MALFORMED');
    }
  });

  it('gives back what it was given, for any texts and any other fields', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(text, text, fc.dictionary(fc.string(), fc.jsonValue()), (resellerId, apiKey, others) => {
        const previous = new SecretValue(JSON.stringify(others));
        const payload = withCredential(previous, { resellerId, apiKey: new SecretValue(apiKey) });
        const read = parseCredential(payload);
        expect(read.resellerId).toBe(resellerId);
        expect(read.apiKey.reveal()).toBe(apiKey);
        expect(JSON.parse(payload.reveal())).toEqual({
          ...(JSON.parse(previous.reveal()) as object),
          resellerId,
          apiKey,
        });
      }),
      { numRuns: 200 },
    );
  });
});
