import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { type BindingTarget, bindingIdOf, type Credential } from '../../src/core/model.ts';
import { holdsConnector, type Look } from '../../src/core/panel-looks.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { createTestCa } from '../support/tls.ts';
import { ACCESS, CONNECTOR_ROLE, startWhmcsWorld, type WhmcsWorld } from './whmcs-world.ts';

const never = new AbortController().signal;
const target: BindingTarget = { bindingId: bindingIdOf('whmcs', 'main', 'live'), environment: 'live', options: {} };
const HOME = 'modules/addons/keyturn';

let http: HttpClient;
let world: WhmcsWorld;
const others: WhmcsWorld[] = [];
let live: Credential;

beforeAll(async () => {
  http = createHttpClient();
  world = await startWhmcsWorld();
});
afterAll(async () => {
  await http.close();
  await world.close();
});
afterEach(async () => {
  await Promise.all(others.splice(0).map((one) => one.close()));
});
beforeEach(async () => {
  await world.host.control('configure', { apiAddresses: null, accessKey: null, bannedAddresses: null });
  await world.host.control('installModule', { version: '3.0.16' });
  await world.role(CONNECTOR_ROLE);
  await fill(world);
});

/** Stores a credential that works. */
async function fill(one: WhmcsWorld): Promise<void> {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  const { resellerId } = await one.vendor.control.currentKey();
  await one.vendor.control.regenerate({ apiKey });
  live = { resellerId, apiKey: new SecretValue(apiKey) };
  await one.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
}

/** A further WHMCS, which ends with the test. */
async function start(setup: Parameters<typeof startWhmcsWorld>[0]): Promise<WhmcsWorld> {
  const one = await startWhmcsWorld(setup);
  others.push(one);
  await fill(one);
  return one;
}

function panelOf(one: WhmcsWorld, change: Partial<ProviderDeps> = {}, url?: string) {
  const deps = { ...createTestDeps(http), resolveSecret: one.resolveSecret, ...change };
  return one.create(deps, url === undefined ? {} : { url });
}

/** Each step refuses alike, preflight names the fix, and what is stored stays. */
async function expectRefused(
  one: WhmcsWorld,
  code: ErrorCode,
  [what, fix]: readonly [RegExp, RegExp],
  panel = panelOf(one),
) {
  const before = await one.rows();
  const next = { ...live, apiKey: new SecretValue(`key-${randomUUID()}`) };
  const identity = { resellerId: live.resellerId, environment: 'live' } as const;
  await expect(panel.observe(target, never)).rejects.toMatchObject({ code });
  await expect(panel.check(target, identity, never)).rejects.toMatchObject({ code });
  await expect(panel.apply(target, next, { token: randomUUID() }, never)).rejects.toMatchObject({ code });
  const findings = await panel.preflight(target, never);
  const blockers = findings.filter(({ level }) => level === 'blocker');
  expect(blockers).toEqual([
    { level: 'blocker', what: expect.stringMatching(what) as string, fix: expect.stringMatching(fix) as string },
  ]);
  expect(await one.rows()).toEqual(before);
}

describe("WHMCS's own gates", () => {
  it('names the action that the role does not tick', async () => {
    await world.role(['WhmcsDetails', 'UpdateModuleConfiguration']);
    await expectRefused(world, 'PERMISSION_DENIED', [/keyturnconnector/, /Tick KeyturnConnector .*not installed/]);
  });

  it('is shown in the role editor, beside the official actions, by the hook', async () => {
    expect(await world.host.control('roleEditor')).toEqual(
      expect.arrayContaining(['keyturnconnector', 'whmcsdetails']),
    );
  });

  it('says that there is no connector', async () => {
    const bare = await start({});
    await rm(join(bare.host.home, 'includes/api/keyturnconnector.php'));
    await expectRefused(bare, 'CAPABILITY_MISSING', [/has no connector/, /connector build/]);
  });

  it('says that only a part of the archive was unpacked', async () => {
    const partial = await start({});
    await rm(join(partial.host.home, HOME, 'core/autoload.php'));
    await expectRefused(partial, 'CAPABILITY_MISSING', [/only a part/, /whole archive/]);
  });

  it("names the worker's address where WHMCS does not list it", async () => {
    await world.host.control('configure', { apiAddresses: ['192.0.2.1'] });
    await expectRefused(world, 'ADDRESS_NOT_ALLOWED', [/127\.0\.0\.1/, /API IP Access Restriction/]);
  });

  it('passes by the address list with the access key', async () => {
    const apiAddresses = ['192.0.2.1'];
    const keyed = await start({ accessKey: true, config: { apiAddresses, accessKey: 'another-key' } });
    await expect(panelOf(keyed).observe(target, never)).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    await keyed.host.control('configure', { accessKey: ACCESS['env:WHMCS_ACCESS_KEY'] });
    expect(await panelOf(keyed).observe(target, never)).toMatchObject({ state: 'observed' });
  });

  it('says that the address was banned', async () => {
    await world.host.control('configure', { bannedAddresses: ['127.0.0.1'] });
    await expectRefused(world, 'ADDRESS_NOT_ALLOWED', [/banned/, /Banned IPs/]);
  });

  it('says that there is no API at a wrong address', async () => {
    const moved = panelOf(world, {}, `${world.host.url}/old-folder`);
    await expectRefused(world, 'UNEXPECTED_RESPONSE', [/no API at this address/, /url/], moved);
  });

  it.each([
    ['login-page', 'UNEXPECTED_RESPONSE', /login page/],
    ['maintenance', 'UPSTREAM_UNAVAILABLE', /maintenance/],
  ] as const)('knows the %s for what it is', async (mode, code, what) => {
    await world.host.fail(mode);
    await expectRefused(world, code, [what, /./]).finally(() => world.host.fail('none'));
  });
});

