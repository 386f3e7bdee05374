import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorSettings } from '../../providers/shared/connector/pairing-files.ts';
import { type Checked, checkSchema } from '../../providers/shared/connector/schema.ts';
import { startDomainNameApi, type VendorSimulator } from '../simulators/start.ts';
import {
  base64Of,
  type Core,
  type Home,
  type HostState,
  hostState,
  NOW,
  RESELLER,
  SERVER,
  startCore,
} from '../support/connector-core.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';
import { createSelfSigned, createTestCa } from '../support/tls.ts';

const KEY = 'k0-check/+"é-4b1d9e77';
let core: Core;
let vendor: ScriptedServer;
let home: Home;

beforeAll(async () => {
  [core, vendor] = await Promise.all([startCore(), startScriptedServer()]);
  home = await homeFor(vendor.url);
});
afterAll(async () => {
  expect(await core.noise()).toBe('');
  await Promise.all([core.stop(), vendor.close()]);
});

async function homeFor(url: string, settings: Partial<ConnectorSettings> = {}): Promise<Home> {
  return core.home({ vendor: { live: `${url}/live`, test: `${url}/test/` }, ...settings });
}

async function check(state: HostState = hostState(KEY), at: Home = home, timeoutMs = 5_000): Promise<Checked> {
  await core.host(state);
  const posted = { server: SERVER, time: NOW, surroundings: { vendorTimeoutMs: timeoutMs } };
  const { reply, text } = await core.send(at, 'check', {}, posted);
  expect(Buffer.from(text, 'base64url').toString('utf8')).not.toContain(KEY);
  return checkSchema.parse(reply.body);
}

function storing(username: string, password: string, library: string | null = '3.0.16'): HostState {
  const state = hostState(password, username);
  return { ...state, module: { ...state.module, library } };
}

test.each([
  [false, 'live', '/live/deposit/accounts/me'],
  [true, 'test', '/test/deposit/accounts/me'],
  [null, 'live', '/live/deposit/accounts/me'],
] as const)('test switch %s: one GET to %s, with the headers of the module', async (testMode, environment, path) => {
  const state = hostState('k0-check-plain-1');
  const body = JSON.stringify({ resellerId: RESELLER, usdBalance: 12.5 });
  vendor.answer({ status: 200, body });
  const before = vendor.requests.length;
  const checked = await check({ ...state, stored: { ...state.stored, testMode } });
  expect(checked).toMatchObject({ asked: true, environment, status: 200, body, retryAfter: null, transport: null });
  expect(checked).toMatchObject({ address: { local: '127.0.0.1', remote: '127.0.0.1' } });
  expect(vendor.requests.length).toBe(before + 1);
  const seen = vendor.requests.at(-1);
  expect(seen).toMatchObject({ method: 'GET', path, body: '' });
  expect(seen?.headers).toMatchObject({
    'x-api-key': 'k0-check-plain-1',
    __reseller: RESELLER,
    accept: 'application/json',
    'content-type': 'application/json',
  });
});

test.each([200, 204, 301, 400, 401, 403, 404, 418, 500, 503])('status %i is told as it is', async (status) => {
  vendor.answer({ status, body: status === 204 ? '' : '{"code":"x"}' });
  expect(await check()).toMatchObject({ asked: true, status, transport: null });
});

test('a redirect is told, not followed: its target would get the key', async () => {
  const target = await startScriptedServer();
  try {
    vendor.answer({ status: 302, headers: { location: `${target.url}/stolen` } });
    expect(await check()).toMatchObject({ asked: true, status: 302 });
    expect(target.requests).toEqual([]);
  } finally {
    await target.close();
  }
});

test('Retry-After is passed on, if it is short and plain', async () => {
  vendor.answer({ status: 429, headers: { 'retry-after': '17' } });
  expect(await check()).toMatchObject({ status: 429, retryAfter: '17' });
  vendor.answer({ status: 429, headers: { 'retry-after': 'x'.repeat(200) } });
  expect(await check()).toMatchObject({ status: 429, retryAfter: null });
});

