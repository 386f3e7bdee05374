import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostbillApi, type HostbillApi } from '../../../providers/panels/hostbill/api.ts';
import { createHostbillCarrier } from '../../../providers/panels/hostbill/carrier.ts';
import { isFunctionDenied, noAnswer, refusedCall } from '../../../providers/panels/hostbill/errors.ts';
import { hostbillSchemas, placeOf } from '../../../providers/panels/hostbill/options.ts';
import { preflightHostbill } from '../../../providers/panels/hostbill/preflight.ts';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const never = new AbortController().signal;
const REFERENCES = { apiId: 'env:ID', apiKey: 'env:KEY', connector: { pairing: 'env:PAIRING' } };

let server: ScriptedServer;
let http: HttpClient;
let api: HostbillApi;

beforeAll(async () => {
  server = await startScriptedServer();
  http = createHttpClient();
  const options = hostbillSchemas.panel.parse({ url: `${server.url}/back stage/`, ...REFERENCES });
  async function resolveSecret(name: string) {
    return new SecretValue(name === 'env:ID' ? 'the-id' : 'the+key&of=ours');
  }
  api = createHostbillApi(options, { ...createTestDeps(http), resolveSecret });
});
afterAll(async () => {
  await http.close();
  await server.close();
});

function containing(words: string): unknown {
  return expect.stringContaining(words);
}

