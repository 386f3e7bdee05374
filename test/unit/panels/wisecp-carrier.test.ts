import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWisecpCarrier } from '../../../providers/panels/wisecp/carrier.ts';
import { refusalOfCode, refusalOfText } from '../../../providers/panels/wisecp/errors.ts';
import { wisecpSchemas } from '../../../providers/panels/wisecp/options.ts';
import { lookAtModules } from '../../../providers/panels/wisecp/preflight.ts';
import { createWisecpClient } from '../../../providers/panels/wisecp/transport.ts';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const never = new AbortController().signal;
const KEY = 'wisecp-unit-key-77c1';

let http: HttpClient;
let server: ScriptedServer;

beforeAll(async () => {
  http = createHttpClient();
  server = await startScriptedServer();
});
afterAll(async () => {
  await http.close();
  await server.close();
});
beforeEach(() => json(200, { data: { keyturn: 'reply' } }));

function json(status: number, value: unknown, headers = {}): void {
  server.answer({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) });
}

function clientFor(change: Readonly<Record<string, unknown>> = {}) {
  const given = {
    url: server.url,
    generation: 'v5',
    apiKey: 'env:KEY',
    connector: { pairing: 'env:PAIRING' },
    ...change,
  };
  const options = wisecpSchemas.panel.parse(given);
  const client = createWisecpClient(options, {
    ...createTestDeps(http),
    resolveSecret: async () => new SecretValue(KEY),
  });
  return { client, carrier: createWisecpCarrier(client, options) };
}

function post(change?: Readonly<Record<string, unknown>>) {
  return clientFor(change).carrier.post('letter', never);
}

