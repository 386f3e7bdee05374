import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Core,
  codeOf,
  envelope,
  freshNonce,
  type Home,
  hostState,
  NOW,
  PATH,
  type Posted,
  postEnvelope,
  SERVER,
  sha256,
  startCore,
} from '../support/connector-core.ts';

const PASSWORD = 'k0-gates-9f2c7d41aa';
let core: Core;

beforeAll(async () => {
  core = await startCore();
  await core.host(hostState(PASSWORD));
});
afterAll(async () => {
  expect(await core.noise()).toBe('');
  await core.stop();
});

async function codeFrom(home: Home, posted: Posted): Promise<string> {
  return codeOf(await core.send(home, 'observe', {}, posted));
}

function server(values: Readonly<Record<string, string>>): Posted {
  const { HTTPS: _https, ...plain } = SERVER;
  return { server: { ...plain, ...values } };
}

describe('HTTPS', () => {
  const PROXY = '10.1.2.3';
  test.each<[string, Readonly<Record<string, string>>]>([
    ['HTTPS=on', { HTTPS: 'on' }],
    ['HTTPS=1', { HTTPS: '1' }],
    ['port 443', { SERVER_PORT: '443' }],
    ['a proxy on a private address', { REMOTE_ADDR: PROXY, HTTP_X_FORWARDED_PROTO: 'https' }],
    ['a proxy on a private IPv6 address', { REMOTE_ADDR: 'fd00::5', HTTP_X_FORWARDED_PROTO: 'https' }],
    ['a proxy on this machine', { REMOTE_ADDR: '127.0.0.1', HTTP_X_FORWARDED_PROTO: 'HTTPS' }],
    ['loopback to loopback', { REMOTE_ADDR: '127.0.0.1', SERVER_ADDR: '127.0.0.21' }],
    ['loopback by IPv6', { REMOTE_ADDR: '::1', SERVER_ADDR: '::1' }],
    ['loopback as a dual-stack socket shows it', { REMOTE_ADDR: '::ffff:127.0.0.1', SERVER_ADDR: '::ffff:127.0.0.1' }],
    [
      'loopback through a proxy on loopback',
      { REMOTE_ADDR: '127.0.0.1', SERVER_ADDR: '127.0.0.1', HTTP_X_FORWARDED_FOR: '127.0.0.1' },
    ],
  ])('%s lets a letter in', async (_name, values) => {
    expect(await codeFrom(await core.home(), server(values))).toBe('ok');
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['plain HTTP', {}],
    ['HTTPS=off', { HTTPS: 'off' }],
    ['a caller that says so itself', { HTTP_X_FORWARDED_PROTO: 'https' }],
    ['a proxy that was called by plain HTTP', { REMOTE_ADDR: PROXY, HTTP_X_FORWARDED_PROTO: 'http' }],
    ['a private network, which is no loopback', { REMOTE_ADDR: PROXY, SERVER_ADDR: '10.1.2.4' }],
    ['loopback to a public address', { REMOTE_ADDR: '127.0.0.1' }],
    [
      'a proxy on this machine that brings it from elsewhere',
      { REMOTE_ADDR: '127.0.0.1', SERVER_ADDR: '127.0.0.1', HTTP_X_FORWARDED_FOR: '203.0.113.9' },
    ],
    ['a server that does not know its address', { REMOTE_ADDR: '127.0.0.1', SERVER_ADDR: '' }],
  ])('%s does not', async (_name, values) => {
    const answered = await core.send(await core.home(), 'observe', {}, server(values));
    expect(codeOf(answered)).toBe('https-required');
    expect(answered.reply.signed).toBe(false);
  });
});

