import { execFile } from 'node:child_process';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogNotifier } from '../../providers/notifiers/log/index.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { bindingIdOf } from '../../src/core/model.ts';
import type { Notice } from '../../src/core/ports.ts';
import { registerSecret } from '../../src/core/redact.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createLogger, type LogLevel } from '../../src/infra/log/logger.ts';

/** Known to the redactor. */
const SECRET = 'log-secret-"7f\\3a"';
const REGISTERED = new SecretValue(SECRET);
/** Never registered: a token of somebody else's library. Only the serializers stand before it. */
const FOREIGN = 'hvs.foreign-token-5b1e';
const BODY = 'upstream-body-text';

function capture(level: LogLevel = 'debug') {
  const lines: string[] = [];
  return { lines, log: createLogger({ level, destination: { write: (line) => lines.push(line) } }) };
}

/** The one line that a call wrote, as text and as what a log reader makes of it. */
function logged(fields: object): { text: string; line: Record<string, unknown> } {
  const { lines, log } = capture();
  log.info(fields, 'Something happened');
  expect(lines).toHaveLength(1);
  const text = lines.join('');
  const line: unknown = JSON.parse(text);
  if (typeof line !== 'object' || line === null) throw new Error('The line is no object.');
  return { text, line: { ...line } };
}

/** Built as node-vault and axios build theirs: the token and the body hang off the error, and sit in its texts too. */
function clientError(): Error {
  const message = `Status 403 ${BODY}\n    at ${FOREIGN} line two\n{"token":"${FOREIGN}"}`;
  const cause = new Error(`inner ${FOREIGN}`, { cause: new AggregateError([new Error(FOREIGN)], FOREIGN) });
  return Object.assign(new Error(message, { cause }), {
    name: 'AxiosError',
    config: { headers: { 'X-Vault-Token': FOREIGN }, data: BODY },
    request: { _header: `X-API-KEY: ${FOREIGN}` },
    response: { statusCode: 403, body: BODY, request: { headers: { authorization: FOREIGN } } },
    toJSON: () => ({ message, config: FOREIGN }),
  });
}

