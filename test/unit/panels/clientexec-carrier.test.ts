import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClientexecPanel } from '../../../providers/panels/clientexec/index.ts';
import { clientexecSchemas } from '../../../providers/panels/clientexec/options.ts';
import { createPairing } from '../../../providers/shared/connector/pairing-files.ts';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { bindingIdOf, type Environment } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { openLetter, PAIRING, replyLetter } from '../../support/connector-reply.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { refusal } from '../../support/refusal.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { recordSecret } from '../../support/secret-ledger.ts';

const never = new AbortController().signal;
const ENTRY = '/billing/plugins/snapin/keyturn/connector.php';
const html = { 'content-type': 'text/html' };
const credential = {
  resellerId: '11111111-2222-4333-8444-555555555555',
  apiKey: new SecretValue(`ce-${randomBytes(20).toString('hex')}`),
};
recordSecret(credential.apiKey.reveal());

const http = createHttpClient();
let server: ScriptedServer;
let pairing = PAIRING;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(async () => {
  await http.close();
  await server.close();
});
beforeEach(() => {
  pairing = PAIRING;
});

function panel({ url = `${server.url}/billing/`, wire = http } = {}) {
  const deps = { ...createTestDeps(wire), resolveSecret: async () => new SecretValue(pairing) };
  return createClientexecPanel(clientexecSchemas.panel.parse({ url, connector: { pairing: 'env:PAIRING' } }), deps);
}

function target(environment: Environment = 'live') {
  return { bindingId: bindingIdOf('ce', 'main', environment), environment, options: {} };
}

function letterIn(body: string): ReturnType<typeof openLetter> {
  return openLetter(new URLSearchParams(body).get('keyturn') ?? '');
}

/** A connector that took the letter, and what ClientExec put around its reply. */
function answered(around: (reply: string) => string) {
  const wire: HttpClient = {
    async send({ body = '' }) {
      const { nonce } = letterIn(body);
      const reply = replyLetter({ nonce, ok: true, body: JSON.stringify({ changed: true }) });
      return { status: 200, headers: {}, text: around(reply) };
    },
    close: () => Promise.resolve(),
  };
  return panel({ wire }).apply(target(), credential, { token: 'one' }, never);
}

describe('a letter on its way', () => {
  it("is one form field for the snapin's own address below the panel's, with nothing of ClientExec's beside it", async () => {
    server.answer({ status: 404 });
    const arrived = server.nextRequest();
    await refusal(panel().observe(target(), never), 'CAPABILITY_MISSING');
    const { method, path, headers, body } = await arrived;
    expect({ method, path }).toEqual({ method: 'POST', path: ENTRY });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('cookie');
    expect([...new URLSearchParams(body).keys()]).toEqual(['keyturn']);
    expect(letterIn(body)).toMatchObject({ v: 1, operation: 'observe' });
  });

  it('carries a new key sealed, and never the key or the pairing as they are', async () => {
    pairing = (await createPairing()).text.reveal();
    server.answer({ status: 404 });
    const arrived = server.nextRequest();
    const write = panel().apply(target(), credential, { token: 'one' }, never);
    await refusal(write, 'CAPABILITY_MISSING', [credential.apiKey.reveal(), pairing]);
    const { body } = await arrived;
    const seen = `${body}\n${JSON.stringify(letterIn(body))}`;
    for (const secret of [credential.apiKey.reveal(), credential.resellerId, pairing.split('.')[2] ?? '?']) {
      expect(seen).not.toContain(secret);
      expect(seen).not.toContain(Buffer.from(secret).toString('base64url').slice(2, -2));
    }
  });

  it.each([
    ['alone', (reply: string) => reply],
    ['with a line break after it', (reply: string) => `${reply}\r\n`],
    ['after a page that ClientExec could not be kept from sending', (reply: string) => `<html>Hello</html>\n${reply}`],
  ])('is answered %s', async (_, around) => {
    expect(await answered(around)).toEqual({ result: 'changed' });
  });
});

