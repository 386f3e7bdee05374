import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BlestaControl,
  hashOf,
  type Simulator,
  startBlesta,
  startDomainNameApi,
  type VendorSimulator,
} from '../../simulators/start.ts';

let vendor: VendorSimulator;
let blesta: Simulator<BlestaControl>;
const ACCESS = { 'blesta-api-user': 'sim-user', 'blesta-api-key': 'sim-key' };

beforeAll(async () => {
  vendor = await startDomainNameApi({ pacing: { on: false } });
  blesta = await startBlesta({ vendor: vendor.vendor, panels: [{ prefix: '/billing', address: '127.0.8.41' }] });
});
afterAll(async () => {
  await Promise.all([blesta.stop(), vendor.stop()]);
});
beforeEach(async () => {
  await vendor.control.setFault({ mode: 'none' });
  await vendor.control.setAllowList();
  await vendor.control.forget();
  await blesta.control.setFault({ mode: 'none' });
  await blesta.control.reconfigure({
    change: { validationBug: false, errorsAs200: null, readBack: null, strictDefaults: null },
  });
  await blesta.control.forget();
  await blesta.control.setRow({ row: '3', meta: { user: 'u', key: 'k', sandbox: 'false' } });
});

interface Options {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly root?: string;
  readonly headers?: Record<string, string>;
}

