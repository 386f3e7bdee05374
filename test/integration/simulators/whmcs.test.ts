import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  hashOf,
  type Simulator,
  startDomainNameApi,
  startWhmcs,
  type VendorSimulator,
  type WhmcsControl,
} from '../../simulators/start.ts';

let vendor: VendorSimulator;
let whmcs: Simulator<WhmcsControl>;
const MODULE = { moduleType: 'registrar', moduleName: 'domainnameapi' };
const ACCESS = { identifier: 'sim-identifier', secret: 'sim-secret', responsetype: 'json' };

beforeAll(async () => {
  vendor = await startDomainNameApi({ pacing: { on: false } });
  whmcs = await startWhmcs({
    vendor: { ...vendor.vendor, timeoutMs: 500 },
    panels: [
      { address: '127.0.8.1' },
      { prefix: '/second', address: '127.0.8.2' },
      {
        prefix: '/strict',
        apiAddresses: ['127.0.9.9'],
        accessKey: 'open-sesame',
        credentials: [{ identifier: 'sim-identifier', secret: 'sim-secret', actions: ['WhmcsDetails'] }],
      },
    ],
  });
});
afterAll(async () => {
  await Promise.all([whmcs.stop(), vendor.stop()]);
});
beforeEach(async () => {
  await vendor.control.setFault({ mode: 'none' });
  await vendor.control.setAllowList();
  await vendor.control.forget();
  await whmcs.control.setFault({ mode: 'none' });
  await whmcs.control.reconfigure({
    change: { libraryVersion: null, update: null, parameterList: null, registrarError: null },
  });
  await whmcs.control.forget();
  const { resellerId, apiKey } = await vendor.control.currentKey();
  await whmcs.control.setSettings({ settings: { API_UserName: resellerId, API_Password: apiKey, API_TestMode: '' } });
});

async function call(fields: Record<string, string>, prefix = '') {
  const response = await fetch(`${whmcs.url}${prefix}/includes/api.php`, {
    method: 'POST',
    body: new URLSearchParams({ ...ACCESS, ...fields }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

function check() {
  return call({ action: 'DomainGetNameservers', domainid: '1' });
}

function update(settings: Record<string, string>) {
  const parameters = Object.entries(settings).map(([name, value]) => [`parameters[${name}]`, value] as const);
  return call({ action: 'UpdateModuleConfiguration', ...MODULE, ...Object.fromEntries<string>(parameters) });
}

describe('who may call', () => {
  it.each([
    [{ identifier: '' }, '', 'Invalid or missing credentials'],
    [{ secret: 'wrong' }, '', 'Authentication Failed'],
    [{}, '/strict', 'Invalid IP 127.0.0.1'],
    [{ accesskey: 'open-sesame' }, '/strict', 'Invalid Permissions: API action "getregistrars" is not allowed'],
  ])('%j at %j is refused with 403', async (fields, prefix, message) => {
    const answer = await call({ action: 'GetRegistrars', ...fields }, prefix);
    expect([answer.status, answer.body]).toEqual([403, { result: 'error', message }]);
  });

  it('takes the old field names and the access key', async () => {
    const fields = { identifier: '', secret: '', username: 'sim-identifier', password: 'sim-secret' };
    const body = new URLSearchParams({
      ...fields,
      accesskey: 'open-sesame',
      action: 'WhmcsDetails',
      responsetype: 'json',
    });
    body.delete('identifier');
    body.delete('secret');
    const response = await fetch(`${whmcs.url}/strict/includes/api.php`, { method: 'POST', body });
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ result: 'success' })]);
  });

  it('answers business errors with 200, and XML unless JSON is asked for', async () => {
    const unknown = await call({ action: 'NoSuchThing' });
    expect([unknown.status, unknown.body['result']]).toEqual([200, 'error']);
    const xml = await call({ action: 'WhmcsDetails', responsetype: 'xml' });
    expect(xml.text).toContain('<result>success</result>');
  });
});

