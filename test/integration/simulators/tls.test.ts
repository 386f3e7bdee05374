import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Simulator,
  startDomainNameApi,
  startWhmcs,
  type VendorSimulator,
  type WhmcsControl,
} from '../../simulators/start.ts';
import { createTestCa, type TestCa } from '../../support/tls.ts';

let ca: TestCa;
let vendor: VendorSimulator;
const running: Simulator<WhmcsControl>[] = [];

beforeAll(async () => {
  ca = await createTestCa();
  vendor = await startDomainNameApi({ tls: await ca.issue(['127.0.0.20']), pacing: { on: false } });
});
afterAll(async () => {
  await Promise.all([vendor.stop(), ...running.map((one) => one.stop())]);
});

async function checkWith(trust: { readonly ca?: string }): Promise<unknown> {
  const { resellerId, apiKey } = await vendor.control.currentKey();
  const settings = { API_UserName: resellerId, API_Password: apiKey };
  const whmcs = await startWhmcs({ vendor: { ...vendor.vendor, ...trust }, panels: [{ settings }] });
  running.push(whmcs);
  const access = { identifier: 'sim-identifier', secret: 'sim-secret', responsetype: 'json' };
  const body = new URLSearchParams({ ...access, action: 'DomainGetLockingStatus', domainid: '1' });
  return (await fetch(`${whmcs.url}/includes/api.php`, { method: 'POST', body })).json();
}

it('a panel that trusts the CA reaches a vendor on https', async () => {
  expect(vendor.url).toMatch(/^https:\/\/127\.0\.0\.20:\d+\/api\/v1$/);
  expect(await checkWith({ ca: ca.cert })).toEqual({ result: 'success', lockstatus: 'locked' });
});

it('a panel that does not trust it gets no answer', async () => {
  expect(await checkWith({})).toMatchObject({
    result: 'error',
    message: expect.stringContaining('Response is empty') as string,
  });
});