describe('the way of a letter into WISECP', () => {
  it.each([
    ['v5', '', '/api/v1/admin/keyturn/letter', { authorization: `Bearer ${KEY}` }],
    ['v5', '/shop/', '/shop/api/v1/admin/keyturn/letter', { authorization: `Bearer ${KEY}` }],
    ['v3', '', '/api/Keyturn/Letter', { apikey: KEY }],
    ['v3', '/index.php', '/index.php/api/Keyturn/Letter', { apikey: KEY }],
  ])('%s, installed at "%s": %s', async (generation, below, path, access) => {
    json(200, { status: 'successful', data: { keyturn: 'reply' } });
    const { carrier } = clientFor({ generation, url: server.url + below });
    expect(carrier.path).toBe(path);
    expect(await carrier.post('letter', never)).toBe('reply');
    const seen = server.requests.at(-1);
    expect(seen).toMatchObject({
      method: 'POST',
      path,
      headers: { ...access, 'content-type': 'application/json' },
    });
    expect(JSON.parse(seen?.body ?? '')).toEqual({ keyturn: 'letter' });
  });

  it('goes to another action of the older API, if the panel lists it under another name', async () => {
    json(200, { status: 'successful', data: { keyturn: 'reply' } });
    await post({ generation: 'v3', action: 'Addons/KeyturnLetter' });
    expect(server.requests.at(-1)?.path).toBe('/api/Addons/KeyturnLetter');
  });

  it.each([{ data: {} }, { data: { keyturn: '' } }, { data: { keyturn: 7 } }, { data: null }, { data: 'reply' }])(
    'does not take %j for a letter',
    async (answer) => {
      json(200, answer);
      await expect(post()).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
    },
  );

  it.each([
    [{ status: 302, headers: { location: '/admin/login' } }, 'UNEXPECTED_RESPONSE'],
    [{ status: 404, body: '<html>Page not found</html>' }, 'CAPABILITY_MISSING'],
    [{ status: 200, body: '{"data":' }, 'UNEXPECTED_RESPONSE'],
    [{ status: 200, body: '[]' }, 'UNEXPECTED_RESPONSE'],
    [{ status: 500, body: '{"data":{"keyturn":"reply"}}' }, 'UPSTREAM_UNAVAILABLE'],
    [{ status: 200, body: '{"error":{"code":"unauthorized","message":"x"}}' }, 'PERMISSION_DENIED'],
  ] as const)('makes of %j the error %s', async (answer, code) => {
    server.answer(answer);
    await expect(post()).rejects.toMatchObject({ code });
  });

  it('keeps the wait that WISECP asks for, and nothing of its text', async () => {
    json(429, { error: { code: 'rate_limited', message: `secret ${KEY}` } }, { 'retry-after': '17' });
    const error = await post().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 17_000 });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('what a refusal means', () => {
  it.each([
    ['unauthorized', 401, 'key'],
    ['insufficient_scope', 403, 'scope'],
    ['ip_not_allowed', 403, 'address'],
    ['address_denied', 403, 'address'],
    ['forbidden', 403, 'scope'],
    ['not_found', 404, 'missing'],
    ['something_new', 429, 'pace'],
    ['something_new', 503, 'inside'],
    ['bad_request', 400, 'unknown'],
    ['toString', 400, 'unknown'],
  ])('code %s with status %i: %s', (code, status, refusal) => {
    expect(refusalOfCode(code, status)).toBe(refusal);
  });

  it.each([
    ['The API key is invalid.', 200, 'key'],
    ['The IP address 192.0.2.1 has no access.', 200, 'address'],
    ['You do not have permission to run this.', 200, 'scope'],
    ['Action not found.', 200, 'missing'],
    ['The Keyturn addon is not active.', 200, 'missing'],
    ['Yetkisiz erişim', 200, 'unknown'],
    ['Yetkisiz erişim', 401, 'key'],
    ['', 500, 'inside'],
  ])('text "%s" with status %i: %s', (text, status, refusal) => {
    expect(refusalOfText(text, status)).toBe(refusal);
  });
});

describe("WISECP 5's own list of modules", () => {
  function look() {
    return lookAtModules(clientFor().client, never);
  }

  it.each([
    [[{ key: 'DomainNameAPI', active: true }], 'ok', /has the DomainNameAPI module in use/],
    [[{ key: 'DomainNameApi', active: false }], 'warning', /sells no domains through it/],
    [[{ key: 'Another' }], 'ok', /does not tell/],
    [{ unlike: 'a list' }, 'ok', /does not tell/],
  ])('reads %j', async (data, level, what) => {
    json(200, { data });
    const [finding, ...more] = await look();
    expect(more).toEqual([]);
    expect(finding?.level).toBe(level);
    expect(finding?.what).toMatch(what);
  });

  it('tries the likely names of the group, and can do without', async () => {
    json(404, { error: { code: 'unknown_group', message: 'x' } });
    const before = server.requests.length;
    const [finding, ...more] = await look();
    expect(more).toEqual([]);
    expect(finding?.what).toMatch(/does not know/);
    const paths = server.requests.slice(before).map(({ path }) => path.split('/').at(-1));
    expect(paths).toEqual(['domain', 'registrars', 'registrar', 'domains']);
  });

  it('can do without the right to list modules', async () => {
    json(403, { error: { code: 'insufficient_scope', message: 'x' } });
    const [finding] = await look();
    expect(finding?.level).toBe('ok');
    expect(finding?.what).toMatch(/can do without/);
  });

  it('ends preflight where the connector would fail in the same way', async () => {
    json(401, { error: { code: 'unauthorized', message: 'x' } });
    expect(await look()).toMatchObject([{ level: 'blocker' }]);
  });
});

describe('the options of a WISECP panel', () => {
  const well = { url: 'https://w.example.com', generation: 'v5', apiKey: 'env:K', connector: { pairing: 'env:P' } };

  it.each([
    { ...well, generation: undefined },
    { ...well, generation: 'v4' },
    { ...well, connector: undefined },
    { ...well, url: 'http://w.example.com' },
    { ...well, apiKey: 'the key itself' },
    { ...well, generation: 'v3', action: '../Clients' },
  ])('does not take %j', (options) => {
    expect(wisecpSchemas.panel.safeParse(options).success).toBe(false);
  });

  it('has no options for a binding: the module has one set of settings', () => {
    expect(wisecpSchemas.binding.safeParse({ place: 1 }).success).toBe(false);
    expect(wisecpSchemas.panel.safeParse(well).success).toBe(true);
  });
});
