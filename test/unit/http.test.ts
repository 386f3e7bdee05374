import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpClient, type HttpClient, joinUrl, parseBaseUrl, retryAfterMs } from '../../providers/shared/http.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from '../support/scripted-server.ts';
import { createSelfSigned, createTestCa } from '../support/tls.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function client(options: Parameters<typeof createHttpClient>[0] = {}): HttpClient {
  const http = createHttpClient(options);
  open.push(http);
  return http;
}

async function server(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const started = await startScriptedServer(options);
  open.push(started);
  return started;
}

function get(http: HttpClient, url: string, headers: Record<string, string> = {}, signal = never) {
  return http.send({ method: 'GET', url: new URL(url), headers }, signal);
}

/** The error a call ends with; the test fails if it ends well. */
async function failure(call: Promise<unknown>): Promise<KeyturnError> {
  const thrown: unknown = await call.then(
    () => new Error('The call did not fail.'),
    (error: unknown) => error,
  );
  if (thrown instanceof KeyturnError) return thrown;
  throw thrown;
}

describe('an exchange', () => {
  test('gives status, lower-case headers and text of any answer, and sends what it was given', async () => {
    const upstream = await server();
    upstream.answer({ status: 418, headers: { 'X-Kind': 'Teapot' }, body: 'şç' });
    const http = client();
    const url = new URL(`${upstream.url}/a?b=c`);
    const answer = await http.send({ method: 'POST', url, headers: { 'X-Mine': 'a b' }, body: 'x=1' }, never);
    expect(answer).toMatchObject({ status: 418, text: 'şç', headers: { 'x-kind': 'Teapot' } });
    expect(upstream.requests[0]).toMatchObject({ method: 'POST', path: '/a?b=c', body: 'x=1' });
    expect(upstream.requests[0]?.headers['x-mine']).toBe('a b');
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
  ])('unpacks a body sent with the coding %s', async (coding, pack) => {
    const upstream = await server();
    upstream.answer({ status: 200, headers: { 'content-encoding': coding }, body: pack(Buffer.from('{"name":"şç"}')) });
    expect((await get(client(), upstream.url)).text).toBe('{"name":"şç"}');
  });

  test('takes a byte order mark off the text, packed or not', async () => {
    const upstream = await server();
    const marked = Buffer.from('\ufeff{}');
    const http = client();
    upstream.answer({ status: 200, body: marked });
    expect((await get(http, upstream.url)).text).toBe('{}');
    upstream.answer({ status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(marked) });
    expect((await get(http, upstream.url)).text).toBe('{}');
  });

  test.each([
    ['damaged', 'gzip', gzipSync('{}').subarray(0, 12)],
    ['of an unknown coding', 'zstd', Buffer.from('{}')],
    ['too large once unpacked', 'gzip', gzipSync('x'.repeat(5_000))],
  ])('of which the packed body is %s is UNEXPECTED_RESPONSE', async (_why, coding, body) => {
    const upstream = await server();
    upstream.answer({ status: 200, headers: { 'content-encoding': coding }, body });
    expect((await failure(get(client({ maxBytes: 1_000 }), upstream.url))).code).toBe('UNEXPECTED_RESPONSE');
  });

  test('follows no redirect', async () => {
    const elsewhere = await server();
    const upstream = await server();
    upstream.answer({ status: 302, headers: { location: `${elsewhere.url}/login` } });
    expect((await get(client(), upstream.url)).status).toBe(302);
    expect(elsewhere.requests).toHaveLength(0);
  });
});