describe('module configuration', () => {
  it('never shows values, and lists the fields nested or flat', async () => {
    const nested = await call({ action: 'GetModuleConfigurationParameters', ...MODULE });
    expect(nested.body['parameters']).toContainEqual({
      name: 'API_Password',
      displayName: 'Password',
      fieldType: 'password',
    });
    await whmcs.control.reconfigure({ change: { parameterList: 'flat' } });
    const flat = await call({ action: 'GetModuleConfigurationParameters', ...MODULE });
    expect(flat.body['parameters[0][name]']).toBe('API_UserName');
  });

  it('merges by default and forgets the rest when told to replace', async () => {
    await whmcs.control.setSettings({ settings: { TrTaxOffice: '7' } });
    await update({ API_Password: 'new-key' });
    expect(await whmcs.control.settings()).toMatchObject({ API_Password: 'new-key', TrTaxOffice: '7' });
    await whmcs.control.reconfigure({ change: { update: 'replace' } });
    await update({ API_Password: 'newer-key' });
    expect(await whmcs.control.settings()).toEqual({ API_Password: 'newer-key' });
  });

  it('stores entities for special characters, and another ciphertext for the same value', async () => {
    await update({ API_Password: 'a&b' });
    const first = await whmcs.control.rows();
    await update({ API_Password: 'a&b' });
    const second = await whmcs.control.rows();
    expect(first['API_Password']).not.toBe(second['API_Password']);
    expect((await whmcs.control.settings())['API_Password']).toBe('a&amp;b');
    const plain = await call({ action: 'DecryptPassword', password2: second['API_Password'] ?? '' });
    expect(plain.body['password']).toBe('a&amp;amp;b');
  });

  it('counts pushes per value, so that a duplicate shows', async () => {
    await update({ API_Password: 'key-one' });
    await update({ API_Password: 'key-one' });
    await update({ API_Password: 'key-two' });
    expect(await whmcs.control.pushes()).toEqual({
      [hashOf('key-one')]: { received: 2, applied: 2 },
      [hashOf('key-two')]: { received: 1, applied: 1 },
    });
    expect((await whmcs.control.counters()).writes).toEqual({ API_Password: 3 });
    expect(await whmcs.control.pushTotals({ keyHash: hashOf('key-two') })).toMatchObject({ holding: 1, received: 1 });
  });

  it.each([
    [
      { moduleType: 'registrars' },
      'Invalid module type provided. Supported module types include: gateway, registrar, addon, fraud',
    ],
    [{ moduleName: 'other' }, 'Invalid module name provided.'],
  ])('refuses %j', async (wrong, message) => {
    const answer = await call({ action: 'UpdateModuleConfiguration', ...MODULE, ...wrong });
    expect([answer.status, answer.body['message']]).toEqual([200, message]);
  });
});

describe('a domain action asks the vendor', () => {
  it("from the panel's own address with what is stored", async () => {
    expect((await check()).body).toEqual({ result: 'success', ns1: 'ns1.example.net', ns2: 'ns2.example.net' });
    const { apiKey } = await vendor.control.currentKey();
    expect(await vendor.control.requests()).toMatchObject([{ address: '127.0.8.1', keyHash: hashOf(apiKey) }]);
  });

  it('does not know other domains', async () => {
    const answer = await call({ action: 'DomainGetNameservers', domainid: '2' });
    expect(answer.body).toEqual({ result: 'error', message: 'Domain ID Not Found' });
  });

  it.each([
    ['302', 'Invalid API credentials - Authentication failed. Check your API key and reseller ID.'],
    ['429', 'HTTP 429 - Too Many Requests - HTTP 429 - Too Many Requests'],
    ['empty', 'Invalid response received from server! Response is empty. - The API response is empty or null'],
    ['reset', 'Invalid response received from server! Response is empty. - The API response is empty or null'],
    ['hang', 'Invalid response received from server! Response is empty. - The API response is empty or null'],
  ] as const)('and reports %s as the module words it', async (mode, message) => {
    await vendor.control.setFault({ mode });
    expect((await check()).body).toEqual({ result: 'error', message });
  });

  it('and is refused when only its address is missing from the list', async () => {
    await vendor.control.setAllowList({ addresses: ['127.0.0.1', '127.0.8.2'] });
    expect((await check()).body['message']).toMatch(
      /^Your current IP address \(127\.0\.8\.1\) is not authorized to access/,
    );
    await whmcs.control.setSettings({ panel: '/second', settings: await whmcs.control.settings() });
    expect((await call({ action: 'DomainGetNameservers', domainid: '1' }, '/second')).body['result']).toBe('success');
  });

  it('in the test environment when test mode is on', async () => {
    const test = await vendor.control.currentKey({ environment: 'test' });
    await update({ API_UserName: test.resellerId, API_Password: test.apiKey, API_TestMode: 'on' });
    expect((await check()).body['result']).toBe('success');
    expect(await vendor.control.requests()).toMatchObject([{ environment: 'test' }]);
  });

  it('and fails at once with the old key after a regeneration', async () => {
    await vendor.control.regenerate();
    expect((await check()).body['result']).toBe('error');
  });

  it('can put the module text into a field of its own', async () => {
    await whmcs.control.reconfigure({ change: { registrarError: 'error-field' } });
    await vendor.control.setFault({ mode: '302' });
    expect((await check()).body).toMatchObject({
      message: 'Registrar Error Message',
      error: expect.stringMatching(/^Invalid API credentials/) as string,
    });
  });
});