describe('shape', () => {
  test.each<[string, (parts: Record<string, unknown>) => Record<string, unknown>, string]>([
    ['a part too many', (parts) => ({ ...parts, more: 1 }), 'malformed'],
    ['time as a text', (parts) => ({ ...parts, time: String(NOW) }), 'malformed'],
    ['time with a fraction', (parts) => ({ ...parts, time: NOW + 0.5 }), 'malformed'],
    ['time beyond all integers', (parts) => ({ ...parts, time: 1e300 }), 'malformed'],
    ['an upper case nonce', (parts) => ({ ...parts, nonce: 'A'.repeat(32) }), 'malformed'],
    ['a nonce that is a path', (parts) => ({ ...parts, nonce: '../../../../../../tmp/0123456789ab' }), 'malformed'],
    ['a nonce with a line break', (parts) => ({ ...parts, nonce: `${'a'.repeat(32)}\n` }), 'malformed'],
    ['a body that is an object', (parts) => ({ ...parts, body: {} }), 'malformed'],
    ['a signature that is a list', (parts) => ({ ...parts, signature: [] }), 'malformed'],
    ['a signature that is short', (parts) => ({ ...parts, signature: 'ab' }), 'malformed'],
    ['version 2', (parts) => ({ ...parts, v: 2 }), 'unsupported-version'],
    ['version 1 as a text', (parts) => ({ ...parts, v: '1' }), 'malformed'],
    ['an operation that is none', (parts) => ({ ...parts, operation: 'Observe' }), 'malformed'],
  ])('%s', async (_name, spoil, code) => {
    const home = await core.home();
    const answered = await postEnvelope(core, home, spoil(envelope(home)));
    expect(codeOf(answered)).toBe(code);
    expect(answered.reply.signed).toBe(false);
  });

  test.each(['v', 'connector', 'operation', 'time', 'nonce', 'body', 'signature'])('without its %s', async (name) => {
    const home = await core.home();
    const { [name]: _gone, ...parts } = envelope(home);
    expect(codeOf(await postEnvelope(core, home, parts))).toBe('malformed');
  });

  test.each([
    ['nothing', ''],
    ['no base64url', '%%%'],
    ['padding', Buffer.from('{"v":1}').toString('base64')],
    ['a list', Buffer.from('[1,2]').toString('base64url')],
    ['JSON that is deeper than any letter', Buffer.from(`{"v":${'['.repeat(5000)}`).toString('base64url')],
    ['64 KiB and one byte', 'A'.repeat(65_537)],
  ])('%s', async (_name, letter) => {
    expect(codeOf(await core.post(await core.home(), letter, ''))).toBe('malformed');
  });

  test('a letter that was not posted', async () => {
    expect(await codeFrom(await core.home(), { server: { ...SERVER, REQUEST_METHOD: 'GET' } })).toBe('malformed');
  });

  test('a signed body that is no object, and an operation that does not exist', async () => {
    const home = await core.home();
    expect(codeOf(await core.send(home, 'observe', []))).toBe('malformed');
    const nonce = freshNonce();
    const body = '{}';
    const lines = [
      'keyturn-request-1',
      'POST',
      PATH,
      home.pairing.connector,
      'destroy',
      sha256(body),
      String(NOW),
      nonce,
    ];
    const parts = { ...envelope(home), operation: 'destroy', nonce, body, signature: home.pairing.sign(lines) };
    const answered = await postEnvelope(core, home, parts);
    expect(codeOf(answered)).toBe('unknown-operation');
    expect(answered.reply.signed).toBe(true);
  });
});

describe('the caller', () => {
  test.each<[string, readonly string[], boolean]>([
    ['203.0.113.9', ['203.0.113.9'], true],
    ['203.0.113.9', ['198.51.100.7', '203.0.113.0/24'], true],
    ['203.0.113.9', ['203.0.113.8'], false],
    ['203.0.113.9', ['203.0.113.128/25'], false],
    ['203.0.113.9', ['203.0.112.0/23'], true],
    ['203.0.113.9', ['0.0.0.0/0'], true],
    ['203.0.113.9', ['::/0'], false],
    ['2001:db8:0:1::7', ['2001:db8::/32'], true],
    ['2001:db8:0:1::7', ['2001:DB8:0:1:0:0:0:7'], true],
    ['2001:db8:0:1::7', ['2001:db8:0:2::/63'], false],
    ['2001:db8:0:3::7', ['2001:db8:0:2::/63'], true],
    ['::ffff:203.0.113.9', ['203.0.113.9'], true],
    ['203.0.113.9', ['203.0.113.9/33'], false],
    ['203.0.113.9', ['203.0.113.9/'], false],
    ['203.0.113.9', ['203.0.113.9/24/8', 'example.org', ''], false],
    ['', ['0.0.0.0/0'], false],
    ['unix:', ['0.0.0.0/0'], false],
  ])('%s against %j: %s', async (address, list, listed) => {
    expect(await core.ask({ do: 'listed', address, list })).toEqual({ listed });
  });

  test('an address that is not on the list is told which one it is', async () => {
    const home = await core.home({ addresses: ['198.51.100.7'] });
    const answered = await core.send(home, 'observe', {});
    expect(answered.reply.body).toMatchObject({ code: 'address-not-listed', address: '203.0.113.9' });
  });

  test('behind a proxy of our own, the entry that the proxy wrote counts, and no other', async () => {
    const home = await core.home({ addresses: ['198.51.100.7'] });
    const behind = { ...SERVER, REMOTE_ADDR: '10.0.0.1' };
    function forwarded(list: string): Posted {
      return { server: { ...behind, HTTP_X_FORWARDED_FOR: list } };
    }
    expect(await codeFrom(home, forwarded('198.51.100.7'))).toBe('ok');
    expect(await codeFrom(home, forwarded('198.51.100.7, 203.0.113.9'))).toBe('address-not-listed');
    expect(await codeFrom(home, forwarded('203.0.113.9, 198.51.100.7'))).toBe('ok');
    expect(await codeFrom(home, { server: { ...SERVER, HTTP_X_FORWARDED_FOR: '198.51.100.7' } })).toBe(
      'address-not-listed',
    );
  });
});
