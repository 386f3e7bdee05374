import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../providers/shared/http.ts';
import { createVerifier, openVerifier } from '../../providers/vendors/domainnameapi/index.ts';
import { vendorOptions } from '../../providers/vendors/domainnameapi/options.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { startScriptedServer } from '../support/scripted-server.ts';
import {
  ACCOUNT,
  abp,
  CREDENTIAL,
  clock,
  createVendors,
  ID,
  json,
  KEY,
  LIVE,
  never,
} from '../support/scripted-vendor.ts';
import { createSelfSigned, createTestCa } from '../support/tls.ts';
import { describeCredentialVerifier } from './credential-verifier.contract.ts';

const outage = { verdict: 'inconclusive', reason: 'outage' };

const vendors = createVendors();
afterEach(() => vendors.closeAll());

describeCredentialVerifier('domainnameapi', async () => {
  const vendor = await startScriptedServer();
  const http = createHttpClient();
  const endpoint = { url: `${vendor.url}/api/v1` };
  return {
    verifier: createVerifier({ live: endpoint, test: endpoint }, { http, clock }),
    calls: () => vendor.requests.length,
    accept: (resellerId) => vendor.answer(json(200, { resellerId })),
    reject: () => vendor.answer({ status: 401 }),
    throttle: () => vendor.answer({ status: 429 }),
    refuseAddress: () =>
      vendor.answer(json(403, abp('Your current IP address (203.0.113.7) is not authorized to access'))),
    fail: () => vendor.answer({ status: 503 }),
    hang: () => vendor.answer('hang'),
    nextCall: () => vendor.nextRequest(),
    close: async () => {
      await http.close();
      await vendor.close();
    },
  };
});