describe("the module's library", () => {
  const legacyAnswer = 'Failed - Reseller not found!';

  it.each([
    ['3.0.16', ' ', 'success'],
    ['3.0.6', '\n', 'success'],
    ['3.0.5', '\n', 'error'],
    ['3.0.16', '\u200B', 'error'],
    ['3.0.1', '', 'error'],
    ['2.1.22', '', 'error'],
  ])('%s with %j after the key: %s', async (libraryVersion, stray, result) => {
    const { apiKey } = await vendor.control.currentKey();
    await whmcs.control.reconfigure({ change: { libraryVersion } });
    await whmcs.control.setSettings({ settings: { API_Password: `${apiKey}${stray}` } });
    expect((await check()).body['result']).toBe(result);
  });

  it.each([
    ['2.1.22', ''],
    ['3.0.16', '\u00A0'],
    ['3.0.16', 'admin@example.com'],
  ])('%s with %j before the Reseller ID goes to the legacy API', async (libraryVersion, before) => {
    const { resellerId } = await vendor.control.currentKey();
    await whmcs.control.reconfigure({ change: { libraryVersion } });
    await whmcs.control.setSettings({ settings: { API_UserName: `${before}${resellerId}` } });
    expect((await check()).body['message']).toBe(legacyAnswer);
    expect(await vendor.control.requests()).toMatchObject([{ path: '/DomainApi.svc' }]);
  });
});

describe('failure switches', () => {
  it.each([
    ['html', 200],
    ['500', 500],
    ['503', 503],
    ['403', 403],
  ] as const)('%s is a web page, once', async (mode, status) => {
    await whmcs.control.setFault({ mode, times: 1, actions: ['WhmcsDetails'] });
    expect((await call({ action: 'GetRegistrars' })).status).toBe(200);
    const broken = await call({ action: 'WhmcsDetails' });
    expect([broken.status, broken.text]).toEqual([status, expect.stringMatching(/^<!DOCTYPE html>/)]);
    expect((await call({ action: 'WhmcsDetails' })).body['result']).toBe('success');
  });

  it('the answer is lost after the write took effect', async () => {
    await whmcs.control.setFault({ mode: 'reset-after-write', times: 1 });
    await expect(update({ API_Password: 'arrived' })).rejects.toThrow();
    expect((await whmcs.control.settings())['API_Password']).toBe('arrived');
  });

  it('success is claimed and nothing written', async () => {
    await whmcs.control.setFault({ mode: 'success-without-write', times: 1 });
    expect((await update({ API_Password: 'lost' })).body).toEqual({ result: 'success' });
    expect((await whmcs.control.settings())['API_Password']).not.toBe('lost');
    expect(await whmcs.control.pushes()).toEqual({ [hashOf('lost')]: { received: 1, applied: 0 } });
  });
});

describe('many panels in one process', () => {
  it('each have a state and an address of their own', async () => {
    const many = await startWhmcs({ vendor: vendor.vendor, many: { count: 200, addressPrefix: '127.50' } });
    const panels = await many.control.panels();
    await many.control.setSettings({ panel: '/p/200', settings: { API_Password: 'only-here' } });
    expect(new Set(panels.map(({ address }) => address)).size).toBe(200);
    expect(await many.control.settings({ panel: '/p/199' })).toEqual({});
    expect(await many.control.pushTotals({ keyHash: hashOf('only-here') })).toMatchObject({ panels: 200, holding: 1 });
    await many.stop();
  });
});
