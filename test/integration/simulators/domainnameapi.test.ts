import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOf, startDomainNameApi, type VendorSimulator } from '../../simulators/start.ts';
import { spawnParent } from './parent.ts';

let vendor: VendorSimulator;
const ME = '/deposit/accounts/me';

beforeAll(async () => {
  vendor = await startDomainNameApi({ accounts: [{ name: 'main' }, { name: 'sub' }] });
});
afterAll(async () => {
  await vendor.stop();
});
beforeEach(async () => {
  await vendor.control.setPacing({ on: false });
  await vendor.control.setFault({ mode: 'none' });
  await vendor.control.setRefusal({ style: '401' });
  await vendor.control.setAllowList();
  await vendor.control.forget();
});

interface Pair {
  readonly resellerId: string;
  readonly apiKey: string;
}

interface Options {
  readonly base?: string;
  readonly path?: string;
  readonly from?: string;
}

/** One call on a connection of its own; undefined when the connection broke. */
function ask(headers: Record<string, string>, { base = vendor.url, path = ME, from }: Options = {}) {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> } | undefined>(
    (resolve) => {
      const call = request(
        `${base}${path}`,
        { headers, agent: false, ...(from && { localAddress: from }) },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
          });
        },
      );
      call.on('error', () => {
        resolve(undefined);
      });
      call.end();
    },
  );
}

function headersOf({ resellerId, apiKey }: Pair): Record<string, string> {
  return { 'X-API-KEY': apiKey, __reseller: resellerId };
}

describe('the balance call', () => {
  it('gives the four documented fields and nothing else', async () => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setBalance({ usd: 12.34, try: 5 });
    const answer = await ask(headersOf(pair), { path: `${ME}?currency=USD` });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      resellerId: pair.resellerId,
      resellerName: 'Example Hosting Ltd',
      usdBalance: 12.34,
      tryBalance: 5,
    });
  });

  it('sends a caller without a Reseller ID to a sign-in page', async () => {
    const { apiKey } = await vendor.control.currentKey();
    const answer = await ask({ 'X-API-KEY': apiKey });
    expect([answer?.status, answer?.headers['location']]).toEqual([302, expect.stringContaining('/Account/Login')]);
  });

  it.each([
    ['401', 401, /"error"/],
    ['401-text', 401, /^Unauthorized$/],
    ['401-empty', 401, /^$/],
    ['302', 302, /^$/],
  ] as const)('refuses a wrong key in the style %s', async (style, status, body) => {
    const { resellerId } = await vendor.control.currentKey();
    await vendor.control.setRefusal({ style });
    const answer = await ask(headersOf({ resellerId, apiKey: 'wrong' }));
    expect(answer?.status).toBe(status);
    expect(answer?.body).toMatch(body);
  });

  it("refuses another account's key and the other environment's key", async () => {
    const main = await vendor.control.currentKey({ account: 'main' });
    const sub = await vendor.control.currentKey({ account: 'sub' });
    const test = await vendor.control.currentKey({ account: 'main', environment: 'test' });
    expect((await ask(headersOf({ resellerId: main.resellerId, apiKey: sub.apiKey })))?.status).toBe(401);
    expect((await ask(headersOf(test)))?.status).toBe(401);
    expect((await ask(headersOf(test), { base: vendor.testUrl }))?.status).toBe(200);
  });
});

describe('regeneration', () => {
  it('kills the old key at once', async () => {
    const old = await vendor.control.currentKey();
    const { apiKey } = await vendor.control.regenerate();
    expect((await ask(headersOf(old)))?.status).toBe(401);
    expect((await ask(headersOf({ ...old, apiKey })))?.status).toBe(200);
  });

  it('leaves the other environment and the other account alone', async () => {
    const sub = await vendor.control.currentKey({ account: 'sub' });
    const test = await vendor.control.currentKey({ environment: 'test' });
    await vendor.control.regenerate();
    expect((await ask(headersOf(sub)))?.status).toBe(200);
    expect((await ask(headersOf(test), { base: vendor.testUrl }))?.status).toBe(200);
  });

  it('lets the old key overlap if told so', async () => {
    const old = await vendor.control.currentKey();
    await vendor.control.regenerate({ overlapMs: 60_000 });
    expect((await ask(headersOf(old)))?.status).toBe(200);
  });
});

