import { expect, test } from 'vitest';
import { verdictOfCheck } from '../../../providers/shared/connector/check.ts';
import type { Checked } from '../../../providers/shared/connector/schema.ts';

const RESELLER = '11111111-2222-4333-8444-555555555555';
const expected = { resellerId: RESELLER, environment: 'live' } as const;

const answered = {
  asked: true,
  environment: 'live',
  status: 200,
  body: JSON.stringify({ resellerId: RESELLER, usdBalance: 12.5 }),
  retryAfter: null,
  transport: null,
  address: { local: '10.0.0.7', remote: '203.0.113.9' },
  ms: 90,
} as const;

function verdict(change: Partial<Extract<Checked, { asked: true }>>) {
  return verdictOfCheck({ ...answered, ...change }, expected, 0);
}

test('the balance of the expected account proves', () => {
  expect(verdict({})).toMatchObject({
    verdict: 'valid',
    method: 'balance',
    resellerId: RESELLER,
    balances: [{ currency: 'USD', amount: 12.5 }],
  });
});

test.each([
  ['401', { status: 401, body: '' }, 'bad-credential'],
  ['302', { status: 302, body: '' }, 'bad-credential'],
  [
    'another account',
    { body: JSON.stringify({ resellerId: 'ffffffff-2222-4333-8444-555555555555' }) },
    'wrong-account',
  ],
  ['the other environment, whatever it answered', { environment: 'test' }, 'wrong-environment'],
  [
    'an address that is not listed',
    { status: 403, body: '{"error":{"message":"This IP is not authorized to access"}}' },
    'address-not-allowed',
  ],
] as const)('%s is a rejection', (_name, change, reason) => {
  expect(verdict(change)).toMatchObject({ verdict: 'rejected', reason, method: 'balance' });
});

test('a refused address is named by where the call left from, if the vendor does not say', () => {
  const { detail } = verdict({ status: 403, body: '{"message":"It is not authorized to access"}' });
  expect(detail).toContain("the panel's address (it left from 10.0.0.7)");
});

test.each([
  ['a page', { body: '<html>' }, 'unexpected-response'],
  ['nothing', { body: '' }, 'unexpected-response'],
  ['an account without its id', { body: '{"usdBalance":0}' }, 'unexpected-response'],
  ['503', { status: 503, body: '' }, 'outage'],
  ['403 without a reason', { status: 403, body: '' }, 'unexpected-response'],
  ['no connection', { status: null, body: '', transport: { code: 7, reason: 'refused' } }, 'outage'],
  ['no answer and no reason', { status: null, body: '' }, 'outage'],
] as const)('%s says nothing', (_name, change, reason) => {
  expect(verdict(change)).toMatchObject({ verdict: 'inconclusive', reason });
});

test("the vendor's pause is passed on", () => {
  expect(verdict({ status: 429, body: '', retryAfter: '7' })).toMatchObject({
    reason: 'rate-limited',
    retryAfterMs: 7_000,
  });
});

test.each(['3600', 'Thu, 01 Jan 1970 02:00:00 GMT'])(
  'one panel cannot make all that share its key wait for an hour (%s)',
  (retryAfter) => {
    expect(verdict({ status: 429, body: '', retryAfter })).toMatchObject({ retryAfterMs: 10_000 });
    expect(verdict({ status: 503, body: '', retryAfter })).toMatchObject({ retryAfterMs: 10_000 });
  },
);

test.each(['empty', 'legacy-username', 'outdated-library'] as const)(
  'nothing asked (%s) is never a proof',
  (reason) => {
    const said = verdictOfCheck({ asked: false, reason }, expected, 0);
    expect(said).toMatchObject({ verdict: 'rejected', method: 'balance' });
    expect(said.detail).toMatch(/\w+ \w+/);
  },
);