describe('no answer', () => {
  test.each([
    ['reset', 'reset'],
    ['half', 'reset'],
    ['hang', 'timeout'],
    ['drip', 'timeout'],
    ['not-http', 'other'],
  ] as const)('%s: %s', async (script, reason) => {
    vendor.answer(script);
    const checked = await check(hostState(KEY), home, script === 'hang' || script === 'drip' ? 300 : 5_000);
    expect(checked).toMatchObject({ asked: true, status: null, body: '', transport: { reason } });
  });

  test('nobody listens', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    const checked = await check(hostState(KEY), await homeFor(gone.url));
    expect(checked).toMatchObject({ asked: true, status: null, transport: { code: 7, reason: 'refused' } });
  });

  test('a name that does not exist', async () => {
    const checked = await check(hostState(KEY), await homeFor('https://vendor.invalid'));
    expect(checked).toMatchObject({ asked: true, status: null, transport: { reason: 'dns' } });
  });

  test('a source address that this machine does not have', async () => {
    const checked = await check(hostState(KEY), await homeFor(vendor.url, { outgoing: '192.0.2.77' }));
    expect(checked).toMatchObject({ asked: true, status: null, transport: { reason: 'other' } });
  });
});

describe('TLS', () => {
  async function overTls(
    tls: { readonly cert: string; readonly key: string },
    settings: Partial<ConnectorSettings> = {},
  ): Promise<Checked> {
    const server = await startScriptedServer({ tls });
    try {
      server.answer({ status: 200, body: '{}' });
      const checked = await check(hostState(KEY), await homeFor(server.url, settings));
      const isAsked = checked.asked && checked.status === 200;
      expect(server.requests.length).toBe(isAsked ? 1 : 0);
      return checked;
    } finally {
      await server.close();
    }
  }

  test('a certificate that nobody signed gets no key', async () => {
    const checked = await overTls(await createSelfSigned(['127.0.0.1']));
    expect(checked).toMatchObject({ asked: true, status: null, transport: { reason: 'tls' } });
  });

  test('a private CA is trusted where the pairing names it, and only for the right name', async () => {
    const ca = await createTestCa();
    const file = join(home.folder, 'ca.pem');
    await writeFile(file, ca.cert);
    expect(await overTls(await ca.issue(['127.0.0.1']), { ca: file })).toMatchObject({ status: 200 });
    const misnamed = await overTls(await ca.issue(['vendor.example']), { ca: file });
    expect(misnamed).toMatchObject({ status: null, transport: { reason: 'tls' } });
    const missing = await overTls(await ca.issue(['127.0.0.1']), { ca: join(home.folder, 'no-such.pem') });
    expect(missing).toMatchObject({ status: null, transport: { reason: 'tls' } });
  });
});

describe('what is not asked', () => {
  test.each<[string, HostState, string]>([
    ['an empty username', storing('', KEY), 'empty'],
    ['an empty password', storing(RESELLER, ''), 'empty'],
    ['nothing but spaces', storing(RESELLER, ' \t '), 'empty'],
    ['an old username', storing('hoster', KEY), 'legacy-username'],
    ['an e-mail address', storing('a@example.org', KEY), 'legacy-username'],
    ['a Reseller ID behind a no-break space', storing(`\u00a0${RESELLER}`, KEY), 'legacy-username'],
    ['spaces that the library does not trim', storing(` ${RESELLER}`, KEY, '3.0.5'), 'legacy-username'],
    ['spaces and a library of unknown age', storing(` ${RESELLER}`, KEY, null), 'legacy-username'],
    ['a line break behind the Reseller ID', storing(`${RESELLER}\n`, KEY, '3.0.5'), 'legacy-username'],
    ['a library that knows the test host only', storing(RESELLER, KEY, '3.0.1'), 'outdated-library'],
    ['a library without REST', storing(RESELLER, KEY, '2.1.22'), 'outdated-library'],
    ['a key that would write header lines', storing(RESELLER, 'k0-check\r\nX-Other: 1'), 'unsendable'],
    [
      'a key with a line break at its end that is not trimmed',
      storing(RESELLER, 'k0-check-1\n', '3.0.5'),
      'unsendable',
    ],
  ])('%s', async (_name, state, reason) => {
    const before = vendor.requests.length;
    expect(await check(state)).toEqual({ asked: false, reason });
    expect(vendor.requests.length).toBe(before);
  });

  test('what the library trims is trimmed, and no more', async () => {
    vendor.answer({ status: 401 });
    expect(await check(storing(` ${RESELLER}\r\n`, '\tk0-check-trim-1 \n'))).toMatchObject({ status: 401 });
    expect(vendor.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'k0-check-trim-1', __reseller: RESELLER });
    await check(storing(RESELLER, 'k0-check-trim-2\u200b'));
    const sent = Buffer.from(String(vendor.requests.at(-1)?.headers['x-api-key']), 'latin1').toString('utf8');
    expect(sent).toBe('k0-check-trim-2\u200b');
  });
});