function say(body: unknown, status = 200): void {
  server.answer({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

function refused(...texts: string[]) {
  return refusedCall({ where: 'HostBill at billing.example.com', name: 'module', status: 200, texts });
}

describe("HostBill's call", () => {
  it('travels as one form, with nothing but the folder in its address', async () => {
    say({ success: true, keyturn: 'the-reply', call: 'module', server_time: 1 });
    expect(await createHostbillCarrier(api).post('the-letter', never)).toBe('the-reply');
    const seen = server.requests.at(-1);
    expect(seen).toMatchObject({ method: 'POST', path: '/back%20stage/api.php' });
    expect(api.path).toBe('/back%20stage/api.php');
    expect(Object.fromEntries(new URLSearchParams(seen?.body))).toEqual({
      call: 'module',
      module: 'keyturn',
      fn: 'letter',
      keyturn: 'the-letter',
      api_id: 'the-id',
      api_key: 'the+key&of=ours',
    });
  });

  it.each([
    { success: true, response: { keyturn: 'the-reply' } },
    { success: true, 0: { keyturn: 'the-reply' }, call: 'module' },
  ])('finds the reply in %j', async (answer) => {
    say(answer);
    expect(await createHostbillCarrier(api).post('x', never)).toBe('the-reply');
  });

  it.each([
    { success: true },
    { success: true, keyturn: null },
    { success: true, keyturn: ['x'], response: [] },
    { success: true, a: { b: { keyturn: 'too deep' } } },
  ])('sees that %j comes from no connector', async (answer) => {
    say(answer);
    await expect(createHostbillCarrier(api).post('x', never)).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
      fix: containing('activate the plugin'),
    });
  });

  it.each([
    [['Wrong API ID or API Key'], 'PERMISSION_DENIED'],
    [{ api: 'Access denied' }, 'PERMISSION_DENIED'],
    ['Unable to authenticate', 'PERMISSION_DENIED'],
    [[{ nested: 'text' }], 'PANEL_REFUSED'],
    [null, 'PANEL_REFUSED'],
    [undefined, 'PANEL_REFUSED'],
  ])('reads the errors %j', async (error, code) => {
    say({ success: false, error });
    await expect(api.call('module', {}, never)).rejects.toMatchObject({ code });
  });

  it.each([
    [429, 'RATE_LIMITED'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('waits where status %i says so, whatever the text', async (status, code) => {
    say({ success: false, error: ['Access denied'] }, status);
    await expect(api.call('module', {}, never)).rejects.toMatchObject({ code });
  });

  it.each(['{"success":"yes"}', '[]', 'null', '"x"', '{"success":', '{}', ''])(
    'takes %j for no answer',
    async (body) => {
      say(body);
      await expect(api.call('module', {}, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
    },
  );
});

describe("HostBill's refusals, whose words are not documented", () => {
  it.each([
    ['Wrong API ID or API Key', 'PERMISSION_DENIED', 'apiKey'],
    ['Authorization failed', 'PERMISSION_DENIED', 'apiKey'],
    ['Access denied', 'PERMISSION_DENIED', 'apiKey'],
    ['Your IP 203.0.113.7 is not allowed to use this API key', 'ADDRESS_NOT_ALLOWED', "worker's address"],
    ['Access denied from address 203.0.113.7', 'ADDRESS_NOT_ALLOWED', "worker's address"],
    ['This API ID is not allowed to call function module', 'PERMISSION_DENIED', 'Tick the function'],
    ['Method disabled for this API key', 'PERMISSION_DENIED', 'Tick the function'],
    ['Module keyturn was not found', 'CAPABILITY_MISSING', 'activate the plugin'],
    ['Requested module is not active', 'CAPABILITY_MISSING', 'activate the plugin'],
    ['Function does not exist', 'CAPABILITY_MISSING', 'Update HostBill'],
    ['Disk full', 'PANEL_REFUSED', 'API usage log'],
    ['', 'PANEL_REFUSED', 'API usage log'],
  ])('"%s" is %s', (text, code, fix) => {
    const error = refused(text);
    expect(error.code).toBe(code);
    expect(error.disposition).toBe('operator');
    expect(error.fix).toContain(fix);
  });

  it.each(['203.0.113.7', '2001:db8::7'])(
    'names the address %s that HostBill saw, and nothing else of its text',
    (address) => {
      const error = refused(`key-that-leaked: IP (${address}) is not allowed.`);
      expect(error.safeMessage).toContain(address);
      expect(JSON.stringify([error.safeMessage, error.fix, error.context])).not.toContain('leaked');
    },
  );

  it('knows a key that only lacks one function', () => {
    expect(isFunctionDenied(refused('Function not allowed'))).toBe(true);
    expect(isFunctionDenied(refused('Wrong API key'))).toBe(false);
  });

  it.each([
    [404, '<h1>Not Found</h1>', /no api\.php/],
    [302, '', /elsewhere/],
    [200, '<form><input class="x" type="password"></form>', /login page/],
    [200, '<h1>Scheduled maintenance</h1>', /maintenance/],
    [200, '<p>hello</p>', /not its API's data/],
  ])('says what a page with status %i is', (status, text, what) => {
    expect(noAnswer('HostBill at x', { status, headers: {}, text }, 0).safeMessage).toMatch(what);
  });
});

describe("HostBill's preflight", () => {
  it('repeats a version only if it looks like one', async () => {
    say({ success: true, version: '2026-10-05' });
    const [told] = await preflightHostbill(api, never);
    expect(told).toMatchObject({ level: 'ok', what: containing('2026-10-05') });
    say({ success: true, version: '<script>words of the panel</script>' });
    const [silent] = await preflightHostbill(api, never);
    expect(silent?.level).toBe('ok');
    expect(silent?.what).not.toContain('words');
  });

  it('ends with the first thing in the way', async () => {
    say({ success: false, error: ['Wrong API key'] });
    expect(await preflightHostbill(api, never)).toMatchObject([{ level: 'blocker' }]);
  });

  it('is cut off at once', async () => {
    await expect(preflightHostbill(api, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('options', () => {
  it.each([
    [{}, undefined],
    [{ app: 3 }, 'app-3'],
    [{ app: 'module' }, 'module'],
  ])('the binding %j means the place %s', (options, place) => {
    expect(placeOf(options)).toBe(place);
  });

  it.each([{ app: 0 }, { app: 1.5 }, { app: 'x' }, { place: 'module' }])('refuses the binding %j', (options) => {
    expect(hostbillSchemas.binding.safeParse(options).success).toBe(false);
  });

  it('needs the connector', () => {
    const { connector, ...rest } = REFERENCES;
    expect(connector).toBeDefined();
    expect(hostbillSchemas.panel.safeParse({ url: 'https://a.test/admin', ...rest }).success).toBe(false);
  });
});