describe('the address allow-list', () => {
  it('goes by the address of the caller', async () => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setAllowList({ addresses: ['127.0.7.1'] });
    const inside = await ask(headersOf(pair), { from: '127.0.7.1' });
    const outside = await ask(headersOf(pair), { from: '127.0.7.2' });
    expect([inside?.status, outside?.status]).toEqual([200, 403]);
    expect(outside?.body).toContain('Your current IP address (127.0.7.2) is not authorized to access');
  });
});

describe('pacing', () => {
  it('answers 429 with an empty body to the third quick call, and Retry-After only if told so', async () => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setPacing({ perSecond: 0.001 });
    const statuses = [await ask(headersOf(pair)), await ask(headersOf(pair))].map((one) => one?.status);
    const third = await ask(headersOf(pair));
    expect([...statuses, third?.status]).toEqual([200, 200, 429]);
    expect([third?.body, third?.headers['retry-after']]).toEqual(['', undefined]);
    await vendor.control.setPacing({ perSecond: 0.001, burst: -1, retryAfter: 2 });
    expect((await ask(headersOf(pair)))?.headers['retry-after']).toBe('2');
  });

  it('answers 429 to a second call while the first is in flight', async () => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setPacing({ perSecond: 1000, burst: 10 });
    await vendor.control.setLatency({ ms: 150 });
    const both = await Promise.all([ask(headersOf(pair)), ask(headersOf(pair))]);
    await vendor.control.setLatency({ ms: 0 });
    expect(both.map((one) => one?.status).sort()).toEqual([200, 429]);
  });
});

describe('failure switches', () => {
  it.each([
    ['302', 302],
    ['401', 401],
    ['403', 403],
    ['429', 429],
    ['500', 500],
    ['502', 502],
    ['503', 503],
    ['html', 200],
    ['empty', 200],
    ['malformed', 200],
    ['reset', undefined],
    ['no-id', 200],
    ['wrong-id', 200],
    ['zero-balance', 200],
  ] as const)('%s shows once and is over', async (mode, status) => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setFault({ environment: 'live', mode, times: 1 });
    const [broken, good] = [await ask(headersOf(pair)), await ask(headersOf(pair))];
    expect([broken?.status, good?.status]).toEqual([status, 200]);
    if (status === 200) expect(broken?.body).not.toBe(good?.body);
  });

  it('hang accepts and never answers', async () => {
    const pair = await vendor.control.currentKey();
    await vendor.control.setFault({ mode: 'hang', times: 1 });
    const call = request(`${vendor.url}${ME}`, {
      headers: headersOf(pair),
      agent: false,
      signal: AbortSignal.timeout(300),
    });
    call.end();
    const [error] = (await once(call, 'error')) as [Error];
    expect(error.name).toBe('AbortError');
  });
});

describe('domain calls', () => {
  it('reads a domain of the account and does not find others', async () => {
    const pair = await vendor.control.currentKey();
    const found = await ask(headersOf(pair), { path: '/domains/info?DomainName=keyturn-canary.com' });
    const missing = await ask(headersOf(pair), { path: '/domains/info?DomainName=other.com' });
    expect(JSON.parse(found?.body ?? '')).toMatchObject({ nameservers: ['ns1.example.net', 'ns2.example.net'] });
    expect(missing?.status).toBe(404);
    expect(missing?.body).toContain('Dna.DomainService:Domain:10007');
  });
});

describe('the log', () => {
  it('knows who called with which key, without the key', async () => {
    const pair = await vendor.control.currentKey();
    await ask(headersOf(pair), { from: '127.0.7.9' });
    const requests = await vendor.control.requests();
    expect(requests).toMatchObject([
      { address: '127.0.7.9', path: '/api/v1/deposit/accounts/me', keyHash: hashOf(pair.apiKey), outcome: '200' },
    ]);
    expect(await vendor.control.counters({ by: 'key' })).toEqual({ [hashOf(pair.apiKey)]: { '200': 1 } });
    expect(JSON.stringify(requests)).not.toContain(pair.apiKey);
  });
});

describe('the process', () => {
  it('refuses a misspelt option in its own words', async () => {
    const options = JSON.parse('{"prot": 1}') as object;
    await expect(startDomainNameApi(options)).rejects.toThrow('config: unknown field prot');
  });

  it('ends when the process that started it is killed', async () => {
    const { parent, simulatorPid, url } = await spawnParent();
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(simulatorPid), { timeout: 10_000 }).toBe(false);
    expect(await ask({}, { base: url })).toBeUndefined();
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