describe('a line', () => {
  test('is JSON with a level name, an ISO time, the fields and the static message', () => {
    const { text, line } = logged({ panel: 'main', count: 3, ok: true, nothing: null, gone: undefined });
    expect(text.endsWith('}\n')).toBe(true);
    expect(line).toMatchObject({ level: 'info', msg: 'Something happened', panel: 'main', count: 3, ok: true });
    expect(line['nothing']).toBeNull();
    expect(line).not.toHaveProperty('gone');
    expect(String(line['time'])).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test('below the level is not written', () => {
    const { lines, log } = capture('warn');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines.map((line) => /"msg":"(.)"/.exec(line)?.[1])).toEqual(['c', 'd']);
  });

  test('goes to standard error and leaves standard output alone', async () => {
    const script = `
      import { createLogger } from './src/infra/log/logger.ts';
      createLogger({ level: 'info' }).info({ a: 1 }, 'Hello');
      process.exit(0);`;
    const args = ['--input-type=module', '--eval', script];
    const { stdout, stderr } = await promisify(execFile)(execPath, args);
    expect(stdout).toBe('');
    expect(stderr).toContain('"msg":"Hello"');
  });
});

describe('an error', () => {
  test('of ours shows its code, texts, facts and frames, and no message line', () => {
    const error = new KeyturnError('RATE_LIMITED', 'The vendor asks\nfor a pause.', {
      fix: 'Wait.',
      untouched: 'Nothing changed.',
      retryAfterMs: 7,
      context: { status: 429 },
    });
    const { line } = logged({ err: error });
    expect(line['err']).toEqual({
      code: 'RATE_LIMITED',
      disposition: 'retry',
      safeMessage: 'The vendor asks\nfor a pause.',
      fix: 'Wait.',
      untouched: 'Nothing changed.',
      retryAfterMs: 7,
      context: { status: 429 },
      stack: expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts:\d+:\d+\)?$/)]) as unknown,
    });
    expect(JSON.stringify(line['err'])).not.toContain('for a pause."]');
  });

  test.each([
    ['as err', (error: Error) => ({ err: error })],
    ['under another name', (error: Error) => ({ failure: error })],
    ['deep inside', (error: Error) => ({ a: [{ b: new Map([['c', error]]) }] })],
    ['as the fields', (error: Error) => error],
    [
      'as a plain copy',
      (error: Error) => ({ err: Object.assign({}, error, { message: error.message, stack: error.stack }) }),
    ],
    ['as a cause', (error: Error) => ({ err: new Error('outer', { cause: error }) })],
    ['in an AggregateError', (error: Error) => ({ err: new AggregateError([error], BODY) })],
    ['as a rejected settlement', (error: Error) => ({ results: [{ status: 'rejected', reason: error }] })],
  ])('of a client library (%s) shows its name and frames only', (_, wrap) => {
    const { text } = logged(wrap(clientError()));
    expect(text).not.toContain(FOREIGN);
    expect(text).not.toContain(BODY);
    expect(text).toMatch(/log\.test\.ts:\d+:\d+/);
  });

  test('whose message was changed after it was made still shows no line of it', () => {
    const error = new Error(`first ${FOREIGN}\n at ${FOREIGN}:1`);
    error.message = 'second';
    expect(logged({ err: error }).text).not.toContain(FOREIGN);
  });

  test('with a name that is a text, or with getters that throw, is still a line', () => {
    const named = Object.assign(new Error('x'), { name: `Error for ${FOREIGN}` });
    const hostile = new Error('x');
    for (const key of ['name', 'message', 'stack', 'cause']) {
      Object.defineProperty(hostile, key, {
        get() {
          throw new Error(FOREIGN);
        },
      });
    }
    const { text, line } = logged({ named, hostile });
    expect(text).not.toContain(FOREIGN);
    expect(line['named']).toMatchObject({ name: 'Error' });
    expect(line['hostile']).toEqual({ name: 'Error', stack: [] });
  });
});