describe('the call', () => {
  test('is one GET with the documented headers, names spelt as documented, and no body', async () => {
    const vendor = await vendors.start();
    vendor.answer(json(200, ACCOUNT));
    await vendors.verifierFor(vendor.url).verify(CREDENTIAL, LIVE, never);
    expect(vendor.requests).toHaveLength(1);
    const [request] = vendor.requests;
    expect(request).toMatchObject({ method: 'GET', path: '/api/v1/deposit/accounts/me', body: '' });
    expect(request?.headers).toMatchObject({
      'x-api-key': KEY,
      __reseller: ID,
      accept: 'application/json',
      'content-type': 'application/json',
    });
    expect(request?.rawHeaders).toEqual(expect.arrayContaining(['X-API-KEY', '__reseller']));
  });

  test('goes to the environment that is expected', async () => {
    const [live, ote] = [await vendors.start(), await vendors.start()];
    live.answer({ status: 401 });
    ote.answer(json(200, ACCOUNT));
    const verifier = vendors.verifierFor(live.url, ote.url);
    expect(await verifier.verify(CREDENTIAL, LIVE, never)).toMatchObject({ reason: 'bad-credential' });
    expect(await verifier.verify(CREDENTIAL, { ...LIVE, environment: 'test' }, never)).toMatchObject({
      verdict: 'valid',
    });
    expect([live.requests.length, ote.requests.length]).toEqual([1, 1]);
  });

  test('never carries the key to the target of a redirect', async () => {
    const [vendor, elsewhere] = [await vendors.start(), await vendors.start()];
    elsewhere.answer(json(200, ACCOUNT));
    for (const status of [301, 302, 303, 307, 308]) {
      vendor.answer({ status, headers: { location: `${elsewhere.url}/api/v1/deposit/accounts/me` } });
      expect((await vendors.verifierFor(vendor.url).verify(CREDENTIAL, LIVE, never)).verdict).not.toBe('valid');
    }
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('sends a key with spaces and signs inside exactly as it is', async () => {
    const vendor = await vendors.start();
    vendor.answer(json(200, ACCOUNT));
    const key = 'a b+/="\\~!#$%&()*,:;<>?@[]^_`{|}';
    await vendors.verifierFor(vendor.url).verify({ resellerId: ID, apiKey: new SecretValue(key) }, LIVE, never);
    expect(vendor.requests[0]?.headers['x-api-key']).toBe(key);
  });

  test.each([
    ['API key', ID, ` ${KEY}`, 'begins or ends with a space'],
    ['API key', ID, `vendor\r\n${KEY}`, 'holds an invisible character'],
    ['API key', ID, `vendör-${KEY}`, 'holds a character that is not plain ASCII'],
    ['Reseller ID', `${ID}\u00a0`, KEY, 'begins or ends with a space'],
    ['Reseller ID', `fd2b\u200bea54`, KEY, 'holds an invisible character'],
    ['Reseller ID', '', KEY, 'is empty'],
  ])('is not made with a malformed %s', async (field, resellerId, key, fault) => {
    const vendor = await vendors.start();
    const call = vendors.verifierFor(vendor.url).verify({ resellerId, apiKey: new SecretValue(key) }, LIVE, never);
    await expect(call).rejects.toMatchObject({ code: 'MALFORMED_CREDENTIAL', context: { field } });
    await expect(call).rejects.toThrow(`The ${field} ${fault}`);
    expect(vendor.requests).toHaveLength(0);
  });
});

describe('TLS', () => {
  test('a private CA is taken from caFile; without it the vendor is not trusted and not told the key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-ca-'));
    vendors.closeLater({ close: () => rm(folder, { recursive: true }) });
    const ca = await createTestCa();
    const vendor = await vendors.start({ tls: await ca.issue(['127.0.0.1']) });
    vendor.answer(json(200, ACCOUNT));
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, ca.cert);
    const endpoints = { live: { url: `${vendor.url}/api/v1` } };
    for (const [options, expected] of [
      [endpoints, outage],
      [{ ...endpoints, caFile }, { verdict: 'valid' }],
    ] as const) {
      const verifier = await openVerifier(vendorOptions.parse(options), { clock });
      vendors.closeLater(verifier);
      expect(await verifier.verify(CREDENTIAL, LIVE, never)).toMatchObject(expected);
    }
    expect(vendor.requests).toHaveLength(1);
  });

  test('a certificate that is self-signed or for another host has its own clear detail', async () => {
    const ca = await createTestCa();
    for (const [tls, detail] of [
      [await createSelfSigned(['127.0.0.1']), /is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*caFile/],
      [await ca.issue(['vendor.example.test']), /is for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
    ] as const) {
      const vendor = await vendors.start({ tls });
      const verdict = await vendors
        .verifierFor(vendor.url, vendor.url, { ca: ca.cert })
        .verify(CREDENTIAL, LIVE, never);
      expect(verdict).toMatchObject(outage);
      expect(verdict.detail).toMatch(detail);
      expect(vendor.requests).toHaveLength(0);
    }
  });

  test('a caFile that is missing or holds no certificate is a configuration error', async () => {
    for (const caFile of ['/nowhere/ca.pem', import.meta.filename]) {
      const opening = openVerifier(vendorOptions.parse({ caFile }), { clock });
      await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
  });
});

describe('options', () => {
  test('nothing given means the real vendor, once a second', () => {
    expect(vendorOptions.parse({})).toEqual({
      live: { url: 'https://api.domainresellerapi.com/api/v1' },
      test: { url: 'https://ote.domainresellerapi.com/api/v1' },
      pace: { requestsPerSecond: 1 },
      timeoutSeconds: 15,
    });
  });

  test.each([
    { live: { url: 'http://api.domainresellerapi.com/api/v1' } },
    { test: { url: 'https://u:p@127.0.0.1' } },
    { live: { uri: 'https://127.0.0.1' } },
    { pace: { requestsPerSecond: 0 } },
    { timeoutSeconds: -1 },
    { caFile: '' },
    { verifyTls: false },
  ])('%j is refused', (options) => {
    expect(vendorOptions.safeParse(options).success).toBe(false);
  });
});
