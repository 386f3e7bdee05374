import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { readAnswer } from '../../providers/shared/domainnameapi/read-answer.ts';
import type { HttpClientOptions } from '../../providers/shared/http.ts';
import type { Balance, Verdict } from '../../src/core/verdict.ts';
import type { Script } from '../support/scripted-server.ts';
import { ACCOUNT, abp, CREDENTIAL, createVendors, ID, json, LIVE, NOW, never } from '../support/scripted-vendor.ts';

const vendors = createVendors();
afterEach(() => vendors.closeAll());

async function verdictOn(script: Script, options: HttpClientOptions = {}): Promise<Verdict> {
  const vendor = await vendors.start();
  vendor.answer(script);
  return vendors.verifierFor(vendor.url, vendor.url, options).verify(CREDENTIAL, LIVE, never);
}

function limited(retryAfterMs: number): object {
  return { verdict: 'inconclusive', reason: 'rate-limited', retryAfterMs };
}

function valid(...balances: Balance[]): object {
  return { verdict: 'valid', resellerId: ID, balances };
}

const badCredential = { verdict: 'rejected', reason: 'bad-credential' };
const badAddress = { verdict: 'rejected', reason: 'address-not-allowed' };
const outage = { verdict: 'inconclusive', reason: 'outage' };
const unexpected = { verdict: 'inconclusive', reason: 'unexpected-response' };
const usd = { currency: 'USD', amount: 12.34 };
const lira = { currency: 'TRY', amount: 0 };

