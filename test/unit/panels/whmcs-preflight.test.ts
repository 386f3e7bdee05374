import { expect, test } from 'vitest';
import { whmcsSchemas } from '../../../providers/panels/whmcs/options.ts';
import { preflightWhmcs } from '../../../providers/panels/whmcs/preflight.ts';
import { createWhmcsClient } from '../../../providers/panels/whmcs/transport.ts';
import type { HttpClient } from '../../../providers/shared/http.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';

const DETAILS = { result: 'success', whmcs: { version: '8.13.1' } };
const FIELDS = ['API_UserName', 'API_Password', 'API_TestMode'].map((name) => ({ name }));
const BODIES: Readonly<Record<string, unknown>> = {
  WhmcsDetails: DETAILS,
  GetModuleConfigurationParameters: { result: 'success', parameters: FIELDS },
};

/** What preflight says of a WHMCS that answers GetRegistrars with this text. */
async function said(registrars: string, status = 200): Promise<string[]> {
  const http: HttpClient = {
    send: ({ body = '' }) => {
      const action = new URLSearchParams(body).get('action') ?? '';
      const known = BODIES[action];
      const text = action === 'GetRegistrars' ? registrars : JSON.stringify(known ?? {});
      return Promise.resolve({ status: action === 'GetRegistrars' ? status : 200, headers: {}, text });
    },
    close: () => Promise.resolve(),
  };
  const panel = { url: 'https://billing.example.com', identifier: 'env:I', secret: 'env:S' };
  const deps = { ...createTestDeps(http), resolveSecret: () => Promise.resolve(new SecretValue('s')) };
  const client = createWhmcsClient(whmcsSchemas.panel.parse(panel), deps);
  const findings = await preflightWhmcs(client, {}, new AbortController().signal);
  return findings.map(({ level, what }) => `${level}: ${what}`);
}

test.each([
  ['the list of its documentation, without a result', '[]'],
  ['a refusal that is not known', '{"result":"error","message":"Command Not Found"}'],
  ['a page', '<html></html>'],
])('WHMCS that answers GetRegistrars with %s is warned of, not blocked', async (_what, body) => {
  const findings = await said(body);
  expect(findings).toContainEqual(
    expect.stringMatching(/^warning: Whether the DomainNameAPI module is active could not/),
  );
  expect(findings.filter((line) => line.startsWith('blocker'))).toEqual([]);
});

test('WHMCS that lists other registrars only, or fails, is blocked', async () => {
  const others = await said('{"result":"success","registrars":[{"module":"enom"}]}');
  expect(others).toContainEqual(expect.stringMatching(/^blocker: The DomainNameAPI module is not active/));
  expect(await said('<html></html>', 503)).toContainEqual(expect.stringMatching(/^blocker: .*status 503/));
});