describe('the answer', () => {
  const utf8 = Buffer.from(KEY, 'utf8');
  const json = JSON.stringify(KEY).slice(1, -1);
  test.each<[string, string]>([
    ['as it is', KEY],
    ['in JSON', json],
    ['in JSON with escaped slashes', json.replaceAll('/', String.raw`\/`)],
    ['in JSON, all ASCII', String.raw`k0-check\/+\"\u00e9-4b1d9e77`],
    ['in JSON, all ASCII, capitals', String.raw`k0-check/+\"\u00E9-4b1d9e77`],
    ['in a URL', encodeURIComponent(KEY)],
    ['in a URL, lower case', encodeURIComponent(KEY).toLowerCase()],
    ['in HTML', 'k0-check/+&quot;é-4b1d9e77'],
    ['in hexadecimal', utf8.toString('hex')],
    ['in capitals', KEY.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())],
  ])('that repeats the key %s', async (_name, form) => {
    vendor.answer({ status: 401, body: `{"message":"Key ${form} is not valid","again":"${form}"}` });
    expect(await check()).toMatchObject({ body: '{"message":"Key [key] is not valid","again":"[key]"}' });
  });

  test.each([0, 1, 2])('that repeats the key in base64, at place %i of three', async (shift) => {
    const body = Buffer.concat([Buffer.alloc(shift, 'x'), utf8, Buffer.from('yyy')]).toString('base64');
    vendor.answer({ status: 401, body });
    const checked = await check();
    const told = checked.asked ? checked.body : '';
    expect(told).toContain('[key]');
    expect(Buffer.from(told.replaceAll('[key]', ''), 'base64').toString('latin1')).not.toContain('check');
  });

  test('is cut at 4 KiB, and no part of a key stands where it was cut', async () => {
    // More than is read, so that reading ends within a key, wherever in it that may be.
    for (let shift = 0; shift < KEY.length; shift += 3) {
      vendor.answer({ status: 200, body: 'x'.repeat(shift) + KEY.repeat(6_000) });
      const checked = await check();
      const told = checked.asked ? checked.body : '';
      expect(told.length).toBeLessThanOrEqual(4_096);
      expect(told.replace(/^x*/, '').replaceAll('[key]', '').length).toBeLessThan(5);
    }
    const long = `k0-check-${'long'.repeat(500)}`;
    vendor.answer({ status: 200, body: `y${long}`.repeat(60) });
    const checked = await check(storing(RESELLER, long));
    expect(checked.asked ? checked.body : '').not.toContain('longlong');
  });

  test('is not JSON, not even text', async () => {
    vendor.answer({ status: 200, body: Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]) });
    const checked = await check();
    expect(checked.asked ? checked.status : undefined).toBe(200);
  });

  test('that repeats the key in a header does not get it out', async () => {
    vendor.answer({ status: 429, headers: { 'retry-after': 'k0-check-header-1' } });
    expect(await check(storing(RESELLER, 'k0-check-header-1'))).toMatchObject({ retryAfter: '[key]' });
  });
});

describe('the simulated vendor', () => {
  let simulator: VendorSimulator;
  const account = {
    name: 'main',
    live: { resellerId: RESELLER, apiKey: 'k0-check-simulated-1', allowedAddresses: ['127.0.0.66'] },
  };
  beforeAll(async () => {
    simulator = await startDomainNameApi({ accounts: [account], pacing: { on: false } });
  });
  afterAll(async () => {
    await simulator.stop();
  });

  test.each([
    ['127.0.0.66', 200],
    ['127.0.0.67', 403],
  ])('sees the address that the pairing names: %s', async (outgoing, status) => {
    const at = await core.home({ vendor: simulator.vendor, outgoing });
    const checked = await check(hostState('k0-check-simulated-1'), at);
    expect(checked).toMatchObject({ status, address: { local: outgoing } });
  });

  test('is asked anew every time', async () => {
    const at = await core.home({ vendor: simulator.vendor, outgoing: '127.0.0.66' });
    expect(await check(hostState('k0-check-simulated-1'), at)).toMatchObject({ status: 200 });
    await simulator.control.regenerate({ account: 'main', environment: 'live' });
    expect(await check(hostState('k0-check-simulated-1'), at)).toMatchObject({ status: 401 });
  });
});

test('what is stored in bytes that are no UTF-8 is asked with as it is', async () => {
  vendor.answer({ status: 401 });
  const state = hostState(KEY);
  const password = Buffer.from([0x6b, 0x30, 0xa0, 0xff, 0x31]).toString('base64');
  expect(await check({ ...state, stored: { ...state.stored, username: base64Of(RESELLER), password } })).toMatchObject({
    asked: true,
    status: 401,
  });
});