/** Every answer of the reference's section 4, and what it says about the credential. UPSTREAM marks text that must not be repeated. */
const TABLE: readonly (readonly [string, Script, object])[] = [
  ['200 with the account', json(200, ACCOUNT), valid(usd, lira)],
  ['200 with the account in data', json(200, { data: ACCOUNT }), valid(usd, lira)],
  ['200 with an upper-case Reseller ID', json(200, { ...ACCOUNT, resellerId: ID.toUpperCase() }), valid(usd, lira)],
  ['200 with a zero balance', json(200, { ...ACCOUNT, usdBalance: 0 }), valid({ ...usd, amount: 0 }, lira)],
  ['200 with no balance', json(200, { resellerId: ID }), valid()],
  ['200 with balances that are no numbers', json(200, { resellerId: ID, usdBalance: '1', eurBalance: null }), valid()],
  ['200 with "error": null', json(200, { ...ACCOUNT, error: null }), valid(usd, lira)],
  [
    '200 with JSON called text/html',
    { status: 200, headers: { 'content-type': 'text/html' }, body: JSON.stringify(ACCOUNT) },
    valid(usd, lira),
  ],
  [
    '200 of another account',
    json(200, { ...ACCOUNT, resellerId: 'fd2bea54-0000-4000-8000-00000000d004' }),
    { verdict: 'rejected', reason: 'wrong-account' },
  ],
  [
    '200 with a space after the Reseller ID',
    json(200, { ...ACCOUNT, resellerId: `${ID} ` }),
    { verdict: 'rejected', reason: 'wrong-account' },
  ],
  ['200 empty', { status: 200 }, unexpected],
  ['200 with white space', { status: 200, body: ' \r\n' }, unexpected],
  [
    '200 with a page',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>UPSTREAM' },
    unexpected,
  ],
  ['200 with half an object', { status: 200, body: `{"resellerId":"${ID}"` }, unexpected],
  ['200 without a Reseller ID', json(200, { usdBalance: 1 }), unexpected],
  ['200 with an empty Reseller ID', json(200, { resellerId: '' }), unexpected],
  ['200 with the legacy numeric id', json(200, { resellerId: 21066 }), unexpected],
  ['200 with null', json(200, null), unexpected],
  ['200 with a list', json(200, [ACCOUNT]), unexpected],
  ['200 with an error beside the account', json(200, { ...ACCOUNT, error: { message: 'UPSTREAM' } }), unexpected],
  [
    '200 with an error beside the account in data',
    json(200, { data: ACCOUNT, error: { message: 'UPSTREAM' } }),
    unexpected,
  ],
  ['201 with the account', json(201, ACCOUNT), unexpected],
  ['204', { status: 204 }, unexpected],
  ['301', { status: 301, headers: { location: 'https://UPSTREAM.example.test/' } }, badCredential],
  ['302 to a login page', { status: 302, headers: { location: '/Account/Login?UPSTREAM' } }, badCredential],
  ['302 without a location', { status: 302 }, badCredential],
  ['307', { status: 307, headers: { location: 'https://UPSTREAM.example.test/' } }, unexpected],
  ['400', json(400, abp('UPSTREAM')), unexpected],
  ['401 with JSON', json(401, abp('UPSTREAM')), badCredential],
  ['401 with text', { status: 401, body: 'Unauthorized' }, badCredential],
  ['401 empty', { status: 401 }, badCredential],
  [
    '401 for the address',
    json(401, abp('Your current IP address (203.0.113.7) is not authorized to access. UPSTREAM')),
    badAddress,
  ],
  ['403 for the address', json(403, abp('UPSTREAM is not authorized to access this')), badAddress],
  [
    '403 for the address in details',
    json(403, abp('x', 'Your current IP address (2001:db8::7) is refused')),
    badAddress,
  ],
  [
    '403 for the address in a flat body',
    json(403, { message: 'Your current IP address (203.0.113.7) is not authorized' }),
    badAddress,
  ],
  [
    '403 for the address as text',
    { status: 403, body: 'Your current IP address (203.0.113.7) is not authorized' },
    badAddress,
  ],
  ['200 for the address', json(200, abp('Your current IP address (203.0.113.7) is not authorized')), badAddress],
  ['500 for the address', json(500, abp('Your current IP address (203.0.113.7) is not authorized')), badAddress],
  ['403 with another reason', json(403, abp('UPSTREAM')), unexpected],
  ['403 empty', { status: 403 }, unexpected],
  ['403 with a page', { status: 403, body: '<html>UPSTREAM is not authorized to access' }, unexpected],
  ['404', json(404, abp('UPSTREAM')), unexpected],
  ['429 empty', { status: 429 }, limited(2_000)],
  ['429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, limited(7_000)],
  ['429 with a date', { status: 429, headers: { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' } }, limited(30_000)],
  ['429 with "now"', { status: 429, headers: { 'retry-after': '0' } }, limited(1_000)],
  [
    '429 that names the address',
    json(429, abp('Too many calls from your current IP address UPSTREAM')),
    limited(2_000),
  ],
  ['500', json(500, abp('UPSTREAM')), outage],
  ['502 with a page', { status: 502, body: '<html>UPSTREAM' }, outage],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '120' } }, { ...outage, retryAfterMs: 120_000 }],
  ['504', { status: 504 }, outage],
  ['a connection that is reset', 'reset', outage],
  ['half an answer', 'half', outage],
  ['something that is not HTTP', 'not-http', unexpected],
  ['more than a megabyte', { status: 200, body: `${JSON.stringify(ACCOUNT)}${' '.repeat(1_048_576)}` }, unexpected],
];

describe('an answer', () => {
  test.each(TABLE)('%s', async (_, script, expected) => {
    const verdict = await verdictOn(script);
    expect(verdict).toMatchObject(expected);
    expect(verdict.detail).toMatch(/^[A-Z0-9].*[.?]$/);
    expect(verdict.detail).not.toMatch(/UPSTREAM|<|fd2bea54/);
  });

  test.each([
    ['Your current IP address (203.0.113.7) is not authorized to access.', 'the address 203.0.113.7'],
    ['Your current IP address (2001:db8::7) is not authorized to access.', 'the address 2001:db8::7'],
    ['Your current IP address: 203.0.113.7. is not authorized', 'the address 203.0.113.7'],
    ['Your current IP address (999.1.1.1) is not authorized', "this machine's address"],
    ['Your current IP address (<b>deadbeef</b>) is not authorized', "this machine's address"],
  ])('%s names the address only if it is one', async (message, who) => {
    expect((await verdictOn(json(403, abp(message)))).detail).toContain(who);
  });

  test.each(['hang', 'drip'] as const)('that takes too long (%s) is an outage', async (script) => {
    expect(await verdictOn(script, { timeoutMs: 300 })).toMatchObject(outage);
  });
});

describe('any answer at all', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ resellerId: fc.anything(), error: fc.anything(), usdBalance: fc.anything() })
      .map((value) => safeJson(value)),
    fc.constantFrom(
      '[',
      '{"data":{"data":{}}}',
      `{"__proto__":{"resellerId":"${ID}"}}`,
      `{"resellerid":"${ID}"}`,
      `"${ID}"`,
    ),
    fc.record({ data: fc.record({ resellerId: fc.string() }) }).map((value) => safeJson(value)),
  );
  const status = fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 999 }));

  test('has a verdict, and is never valid unless the expected account is in it', () => {
    fc.assert(
      fc.property(status, body, fc.string(), (code, text, wait) => {
        const verdict = readAnswer({ status: code, headers: { 'retry-after': wait }, text }, LIVE, NOW);
        expect(['valid', 'rejected', 'inconclusive']).toContain(verdict.verdict);
        if (!text.toLowerCase().includes(`"resellerid":"${ID}"`)) expect(verdict.verdict).not.toBe('valid');
        if (code !== 200) expect(verdict.verdict).not.toBe('valid');
      }),
      { numRuns: 2_000 },
    );
  });

  test('that lacks the identity in its own place is not valid', () => {
    for (const text of [
      `{"__proto__":{"resellerId":"${ID}"}}`,
      `{"resellerid":"${ID}"}`,
      `"${ID}"`,
      `{"x":{"resellerId":"${ID}"}}`,
    ]) {
      expect(readAnswer({ status: 200, headers: {}, text }, LIVE, NOW)).toMatchObject(unexpected);
    }
  });

  test('crashes nothing over the wire', async () => {
    const vendor = await vendors.start();
    const verifier = vendors.verifierFor(vendor.url);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), body, async (code, text) => {
        vendor.answer({ status: code, body: text });
        const verdict = await verifier.verify(CREDENTIAL, LIVE, never);
        expect(verdict.verdict === 'valid').toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

/** JSON of anything fast-check can think of. */
function safeJson(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