describe('what is not a reply', () => {
  const login = '<html><form><input type="password" name="passed_password"></form></html>';
  it.each<[string, Parameters<ScriptedServer['answer']>[0], ErrorCode, readonly [RegExp, RegExp]]>([
    [
      'nothing there',
      { status: 404 },
      'CAPABILITY_MISSING',
      [/no connector at this address/, /connector build.*kind: manual/],
    ],
    ['gone', { status: 410 }, 'CAPABILITY_MISSING', [/status 410/, /connector build/]],
    [
      'another address',
      { status: 301, headers: { location: 'https://www.example.test/' } },
      'UNEXPECTED_RESPONSE',
      [/another address/, /`url`/],
    ],
    [
      'a way to the login',
      { status: 302, headers: { location: '/index.php?view=login' } },
      'UNEXPECTED_RESPONSE',
      [/another address/, /not installed/],
    ],
    [
      'a login page',
      { status: 200, headers: html, body: login },
      'UNEXPECTED_RESPONSE',
      [/login page/, /connector build/],
    ],
    [
      'some page',
      { status: 200, headers: html, body: '<p>Hello</p>' },
      'UNEXPECTED_RESPONSE',
      [/not its API's data/, /connector build/],
    ],
    [
      'maintenance',
      { status: 200, headers: html, body: '<h1>Maintenance</h1>' },
      'UPSTREAM_UNAVAILABLE',
      [/in maintenance/, /maintenance mode/],
    ],
    [
      'maintenance, rightly told',
      { status: 503, headers: { ...html, 'retry-after': '60' }, body: 'maintenance' },
      'UPSTREAM_UNAVAILABLE',
      [/in maintenance/, /maintenance mode/],
    ],
    [
      'a fence',
      { status: 403, headers: html, body: '<h1>Forbidden</h1>' },
      'PERMISSION_DENIED',
      [/in front of/, /firewall/],
    ],
    ['an empty page', { status: 200, body: '' }, 'UNEXPECTED_RESPONSE', [/with nothing/, /url/]],
    ['too many calls', { status: 429, headers: { 'retry-after': '7' } }, 'RATE_LIMITED', [/pause/, /./]],
    [
      'a letter of nobody',
      { status: 200, body: 'x'.repeat(200) },
      'UNEXPECTED_RESPONSE',
      [/no letter/, /connector verify/],
    ],
  ])('%s', async (_, answer, code, [what, fix]) => {
    server.answer(answer);
    const secrets = [credential.apiKey.reveal(), PAIRING];
    for (const step of [
      () => panel().observe(target(), never),
      () => panel().apply(target(), credential, { token: 'one' }, never),
    ]) {
      const error = await refusal(step(), code, secrets);
      expect(error.safeMessage).toMatch(what);
      if (code !== 'RATE_LIMITED') expect(error.fix).toMatch(fix);
    }
    const blockers = (await panel().preflight(target(), never)).filter(({ level }) => level === 'blocker');
    expect(blockers).toHaveLength(1);
  });

  it('a reply in a page that is not the last of it', async () => {
    await refusal(
      answered((reply) => `${reply}\n<script src="x"></script>`),
      'UNEXPECTED_RESPONSE',
    );
  });
});

describe('a binding of the test environment', () => {
  it('is refused in preflight and before a write, and nothing is sent', async () => {
    const before = server.requests.length;
    const findings = await panel().preflight(target('test'), never);
    expect(findings.map(({ level, what }) => [level, what.includes('Use testing server')])).toEqual([
      ['blocker', true],
    ]);
    const write = panel().apply(target('test'), credential, { token: 'one' }, never);
    const error = await refusal(write, 'CONFIG_INVALID', [credential.apiKey.reveal()]);
    expect(error.fix).toMatch(/environment: test/);
    expect(error.untouched).toBeTruthy();
    expect(server.requests).toHaveLength(before);
  });
});

describe('the configuration', () => {
  it.each([
    'http://billing.example.com',
    'https://user:pw@billing.example.com',
    'https://x.example.com/?a=1',
    'billing',
  ])('takes no address like %s', (url) => {
    expect(clientexecSchemas.panel.safeParse({ url, connector: { pairing: 'env:P' } }).success).toBe(false);
  });

  it('wants a connector, and its pairing as a reference', () => {
    const url = 'https://billing.example.com';
    expect(clientexecSchemas.panel.safeParse({ url }).success).toBe(false);
    expect(clientexecSchemas.panel.safeParse({ url, connector: { pairing: PAIRING } }).success).toBe(false);
    expect(clientexecSchemas.binding.safeParse({ place: 'x' }).success).toBe(false);
  });
});