describe('a header value', () => {
  test.each([
    ['line break and a header of its own', 'key\r\nX-Injected: yes'],
    ['trailing line break', 'key\n'],
    ['leading space', ' key'],
    ['trailing tab', 'key\t'],
    ['no-break space', 'ke\u00a0y'],
    ['soft hyphen', 'ke\u00ady'],
    ['zero-width space', 'key\u200b'],
    ['NUL', 'ke\u0000y'],
    ['letter outside ASCII', 'kéy'],
  ])('that holds a %s is refused before anything is sent, and is not shown', async (_, value) => {
    const upstream = await server();
    const error = await failure(get(client(), upstream.url, { 'X-API-KEY': value }));
    expect(error.code).toBe('SECRET_MALFORMED');
    expect(error.safeMessage).toContain('X-API-KEY');
    expect(JSON.stringify(error) + error.safeMessage).not.toContain(value);
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('a failure', () => {
  test.each(['reset', 'half'] as const)('of a connection (%s) is UPSTREAM_UNAVAILABLE', async (script) => {
    const upstream = await server();
    upstream.answer(script);
    const error = await failure(get(client(), upstream.url));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.safeMessage).toContain('closed the connection before its answer was complete');
  });

  test('to connect is UPSTREAM_UNAVAILABLE with its code', async () => {
    const upstream = await startScriptedServer();
    await upstream.close();
    const error = await failure(get(client(), upstream.url));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', context: { code: 'ECONNREFUSED' } });
  });

  test('to resolve the name says so', async () => {
    // A label over 63 characters fails in the resolver itself, so that no name server is asked.
    const name = `${'a'.repeat(64)}.invalid`;
    const error = await failure(get(client(), `https://${name}`));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.safeMessage).toMatch(/^The name of a+\.invalid could not be resolved \((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test('of the other side to speak HTTP is UNEXPECTED_RESPONSE', async () => {
    const upstream = await server();
    upstream.answer('not-http');
    const error = await failure(get(client(), upstream.url));
    expect(error.code).toBe('UNEXPECTED_RESPONSE');
    expect(error.safeMessage).not.toContain('ESMTP');
  });

  test.each(['hang', 'drip'] as const)('to answer in time (%s) is TIMEOUT', async (script) => {
    const upstream = await server();
    upstream.answer(script);
    expect((await failure(get(client({ timeoutMs: 300 }), upstream.url))).code).toBe('TIMEOUT');
  });

  test('to stop talking is UNEXPECTED_RESPONSE, at the first byte over the limit', async () => {
    const upstream = await server();
    upstream.answer({ status: 200, body: 'x'.repeat(1_048_576) });
    expect((await get(client(), upstream.url)).text).toHaveLength(1_048_576);
    upstream.answer({ status: 200, body: 'x'.repeat(1_048_577) });
    expect((await failure(get(client(), upstream.url))).code).toBe('UNEXPECTED_RESPONSE');
  });
});

describe('an abort', () => {
  test('before the call sends nothing', async () => {
    const upstream = await server();
    expect((await failure(get(client(), upstream.url, {}, AbortSignal.abort()))).code).toBe('ABORTED');
    expect(upstream.requests).toHaveLength(0);
  });

  test.each(['hang', 'drip'] as const)('during the call (%s) ends it', async (script) => {
    const upstream = await server();
    upstream.answer(script);
    const stop = new AbortController();
    const call = failure(get(client(), upstream.url, {}, stop.signal));
    await upstream.nextRequest();
    stop.abort();
    expect((await call).code).toBe('ABORTED');
  });

  test('signal that lives on keeps no listener of calls that ended', async () => {
    const upstream = await server();
    const stop = new AbortController();
    const added = vi.spyOn(stop.signal, 'addEventListener');
    const removed = vi.spyOn(stop.signal, 'removeEventListener');
    await get(client(), upstream.url, {}, stop.signal);
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });
});

describe('close', () => {
  test('lets the call in flight end, may be called twice, and refuses later calls', async () => {
    const upstream = await server();
    upstream.answer('drip');
    const http = client({ timeoutMs: 400 });
    const call = failure(get(http, upstream.url));
    await upstream.nextRequest();
    await Promise.all([http.close(), http.close()]);
    expect((await call).code).toBe('TIMEOUT');
    expect((await failure(get(http, upstream.url))).code).toBe('ABORTED');
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('TLS', () => {
  test('trusts a private CA that was given, and only then', async () => {
    const ca = await createTestCa();
    const upstream = await server({ tls: await ca.issue(['127.0.0.1']) });
    expect((await get(client({ ca: ca.cert }), upstream.url)).status).toBe(200);
    const error = await failure(get(client(), upstream.url));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.safeMessage).toContain('is not trusted');
    expect(error.context['tls']).toBe(true);
    expect(upstream.requests).toHaveLength(1);
  });

  test('takes a CA file with several certificates and text around them', async () => {
    const [first, second] = await Promise.all([createTestCa('First'), createTestCa('Second')]);
    const upstream = await server({ tls: await second.issue(['127.0.0.1']) });
    const ca = `# ours\n${first.cert}\n# theirs\n${second.cert}`;
    expect((await get(client({ ca }), upstream.url)).status).toBe(200);
  });

  test.each(['', 'garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'refuses a CA file without a readable certificate (%j), which Node would ignore',
    (ca) => {
      expect(() => createHttpClient({ ca })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    },
  );

  test('sends nothing to a self-signed, an expired or a misnamed server', async () => {
    const ca = await createTestCa();
    const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') };
    const certificates = {
      DEPTH_ZERO_SELF_SIGNED_CERT: await createSelfSigned(['127.0.0.1']),
      CERT_HAS_EXPIRED: await ca.issue(['127.0.0.1'], past),
      ERR_TLS_CERT_ALTNAME_INVALID: await ca.issue(['127.0.0.2', 'api.example.test']),
    };
    for (const [code, tls] of Object.entries(certificates)) {
      const upstream = await server({ tls });
      const error = await failure(get(client({ ca: ca.cert }), upstream.url));
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', context: { code, tls: true } });
      expect(error.fix).toBeDefined();
      expect(upstream.requests).toHaveLength(0);
    }
  });

  test('stays on when the environment says otherwise', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const upstream = await server({ tls: await createSelfSigned(['127.0.0.1']) });
    expect((await failure(get(client(), upstream.url))).context['tls']).toBe(true);
    expect(upstream.requests).toHaveLength(0);
  });

  test('that is not spoken on the port is told apart from an outage', async () => {
    const upstream = await server();
    const error = await failure(get(client(), upstream.url.replace('http:', 'https:')));
    expect(error.context['tls']).toBe(true);
    expect(error.safeMessage).toContain('No TLS connection');
  });

  test('is required for any host but this one', async () => {
    expect((await failure(get(client(), 'http://192.0.2.1/'))).code).toBe('INVARIANT_BROKEN');
  });
});

describe('parseBaseUrl', () => {
  test.each(['https://api.example.test/api/v1', 'http://127.0.0.3:8080', 'http://[::1]:1/', 'http://localhost/x'])(
    'takes %s',
    (text) => {
      expect(parseBaseUrl(text, 'x').href).toContain('://');
    },
  );

  test.each([
    'http://api.example.test',
    'http://127.0.0.1.example.test',
    'http://localhost.example.test',
    'ftp://127.0.0.1',
    'https://user:pass@api.example.test',
    'https://api.example.test/?key=1',
    'https://api.example.test/#part',
    'api.example.test',
    '',
  ])('refuses %j', (text) => {
    expect(() => parseBaseUrl(text, 'vendor.live.url')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('joinUrl', () => {
  const base = new URL('https://h.test/api/v1');
  test.each([
    ['deposit/accounts/me', 'https://h.test/api/v1/deposit/accounts/me'],
    ['/deposit', 'https://h.test/api/v1/deposit'],
    ['//evil.test/x', 'https://h.test/api/v1/evil.test/x'],
    ['https://evil.test/x', 'https://h.test/api/v1/https://evil.test/x'],
    ['a:b', 'https://h.test/api/v1/a:b'],
  ])('keeps %j on the host of the base', (path, joined) => {
    expect(joinUrl(base, path).href).toBe(joined);
    expect(joinUrl(new URL(`${base.href}/`), path).href).toBe(joined);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  test.each([
    ['7', 7_000],
    [' 0 ', 0],
    ['99999999999', 3_600_000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('reads %j', (text, expected) => {
    expect(retryAfterMs({ 'retry-after': text }, now)).toBe(expected);
  });

  test('is undefined without the header', () => {
    expect(retryAfterMs({}, now)).toBeUndefined();
  });
});