describe("the connector's own gates", () => {
  it('names a clock that is ten minutes off, on either side', async () => {
    for (const minutes of [10, -10]) {
      const clock = { ...createTestDeps(http).clock, now: () => Date.now() + minutes * 60_000 };
      const words = minutes > 0 ? /10 min behind/ : /10 min ahead/;
      await expectRefused(world, 'PANEL_REFUSED', [words, /NTP/], panelOf(world, { clock }));
    }
  });

  it('names an address that only the connector does not list', async () => {
    const strict = await start({ callers: ['192.0.2.0/24'] });
    await expectRefused(strict, 'ADDRESS_NOT_ALLOWED', [/127\.0\.0\.1/, /pairing\.php/]);
  });

  it('does not take the letters of another pairing', async () => {
    const stranger = await start({});
    function resolveSecret(...[reference, signal]: Parameters<ProviderDeps['resolveSecret']>) {
      return (reference === 'env:PAIRING' ? stranger : world).resolveSecret(reference, signal);
    }
    await expectRefused(world, 'PERMISSION_DENIED', [/pairing/, /new-pairing/], panelOf(world, { resolveSecret }));
  });

  it('refuses a letter that comes twice, and one that was altered', async () => {
    const sent: HttpRequest[] = [];
    const tapped: HttpClient = {
      send: (message, signal) => {
        sent.push(message);
        return http.send(message, signal);
      },
      close: async () => undefined,
    };
    const next = { ...live, apiKey: new SecretValue(`key-${randomUUID()}`) };
    await panelOf(world, { http: tapped }).apply(target, next, { token: randomUUID() }, never);
    await fill(world);
    const before = await world.rows();
    const [letter] = sent;
    if (!letter) throw new Error('nothing was sent');
    expect(await refusalOf(letter)).toBe('replayed');
    expect(await refusalOf(altered(letter))).toBe('bad-signature');
    expect(await world.rows()).toEqual(before);
  });

  it('is proven end to end by "connector verify"', async () => {
    const looks = await verify(world);
    expect(looks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(looks.map(({ id }) => id)).toEqual(expect.arrayContaining(['altered', 'replayed', 'sealed']));
  });

  it.each([
    [/VERSION = '1\.0\.0'/, "VERSION = '0.9.0'", 'warning', /version 0\.9\.0/],
    [/PROTOCOL = 1/, 'PROTOCOL = 2', 'blocker', /another protocol version/],
  ] as const)('names a connector of another version (%s)', async (old, now, level, what) => {
    const other = await start({});
    const file = join(other.host.home, HOME, 'core/Connector.php');
    const source = await readFile(file, 'utf8');
    expect(source).toMatch(old);
    await writeFile(file, source.replace(old, now));
    const findings = await panelOf(other).preflight(target, never);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level,
        what: expect.stringMatching(what) as string,
        fix: expect.stringMatching(/connector build/) as string,
      }),
    );
  });

  it('does nothing without a state folder to remember letters in', async () => {
    const stuck = await start({});
    await rm(join(stuck.host.home, HOME, 'state'), { recursive: true });
    await writeFile(join(stuck.host.home, HOME, 'state'), '');
    await expectRefused(stuck, 'CAPABILITY_MISSING', [/state folder/, /write the folder/]);
  });
});

describe('the module', () => {
  it('is missing', async () => {
    await world.host.control('installModule', { version: null });
    const findings = await panelOf(world).preflight(target, never);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'blocker', what: expect.stringMatching(/not installed/) as string }),
    );
    await expect(panelOf(world).observe(target, never)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is not active', async () => {
    await world.host.control('store', {});
    const findings = await panelOf(world).preflight(target, never);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'blocker', what: expect.stringMatching(/not active/) as string }),
    );
    await expect(panelOf(world).apply(target, live, { token: randomUUID() }, never)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(await world.rows()).toEqual({});
  });
});

describe('TLS', () => {
  it.each([false, true])('is seen by the connector, ended by a proxy: %s', async (proxy) => {
    const ca = await createTestCa();
    const secure = await start({ tls: await ca.issue(['127.0.0.21']), config: { proxy } });
    const trusting = createHttpClient({ ca: ca.cert });
    expect(await panelOf(secure, { http: trusting }).observe(target, never)).toMatchObject({ state: 'observed' });
    await expect(panelOf(secure).observe(target, never)).rejects.toMatchObject({ name: 'KeyturnError' });
    await trusting.close();
  });
});

async function verify(one: WhmcsWorld): Promise<Look[]> {
  const panel = panelOf(one);
  if (!holdsConnector(panel)) throw new Error('no connector');
  const looks: Look[] = [];
  for await (const look of panel.verifyConnector(never)) looks.push(look);
  return looks;
}

/** Sends a request again and gives the code with which the connector refuses it. */
async function refusalOf(message: HttpRequest): Promise<unknown> {
  const { text } = await http.send(message, never);
  const { keyturn } = recordIn(text);
  const reply = recordIn(Buffer.from(String(keyturn), 'base64url').toString('utf8'));
  return recordIn(String(reply['body']))['code'];
}

/** The same letter with another body, as somebody on the way would change it. */
function altered(message: HttpRequest): HttpRequest {
  const form = new URLSearchParams(message.body);
  const letter = recordIn(Buffer.from(form.get('keyturn') ?? '', 'base64url').toString('utf8'));
  const changed = { ...letter, body: '{}', nonce: randomBytes(16).toString('hex') };
  form.set('keyturn', Buffer.from(JSON.stringify(changed)).toString('base64url'));
  return { ...message, body: form.toString() };
}

function recordIn(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('no record');
  return { ...value };
}
