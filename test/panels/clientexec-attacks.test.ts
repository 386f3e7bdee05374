import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PanelHost, startHost } from '../hosts/start.ts';
import { startDomainNameApi, type VendorSimulator } from '../simulators/start.ts';

/* Letters are made here from docs/panels/connector.md alone: a caller who knows everything but the pairing, and one who knows it. */

const ENTRY = '/plugins/snapin/keyturn/connector.php';

let vendor: VendorSimulator;
let host: PanelHost;

beforeAll(async () => {
  vendor = await startDomainNameApi({ pacing: { on: false } });
  host = await startHost('clientexec', { vendor: vendor.vendor });
});
afterAll(async () => {
  await host.stop();
  await vendor.stop();
});

interface Letter {
  readonly v: number;
  readonly connector: string;
  readonly operation: string;
  readonly time: number;
  readonly nonce: string;
  readonly body: string;
  readonly signature: string;
}

function authKey(): Buffer {
  const key = Buffer.from(host.pairing.split('.')[2] ?? '', 'base64url');
  return createHmac('sha256', key).update('keyturn-auth-1').digest();
}

/** A letter that the connector takes, or one with this changed before it is signed. */
function letter(change: Partial<Letter> & { readonly path?: string; readonly key?: Buffer } = {}): Letter {
  const { path = ENTRY, key = authKey(), ...parts } = change;
  const plain = {
    v: 1,
    connector: host.pairing.split('.')[1] ?? '',
    operation: 'describe',
    time: Math.floor(Date.now() / 1000),
    nonce: randomBytes(16).toString('hex'),
    body: '{}',
    ...parts,
  };
  const hash = createHash('sha256').update(plain.body).digest('hex');
  const lines = [
    'keyturn-request-1',
    'POST',
    path,
    plain.connector,
    plain.operation,
    hash,
    String(plain.time),
    plain.nonce,
  ];
  return { ...plain, signature: createHmac('sha256', key).update(lines.join('\n')).digest('hex'), ...parts };
}