async function call(
  path: string,
  fields: Record<string, string>,
  { method = 'GET', root = '', headers = ACCESS }: Options = {},
) {
  const form = new URLSearchParams(fields);
  const url = `${blesta.url}/billing${root}/api/${path}`;
  const response = await (method === 'GET'
    ? fetch(`${url}?${form.toString()}`, { headers })
    : fetch(url, { method, headers, body: form }));
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

function edit(vars: Record<string, string>) {
  const fields = Object.entries(vars).map(([name, value]) => [`vars[${name}]`, value] as const);
  const all = { module_row_id: '3', ...Object.fromEntries<string>(fields) };
  return call('module_manager/editRow.json', all, { method: 'PUT' });
}

async function livePair() {
  const { resellerId, apiKey } = await vendor.control.currentKey();
  return { user: resellerId, key: apiKey };
}

function rpc(method: string, ...params: string[]) {
  const listed = params.map((value, at) => [`params[${at}]`, value] as const);
  const fields = { module_id: '12', method, ...Object.fromEntries<string>(listed) };
  return call('module_manager/moduleRpc.json', fields, { method: 'POST' });
}

describe('the API', () => {
  it.each(['', '/index.php'])('answers below %j, with both kinds of sign-in', async (root) => {
    const basic = { authorization: `Basic ${Buffer.from('sim-user:sim-key').toString('base64')}` };
    for (const headers of [ACCESS, basic]) {
      const answer = await call('module_manager/getByClass.json', { class: 'domainnameapi' }, { root, headers });
      expect([answer.status, answer.body]).toEqual([200, { response: [expect.objectContaining({ id: '12' })] }]);
    }
  });

  it.each([
    ['module_manager/getRows.json', { 'blesta-api-user': 'sim-user', 'blesta-api-key': 'no' }, 401],
    ['module_manager/nothing.json', ACCESS, 404],
    ['nobody/get.json', ACCESS, 404],
    ['module_manager/getRows.xml', ACCESS, 415],
    ['module_manager/getRows.json', ACCESS, 500],
  ])('%s as %j answers %i', async (path, headers, status) => {
    const answer = await call(path, {}, { headers });
    expect([answer.status, answer.body]).toEqual([status, { message: expect.any(String) as string }]);
  });

  it('shows rows with their meta, or a ciphertext if switched so', async () => {
    const shown = await call('module_manager/getRow.json', { module_row_id: '3' });
    expect(shown.body).toEqual({
      response: { id: '3', module_id: '12', meta: { user: 'u', key: 'k', sandbox: 'false' } },
    });
    await blesta.control.reconfigure({ change: { readBack: 'cipher' } });
    const hidden = await call('module_manager/getRows.json', { module_id: '12' });
    expect(hidden.text).not.toContain('"key":"k"');
    expect((await call('module_manager/getRow.json', { module_row_id: '9' })).body).toEqual({ response: false });
  });
});

describe('editRow', () => {
  it('saves a pair that the vendor accepts, asked from the panel address', async () => {
    const pair = await livePair();
    expect((await edit({ ...pair, sandbox: 'false' })).body).toEqual({ response: '3' });
    expect(await blesta.control.rows()).toEqual({ '3': { ...pair, sandbox: 'false' } });
    expect(await vendor.control.requests()).toMatchObject([{ address: '127.0.8.41', environment: 'live' }]);
    expect(await blesta.control.pushes()).toEqual({ [`3:${hashOf(pair.key)}`]: { received: 1, applied: 1 } });
  });

  it('makes the new meta from what is sent and nothing else', async () => {
    await blesta.control.setRow({ row: '3', meta: { user: 'u', key: 'k', sandbox: 'true', extra: 'x' } });
    const pair = await livePair();
    await edit(pair);
    expect(await blesta.control.rows()).toEqual({ '3': { ...pair, sandbox: 'false' } });
  });

  it('refuses a missing field and a pair that the vendor refuses, and keeps the row', async () => {
    const { key, user } = await livePair();
    expect((await edit({ user, key: '' })).body).toMatchObject({ errors: { key: { valid: 'Please enter a key' } } });
    expect((await edit({ key, user: '' })).body).toMatchObject({ errors: { user: { valid: 'Please enter a user' } } });
    const wrong = await edit({ user, key: 'wrong' });
    expect([wrong.status, wrong.body['errors']]).toEqual([
      400,
      { key: { valid_connection: expect.any(String) as string } },
    ]);
    expect((await blesta.control.rows())['3']).toMatchObject({ key: 'k' });
  });

  it('can carry the errors in a 200', async () => {
    await blesta.control.reconfigure({ change: { errorsAs200: true } });
    const wrong = await edit({ user: 'u', key: 'wrong' });
    expect([wrong.status, Object.keys(wrong.body)]).toEqual([200, ['message', 'errors']]);
  });

  it.each(['429', '503', 'reset', 'html'] as const)('refuses a good pair while the vendor shows %s', async (mode) => {
    const pair = await livePair();
    await vendor.control.setFault({ mode, times: 1 });
    expect((await edit(pair)).body).toMatchObject({
      errors: { key: { valid_connection: expect.any(String) as string } },
    });
    expect((await edit(pair)).body).toEqual({ response: '3' });
  });

  it('with the bug, asks the test environment about a live row', async () => {
    await blesta.control.reconfigure({ change: { validationBug: true } });
    expect((await edit({ ...(await livePair()), sandbox: 'false' })).status).toBe(400);
    const test = await vendor.control.currentKey({ environment: 'test' });
    expect((await edit({ user: test.resellerId, key: test.apiKey, sandbox: 'false' })).body).toEqual({ response: '3' });
  });
});

describe('moduleRpc', () => {
  it.each([
    ['0', true],
    ['', true],
    ['false', false],
    ['true', false],
  ])('validateConnection of a live pair with %j, bug on: %s', async (sandbox, good) => {
    const { key, user } = await livePair();
    await blesta.control.reconfigure({ change: { validationBug: true } });
    expect((await rpc('validateConnection', key, user, sandbox)).body).toEqual({ response: good });
  });

  it('checkAvailability uses the stored row, and calls every failure "not available"', async () => {
    await blesta.control.setRow({ row: '3', meta: { ...(await livePair()), sandbox: 'false' } });
    expect((await rpc('checkAvailability', 'free-name.com', '3')).body).toEqual({ response: true });
    expect((await rpc('checkAvailability', 'keyturn-canary.com', '3')).body).toEqual({ response: false });
    await vendor.control.regenerate();
    expect((await rpc('checkAvailability', 'free-name.com', '3')).body).toEqual({ response: false });
  });

  it('getDomainInfo tells the error of the library', async () => {
    await blesta.control.setRow({ row: '3', meta: { ...(await livePair()), sandbox: 'false' } });
    await vendor.control.setFault({ mode: '302', times: 1 });
    const answer = await rpc('getDomainInfo', 'keyturn-canary.com', '3');
    expect(answer.body['response']).toMatchObject({ result: 'ERROR', error: { Code: 'API_302' } });
  });

  it('makeTest echoes, and an unknown function gives null', async () => {
    expect((await rpc('makeTest', 'a', 'b', '1')).body).toEqual({ response: 'a|b|true' });
    expect((await rpc('getApi', 'a')).body).toEqual({ response: null });
  });

  it('can fail on arguments left out', async () => {
    await blesta.control.reconfigure({ change: { strictDefaults: true } });
    const answer = await rpc('validateConnection', 'a', 'b', '0');
    expect([answer.status, answer.body['message']]).toEqual([500, 'Failed to retrieve the default value']);
  });
});

describe('failure switches', () => {
  it.each([
    ['maintenance', 503, /^\{"message"/],
    ['500', 500, /^<!DOCTYPE html>/],
    ['html', 200, /^<!DOCTYPE html>/],
    ['403', 403, /^<!DOCTYPE html>/],
  ] as const)('%s', async (mode, status, text) => {
    await blesta.control.setFault({ mode, times: 1, actions: ['module_manager/getRow'] });
    const answer = await call('module_manager/getRow.json', { module_row_id: '3' });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
  });

  it('the answer is lost after the write took effect', async () => {
    const pair = await livePair();
    await blesta.control.setFault({ mode: 'reset-after-write', times: 1 });
    await expect(edit(pair)).rejects.toThrow();
    expect((await blesta.control.rows())['3']).toMatchObject({ key: pair.key });
  });

  it('success is claimed and nothing written', async () => {
    await blesta.control.setFault({ mode: 'success-without-write', times: 1 });
    expect((await edit(await livePair())).body).toEqual({ response: '3' });
    expect((await blesta.control.rows())['3']).toMatchObject({ key: 'k' });
  });
});
