import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.ts';

const KEY = 'kNeverShown5Wq8Zt3';
const secret = new SecretValue(KEY);

const deep = { a: { b: { c: { d: { e: [secret, new Map([['k', secret]]), new Set([secret])] } } } } };

describe('a secret is not shown', () => {
  test.each<readonly [string, () => string]>([
    ['String()', () => String(secret)],
    ['a template', () => `${String(secret)} and ${[secret].join()}`],
    ['concatenation', () => 'a'.concat(String(secret))],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspect', () => inspect(secret)],
    [
      'inspect of a nested one, with all there is',
      () => inspect(deep, { depth: null, showHidden: true, getters: true, showProxy: true }),
    ],
    [
      'inspect without the custom inspector',
      () => inspect(deep, { depth: null, showHidden: true, customInspect: false }),
    ],
    ['inspect of a proxy', () => inspect(new Proxy(secret, {}), { showProxy: true })],
    ['format', () => format('%s %o %O %j %i', secret, secret, secret, secret, secret)],
    ['the message of an error', () => inspect(new Error(`failed with ${String(secret)}`))],
    ['a field of an error', () => inspect(Object.assign(new Error('failed'), { secret }), { showHidden: true })],
    ['structuredClone', () => inspect(structuredClone({ secret }), { depth: null, showHidden: true })],
    ['entries', () => JSON.stringify([Object.entries(secret), Object.values(secret), Object.assign({}, secret)])],
    ['own names', () => JSON.stringify([Reflect.ownKeys(secret), Object.getOwnPropertyDescriptors(secret)])],
    ['for ... in', () => inspect(Object.fromEntries(namesIn(secret)))],
  ])('by %s', (_, show) => {
    expect(show()).not.toContain(KEY);
  });

  test('by the console', () => {
    const stream = new PassThrough();
    const written: string[] = [];
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const out = new Console(stream);
    out.log(secret, '%s', secret, deep);
    out.dir(deep, { depth: 9, showHidden: true });
    out.table([{ secret }]);
    expect(written.join('')).toContain('[redacted]');
    expect(written.join('')).not.toContain(KEY);
  });
});

function* namesIn(value: object): Generator<[string, string]> {
  for (const name in value) yield [name, String(Reflect.get(value, name))];
}

test('it says that there is something', () => {
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
    '[redacted]',
    '"[redacted]"',
    '[redacted]',
  ]);
});

test('reveal gives the exact value', () => {
  expect(new SecretValue(` ${KEY}\n`).reveal()).toBe(` ${KEY}\n`);
});

test('no copy without its class can be revealed', () => {
  expect(structuredClone({ secret }).secret).not.toHaveProperty('reveal');
  expect(() => Reflect.apply(Reflect.get(SecretValue.prototype, 'reveal'), {}, [])).toThrow(TypeError);
});