function written(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Answer {
  readonly ok: boolean;
  readonly signed: boolean;
  readonly code: unknown;
  readonly facts: Readonly<Record<string, unknown>>;
}

async function post(field: string, options: { path?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const { path = ENTRY, headers = {} } = options;
  const body = new URLSearchParams({ keyturn: field });
  const response = await fetch(`${host.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  return answerIn(await response.text());
}

function answerIn(text: string): Answer {
  const reply: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  if (typeof reply !== 'object' || reply === null || !('ok' in reply) || !('body' in reply) || !('signature' in reply))
    throw new Error('no reply letter');
  const body: unknown = JSON.parse(String(reply.body));
  const facts: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  return { ok: reply.ok === true, signed: typeof reply.signature === 'string', code: facts['code'], facts };
}

/** How often ClientExec itself was started: it logs every request. */
async function starts(): Promise<number> {
  return (await host.logs()).split('[input] =>').length - 1;
}

describe('who does not know the pairing', () => {
  it.each([
    ['nothing at all', () => ''],
    ['noise', () => 'hello!'],
    ['JSON as it is', () => '{"v":1}'],
    ['a list', () => Buffer.from('[1]').toString('base64url')],
    ['a letter without a signature', () => written({ ...letter(), signature: undefined })],
    ['a signature that is a list', () => written({ ...letter(), signature: ['0'.repeat(64)] })],
    ['a time that is a text', () => written({ ...letter(), time: 'now' })],
    ['one member too many', () => written({ ...letter(), admin: true })],
    ['more than 64 KiB', () => written(letter({ body: `{"x":"${'x'.repeat(70_000)}"}` }))],
  ])('sends %s: malformed, and ClientExec is not started', async (_, make) => {
    const before = await starts();
    expect(await post(make())).toMatchObject({ ok: false, signed: false, code: 'malformed' });
    expect(await starts()).toBe(before);
  });

  it.each([
    ['another version', { v: 2 }, 'unsupported-version'],
    ['another connector', { connector: '0123456789abcdef' }, 'not-paired'],
    ['a signature of zeros', { signature: '0'.repeat(64) }, 'bad-signature'],
  ])('writes %s', async (_, change, code) => {
    const before = await starts();
    expect(await post(written(letter(change)))).toMatchObject({ ok: false, signed: false, code });
    expect(await starts()).toBe(before);
  });

  it('signs with another key', async () => {
    const forged = written(letter({ key: randomBytes(32) }));
    expect(await post(forged)).toMatchObject({ ok: false, signed: false, code: 'bad-signature' });
  });

  it.each(['operation', 'body', 'time', 'nonce'] as const)('changes the %s of a letter that was seen', async (part) => {
    const good = letter();
    const altered = { operation: 'observe', body: '{"place":"x"}', time: good.time + 1, nonce: '0'.repeat(32) };
    expect(await post(written({ ...good, [part]: altered[part] }))).toMatchObject({
      signed: false,
      code: 'bad-signature',
    });
  });

  it('sends a letter for one address to another', async () => {
    expect(await post(written(letter()), { path: `${ENTRY}/more` })).toMatchObject({ code: 'bad-signature' });
    expect(await post(written(letter({ path: '/index.php' })))).toMatchObject({ code: 'bad-signature' });
  });

  it('asks by GET, also with the letter in the address', async () => {
    const before = await starts();
    for (const query of ['', `?keyturn=${written(letter())}`]) {
      const response = await fetch(`${host.url}${ENTRY}${query}`);
      expect(answerIn(await response.text())).toMatchObject({ ok: false, code: 'malformed' });
    }
    expect(await starts()).toBe(before);
  });

  it('speaks plain HTTP from another machine, whatever headers say that it is a proxy’s', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect(await post(written(letter()), { headers })).toMatchObject({ ok: false, code: 'https-required' });
    const proto = { ...headers, 'x-forwarded-proto': 'http' };
    expect(await post(written(letter()), { headers: proto })).toMatchObject({ ok: false, code: 'https-required' });
  });

  it('looks for files of the connector', async () => {
    const folder = '/plugins/snapin/keyturn';
    for (const path of ['/pairing.php', '/PluginKeyturn.php', '/adapter/parts.php', '/adapter/Visit.php']) {
      const text = await (await fetch(`${host.url}${folder}${path}`)).text();
      expect(text.replaceAll(/<[^>]*>|Forbidden|403|500|Internal Server Error/g, '').trim(), path).toBe('');
    }
    for (const path of ['/core/Connector.php', '/core/.htaccess', '/state/rate.php', '/state/.htaccess']) {
      expect((await fetch(`${host.url}${folder}${path}`)).status, path).toBe(403);
    }
  });

  it("opens the snapin's page in a browser: an empty page of ClientExec's", async () => {
    const page = `${host.url}/index.php?fuse=admin&controller=snapins&view=snapin&plugin=keyturn&v=view`;
    const response = await fetch(page);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/<h1>keyturn<\/h1><\/body>/);
  });
});

describe('who saw a letter that was good', () => {
  it('cannot send it again', async () => {
    const text = written(letter());
    const before = await starts();
    expect(await post(text)).toMatchObject({ ok: true, signed: true });
    expect(await starts()).toBe(before + 1);
    expect(await post(text)).toMatchObject({ ok: false, code: 'replayed' });
    expect(await starts()).toBe(before + 1);
  });

  it('cannot send it twice at the same moment', async () => {
    const text = written(letter());
    const answers = await Promise.all([post(text), post(text), post(text)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it.each([-301, 301])(
    'cannot keep it for later: %i s are too far off, and the panel tells its time',
    async (seconds) => {
      const time = Math.floor(Date.now() / 1000) + seconds + Math.sign(seconds) * 5;
      const before = await starts();
      const answer = await post(written(letter({ time })));
      expect(answer).toMatchObject({ ok: false, signed: true, code: 'clock-skew' });
      expect(Math.abs(Number(answer.facts['time']) - Date.now() / 1000)).toBeLessThan(10);
      // Nor can it have ClientExec started over and over with it.
      expect(await starts()).toBe(before);
    },
  );

  it('cannot have an operation that there is not', async () => {
    const answer = await post(written(letter({ operation: 'read' })));
    expect(answer).toMatchObject({ ok: false, signed: true, code: 'unknown-operation' });
  });
});

it('whatever is sent, the answer is a refusal in a letter of its own, and never a page or nothing', async () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }));
  const names = fc.constantFrom('v', 'connector', 'operation', 'time', 'nonce', 'body', 'signature');
  const mutated = fc.dictionary(names, part).map((change) => written({ ...letter(), ...change, nonce: 'x' }));
  const field = fc.constantFrom('keyturn', 'keyturn[]', 'keyturn[a][b]', 'Keyturn', '');
  const text = fc.oneof(mutated, fc.string({ unit: 'binary' }), fc.base64String());
  await fc.assert(
    fc.asyncProperty(field, text, async (name, value) => {
      const body = new URLSearchParams([[name, value]]);
      const response = await fetch(`${host.url}${ENTRY}`, { method: 'POST', body });
      expect(response.status).toBe(200);
      expect(answerIn(await response.text())).toMatchObject({ ok: false, signed: false });
    }),
    { numRuns: 100 },
  );
});

it('a flood of wrong letters is cut off, and the answer says for how long', async () => {
  const codes = new Set<unknown>();
  let last: Answer | undefined;
  for (let sent = 0; sent < 40 && last?.code !== 'rate-limited'; sent += 1) {
    last = await post(written(letter({ signature: '0'.repeat(64) })));
    codes.add(last.code);
  }
  expect([...codes]).toEqual(['bad-signature', 'rate-limited']);
  expect(last?.facts['retryAfter']).toBeGreaterThan(0);
});
