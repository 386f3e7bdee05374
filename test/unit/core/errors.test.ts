import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

describe('KeyturnError', () => {
  test('keeps what it was given', () => {
    const error = new KeyturnError('RATE_LIMITED', 'Too many calls.', {
      fix: 'Wait.',
      untouched: 'Nothing was written.',
      retryAfterMs: 1500,
      context: { panel: 'shop', status: 429 },
    });
    expect(error).toMatchObject({
      name: 'KeyturnError',
      code: 'RATE_LIMITED',
      message: 'Too many calls.',
      safeMessage: 'Too many calls.',
      fix: 'Wait.',
      untouched: 'Nothing was written.',
      retryAfterMs: 1500,
      context: { panel: 'shop', status: 429 },
      disposition: 'retry',
    });
  });

  test('shows no secret that got into its texts, as an id in the wrong place would', () => {
    const secret = 'a-key-in-the-wrong-place';
    new SecretValue(secret);
    const error = new KeyturnError('CONFIG_INVALID', `no ${secret}`, { fix: `drop ${secret}`, untouched: secret });
    expect(inspect(error, { showHidden: true }) + error.message).not.toContain(secret);
  });

  test('needs a code and a message only', () => {
    const error = new KeyturnError('LEASE_LOST', 'The lease is lost.');
    expect(error.context).toEqual({});
    expect([error.fix, error.untouched, error.retryAfterMs, error.cause]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each<readonly [ErrorCode, string]>([
    ['CONFIG_INVALID', 'operator'],
    ['CREDENTIAL_REJECTED', 'operator'],
    ['MALFORMED_CREDENTIAL', 'operator'],
    ['ADDRESS_NOT_ALLOWED', 'operator'],
    ['STORE_CONFLICT', 're-plan'],
    ['SUPERSEDED', 're-plan'],
    ['UPSTREAM_UNAVAILABLE', 'retry'],
    ['TIMEOUT', 'retry'],
    ['ABORTED', 'retry'],
    ['INVARIANT_BROKEN', 'bug'],
  ])('%s is for: %s', (code, disposition) => {
    expect(new KeyturnError(code, 'x').disposition).toBe(disposition);
  });
});

describe('toKeyturnError', () => {
  test('leaves one of ours as it is', () => {
    const error = new KeyturnError('TIMEOUT', 'Too slow.');
    expect(toKeyturnError(error)).toBe(error);
  });

  test('knows an abort and a timeout by their names', () => {
    expect(toKeyturnError(AbortSignal.abort().reason).code).toBe('ABORTED');
    expect(toKeyturnError(new DOMException('x', 'TimeoutError')).code).toBe('TIMEOUT');
  });

  test.each<readonly [string, unknown, string]>([
    ['a type error', new TypeError('kSecret'), 'TypeError'],
    ['a text', 'kSecret', 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
    ['an error whose name is no class name', Object.assign(new Error('x'), { name: 'kSecret=1 2' }), 'Error'],
    ['an error whose name is no text', Object.assign(new Error('x'), { name: 7 }), 'Error'],
  ])('turns %s into a bug without its text', (_, thrown, name) => {
    const error = toKeyturnError(thrown);
    expect(error.code).toBe('INVARIANT_BROKEN');
    expect(error.safeMessage).toContain(`(${name})`);
    expect(inspect(error)).not.toContain('kSecret');
  });
});
