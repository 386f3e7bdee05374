import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiCarrier, createPluginCarrier } from '../../../providers/panels/blesta/carrier.ts';
import { createBlestaPanel } from '../../../providers/panels/blesta/index.ts';
import { accessOf, blestaSchemas } from '../../../providers/panels/blesta/options.ts';
import { createBlestaClient } from '../../../providers/panels/blesta/transport.ts';
import type { Carrier } from '../../../providers/shared/connector/carrier.ts';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const never = new AbortController().signal;
const REPLY = 'A-letter_'.repeat(20);

let server: ScriptedServer;
let http: HttpClient;

beforeAll(async () => {
  server = await startScriptedServer();
  http = createHttpClient();
});
afterAll(async () => {
  await http.close();
  await server.close();
});

function carrier(way: 'api' | 'plugin', folder = '/billing'): Carrier {
  const deps = { ...createTestDeps(http), resolveSecret: async () => new SecretValue('the-key') };
  const url = `${server.url}${folder}`;
  const access = accessOf(blestaSchemas.panel.parse({ url, user: 'the-user', key: 'env:KEY' }));
  if (way === 'plugin' || !access) return createPluginCarrier(url, deps);
  return createApiCarrier(url, createBlestaClient(access, deps));
}

describe('the options of a Blesta panel', () => {
  const url = 'https://billing.example.com';
  const connector = { pairing: 'env:PAIRING' };

  it.each([
    ['an API key', { url, user: 'u', key: 'env:K' }],
    ['a connector', { url, connector }],
    ['both', { url, user: 'u', key: 'env:K', connector }],
  ])('may be %s', (_name, options) => {
    expect(blestaSchemas.panel.safeParse(options).success).toBe(true);
  });

  it.each([
    ['neither', { url }],
    ['half an API key', { url, user: 'u' }],
    ['half an API key beside a connector', { url, key: 'env:K', connector }],
  ])('may not be %s', (_name, options) => {
    const parsed = blestaSchemas.panel.safeParse(options);
    expect(parsed.error?.issues.map(({ message }) => message).join()).toMatch(/^Give user and key/);
  });

  it('are refused by the panel itself, too, if there is no way in', () => {
    expect(() => createBlestaPanel({ url }, createTestDeps(http))).toThrow(/neither an API key nor a connector/);
  });
});

describe('a letter through the API', () => {
  it('travels in the body, with the API key in headers', async () => {
    server.answer({ status: 200, body: JSON.stringify({ response: REPLY }) });
    expect(await carrier('api').post('the-letter', never)).toBe(REPLY);
    const path = '/billing/api/Keyturn.KeyturnConnector/answer.json';
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      path,
      body: 'keyturn=the-letter',
      headers: { 'blesta-api-user': 'the-user', 'blesta-api-key': 'the-key' },
    });
    expect(carrier('api').path).toBe(path);
  });

  it.each([
    [404, { message: 'The requested resource does not exist.' }, 'CAPABILITY_MISSING', /plugin Keyturn/],
    [401, { message: 'invalid' }, 'PERMISSION_DENIED', /API user and key/],
    [200, { response: false }, 'UNEXPECTED_RESPONSE', /unexpected/],
    [200, { errors: { any: { thing: 'x' } } }, 'PANEL_REFUSED', /refused/],
    [400, { errors: { any: { thing: 'x' } } }, 'PANEL_REFUSED', /refused/],
    [503, { message: 'unavailable due to maintenance' }, 'UPSTREAM_UNAVAILABLE', /maintenance/],
  ])('says what a %s with %j means', async (status, body, code, safeMessage) => {
    server.answer({ status, body: JSON.stringify(body) });
    await expect(carrier('api').post('the-letter', never)).rejects.toMatchObject({
      code,
      safeMessage: expect.stringMatching(safeMessage) as unknown,
    });
  });
});

describe("a letter to the plugin's own address", () => {
  it('travels in the body, without any credential of Blesta', async () => {
    server.answer({ status: 200, body: REPLY });
    expect(await carrier('plugin', '/billing/index.php').post('the-letter', never)).toBe(REPLY);
    const seen = server.requests.at(-1);
    const path = '/billing/index.php/plugin/keyturn/main/index/';
    expect(seen).toMatchObject({ method: 'POST', path, body: 'keyturn=the-letter' });
    expect(Object.keys(seen?.headers ?? {}).filter((name) => /auth|cookie|blesta/.test(name))).toEqual([]);
    expect(carrier('plugin', '/billing/index.php').path).toBe(path);
  });

  it('is found behind notices of PHP', async () => {
    server.answer({ status: 200, body: `\nDeprecated: Something in /var/www/x.php on line 3\n${REPLY}\n` });
    expect(await carrier('plugin').post('the-letter', never)).toBe(REPLY);
  });

  it.each([
    [404, '<h1>Not Found</h1>', 'CAPABILITY_MISSING', /plugin Keyturn/],
    [200, '<form><input type="password"></form>', 'UNEXPECTED_RESPONSE', /login page/],
    [200, '<p>We are down for maintenance</p>', 'UPSTREAM_UNAVAILABLE', /maintenance/],
    [200, 'a few words', 'UNEXPECTED_RESPONSE', /not its API/],
    [302, '', 'UNEXPECTED_RESPONSE', /another address/],
    [403, REPLY, 'PERMISSION_DENIED', /in front of/],
    [500, REPLY, 'UPSTREAM_UNAVAILABLE', /status 500/],
  ])('says what a %s with %j means', async (status, body, code, safeMessage) => {
    server.answer({ status, body });
    await expect(carrier('plugin').post('the-letter', never)).rejects.toMatchObject({
      code,
      safeMessage: expect.stringMatching(safeMessage) as unknown,
    });
  });
});