describe('a secret', () => {
  test.each<[string, object]>([
    ['a SecretValue', { key: REGISTERED, deep: { list: [REGISTERED], set: new Set([REGISTERED]) } }],
    ['a text', { note: `key ${SECRET} was used` }],
    ['a field name', { [SECRET]: 1, deep: { [SECRET]: { x: 1 } } }],
    [
      'a Map',
      new Map<unknown, unknown>([
        [SECRET, SECRET],
        [REGISTERED, 1],
      ]),
    ],
    ['a URL', { url: new URL(`https://u:${encodeURIComponent(SECRET)}@h.test/p?key=${encodeURIComponent(SECRET)}`) }],
    ['URL text', { url: `https://h.test/?key=${encodeURIComponent(SECRET)}` }],
    ['base64', { header: `Basic ${Buffer.from(SECRET).toString('base64')}` }],
    ['bytes', { bytes: Buffer.from(SECRET), view: new TextEncoder().encode(SECRET) }],
    ['JSON in a text', { body: JSON.stringify({ key: SECRET }) }],
  ])('in %s does not come out', (_, fields) => {
    const { text } = logged(fields);
    for (const part of ['log-secret', '3a', encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
      expect(text.replace(/"time":"[^"]*"|"pid":\d+/g, '')).not.toContain(part);
    }
  });

  test('in the message does not come out', () => {
    const { lines, log } = capture();
    log.info({}, 'Static texts only, yet log-secret-"7f\\3a" was used');
    expect(lines.join('')).toContain('yet [redacted] was used');
  });

  test('that nobody registered is still hidden under the name of one, at any depth', () => {
    const names = [
      'apiKey',
      'api_key',
      'X-API-KEY',
      'password',
      'Authorization',
      'cookie',
      'clientSecret',
      'token',
      'X-Vault-Token',
    ];
    for (const name of names) {
      const { text } = logged({ [name]: FOREIGN, a: { b: { c: [{ [name]: FOREIGN }] } } });
      expect(text).not.toContain(FOREIGN);
    }
    expect(logged({ fencingToken: 7, keyCount: 2 }).line).toMatchObject({ fencingToken: 7, keyCount: 2 });
  });

  test('inside an object that is no plain data is not looked for: the line has its class', () => {
    class Response {
      readonly headers = { 'x-api-key': FOREIGN };
      toJSON(): string {
        return FOREIGN;
      }
    }
    expect(logged({ response: new Response(), request: () => FOREIGN }).line).toMatchObject({
      response: '[Response]',
      request: '[function]',
    });
  });

  test('of digits that is part of a number leaves the rest of the line', () => {
    registerSecret('8675309');
    const { text, line } = logged({ count: 186753091, panel: 'main' });
    expect(text).not.toContain('8675309');
    expect(line).toMatchObject({ count: '1[redacted]1', panel: 'main', msg: 'Something happened' });
  });

  test('that looks like a piece of every line, as a hostile panel may have one, costs no line', () => {
    registerSecret('"level":"info"');
    registerSecret('","msg":"');
    const { line } = logged({ panel: 'main' });
    expect(line).toMatchObject({ level: 'info', panel: 'main', msg: 'Something happened' });
  });
});

describe('any value', () => {
  test('has a plain form', () => {
    const circular: Record<string, unknown> = { name: 'loop' };
    circular['self'] = circular;
    const { line } = logged({
      map: new Map([['a', 1]]),
      set: new Set([1, 2]),
      big: 12345678901234567890n,
      circular,
      date: new Date(0),
      badDate: new Date(Number.NaN),
      nan: Number.NaN,
      symbol: Symbol('s'),
      bare: Object.create(null) as object,
    });
    expect(line).toMatchObject({
      map: { a: 1 },
      set: [1, 2],
      big: '12345678901234567890',
      circular: { name: 'loop', self: '[circular]' },
      date: '1970-01-01T00:00:00.000Z',
      badDate: '[invalid date]',
      nan: 'NaN',
      symbol: '[symbol]',
      bare: {},
    });
  });

  test('that throws when read costs itself only', () => {
    const fields = {
      get broken(): never {
        throw new Error(FOREIGN);
      },
      proxy: new Proxy({}, { ownKeys: () => [], getPrototypeOf: () => clientError() }),
      kept: 1,
    };
    expect(logged(fields).line).toMatchObject({ broken: '[unreadable]', proxy: '[proxy]', kept: 1 });
  });

  test('that is deep or wide is cut, not followed to its end', () => {
    let wide: unknown = 'leaf';
    for (let depth = 0; depth < 12; depth += 1) wide = new Array(100).fill(wide);
    expect(logged({ wide }).text.length).toBeLessThan(200_000);
  });

  test('never makes logging throw, and never breaks the line', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
          withTypedArray: true,
        }),
        (value) => {
          expect(logged({ value, [typeof value]: [value, SECRET] }).text).not.toContain('log-secret');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('that cannot be written is lost without a sound', () => {
    const log = createLogger({
      level: 'info',
      destination: {
        write: () => {
          throw new Error('EPIPE');
        },
      },
    });
    expect(() => {
      log.error({ a: 1 }, 'x');
    }).not.toThrow();
  });
});

describe('the log notifier', () => {
  const notice = {
    title: 'Two panels hold an old key',
    lines: ['whmcs-1: stale key', 'whmcs-2: stale key'],
    dedupKey: 'drift/main/live',
    bindings: [bindingIdOf('whmcs-1', 'main', 'live')],
  };
  test.each<[Notice['severity'], string]>([
    ['info', 'info'],
    ['warning', 'warn'],
    ['critical', 'error'],
  ])('writes a notice of severity %s as one line at %s', async (severity, level) => {
    const { lines, log } = capture();
    await createLogNotifier({ log }).notify({ ...notice, severity }, new AbortController().signal);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({ ...notice, severity, level });
  });
});
