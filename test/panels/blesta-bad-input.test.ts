import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../providers/shared/http.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Credential } from '../../src/core/model.ts';
import { holdsConnector, isConformable } from '../../src/core/panel-looks.ts';
import { allOf, type BlestaBench, type Given, startBlestaBench } from './blesta-bench.ts';

const never = new AbortController().signal;
const PLUGIN = 'plugins/keyturn';
const MODULE = 'components/modules/domainnameapi';

interface Expected {
  readonly what: RegExp;
  readonly fix: RegExp;
  /** Of every step; left out where only preflight objects. */
  readonly code?: ErrorCode;
}

let bench: BlestaBench;
let live: Credential;

/** One clear finding with its fix, the code on every step, and nothing written for it. */
async function expectBlocked({ what, fix, code }: Expected, given: Given = {}): Promise<void> {
  const before = await bench.world.host.control('stored');
  const [blocker, ...more] = await bench.blockers(given);
  expect(more).toEqual([]);
  expect(blocker?.what).toMatch(what);
  expect(blocker?.fix).toMatch(fix);
  if (code !== undefined) {
    await expect(bench.apply(bench.deadKey(live.resellerId), given)).rejects.toMatchObject({ code });
    await expect(bench.observe(given)).rejects.toMatchObject({ code });
    await expect(bench.check(live.resellerId, given)).rejects.toMatchObject({ code });
  }
  expect(await bench.world.host.control('stored')).toEqual(before);
}

async function prepare(): Promise<void> {
  const { host } = bench.world;
  await host.fail('none');
  await host.control('configure', { maintenance: null });
  await host.control('plugin', { installed: true });
  await host.control('module', { installed: true });
  await host.control('release', { version: '2.0.10', library: '3.0.9' });
  live = await bench.newKey();
  await bench.hold(live);
}

/** Another text in one of the installed files, for as long as `during` runs. */
async function withFile(path: string, change: (source: string) => string, during: () => Promise<void>): Promise<void> {
  const file = join(bench.world.host.home, path);
  const source = await readFile(file, 'utf8');
  const changed = change(source);
  expect(changed).not.toBe(source);
  await writeFile(file, changed);
  await during().finally(() => writeFile(file, source));
}

describe.each(['official', 'api', 'plugin'] as const)(
  'Blesta (%s): what is wrong is told before anything is written',
  (way) => {
    beforeAll(async () => {
      bench = await startBlestaBench(way);
    });
    afterAll(() => bench.close());
    beforeEach(prepare);
    afterEach(async () => {
      if (way !== 'official') await bench.expectNoSecrets();
    });

    it('a credential that Blesta does not know', async () => {
      const fix = way === 'plugin' ? /--new-pairing/ : /API Access/;
      const given = { change: { wrongSecret: true } };
      await expectBlocked({ what: /does not accept/, fix, code: 'PERMISSION_DENIED' }, given);
    });

    it('maintenance, as Blesta itself and as a proxy tells it', async () => {
      const expected = { what: /is in maintenance/, fix: /maintenance/, code: 'UPSTREAM_UNAVAILABLE' } as const;
      await bench.world.host.control('configure', { maintenance: true });
      await expectBlocked(expected);
      await bench.world.host.control('configure', { maintenance: null });
      await bench.world.host.fail('maintenance');
      await expectBlocked(expected);
    });

    it('a login page in place of the answer', async () => {
      await bench.world.host.fail('login-page');
      await expectBlocked({ what: /shows its login page/, fix: /`url`/, code: 'UNEXPECTED_RESPONSE' });
    });

    it('nothing, where Blesta is reached without URL rewriting', async () => {
      const given = { change: { url: `${bench.world.host.url}/index.php` } };
      expect(await bench.blockers(given)).toEqual([]);
      expect(await bench.check(live.resellerId, given)).toMatchObject({ verdict: 'valid' });
    });

    it('the address of another page of Blesta', async () => {
      const change = { url: `${bench.world.host.url}/client/login` };
      await expectBlocked({ what: /shows its login page/, fix: /`url`/, code: 'UNEXPECTED_RESPONSE' }, { change });
    });

    it('no answer within the time that a call has', async () => {
      const http = createHttpClient({ timeoutMs: 200 });
      await bench.world.host.fail('hang');
      await expectBlocked({ what: /did not answer in time/, fix: /./, code: 'TIMEOUT' }, { deps: { http } });
      await http.close();
    });

    it('a module that is too old for a Reseller ID', async () => {
      await bench.world.host.control('release', { version: '1.0.26', library: '2.1.22' });
      const what = /version 1\.0\.26, which cannot use|cannot use a Reseller ID/;
      if (way !== 'official') await expectBlocked({ what, fix: /latest module/ });
    });

    it('a module that the company has not installed', async () => {
      await bench.world.host.control('module', { installed: false });
      const what = way === 'plugin' ? /module is not active/ : /no Domain Name API module/;
      await expectBlocked({ what, fix: /./, code: 'CONFIG_INVALID' });
    });
  },
);

describe.each(['api', 'plugin'] as const)('Blesta with the connector (%s): what is wrong with it', (way) => {
  beforeAll(async () => {
    // Without PHP's code cache, which would go on running files that the tests change.
    bench = await startBlestaBench(way, { callers: ['127.0.0.0/8'], ini: { 'opcache.enable': '0' } });
  });
  afterAll(() => bench.close());
  beforeEach(prepare);
  afterEach(() => bench.expectNoSecrets());

  it('the plugin is not installed', async () => {
    await bench.world.host.control('plugin', { installed: false });
    const fix = /install Keyturn at Settings > Company > Plugins/;
    await expectBlocked({ what: /does not have the plugin Keyturn/, fix, code: 'CAPABILITY_MISSING' });
  });

  it('the plugin has lost its pairing', async () => {
    const { home } = bench.world.host;
    await rename(join(home, PLUGIN, 'pairing.php'), join(home, 'away.php'));
    const expected = { what: /does not accept our pairing/, fix: /--new-pairing/, code: 'PERMISSION_DENIED' } as const;
    await expectBlocked(expected).finally(() => rename(join(home, 'away.php'), join(home, PLUGIN, 'pairing.php')));
  });

  it("the worker's address is not on the connector's list", async () => {
    function narrow(source: string): string {
      return source.replace("'127.0.0.0/8'", "'192.0.2.7'");
    }
    await withFile(`${PLUGIN}/pairing.php`, narrow, async () => {
      const what = /does not take calls from the worker's address.*127\.0\.0\.1/;
      await expectBlocked({ what, fix: /pairing\.php/, code: 'ADDRESS_NOT_ALLOWED' });
    });
  });

  it('the connector is of another protocol', async () => {
    function other(source: string): string {
      return source.replace('PROTOCOL = 1', 'PROTOCOL = 2');
    }
    await withFile(`${PLUGIN}/core/Connector.php`, other, () =>
      expectBlocked({ what: /another protocol version/, fix: /keyturn connector build/ }),
    );
  });

  it('the connector is of another version: told, and no obstacle', async () => {
    function other(source: string): string {
      return source.replace(/VERSION = '[^']+'/, "VERSION = '0.9.0'");
    }
    await withFile(`${PLUGIN}/core/Connector.php`, other, async () => {
      const findings = await bench.preflight();
      expect(findings.filter(({ level }) => level === 'blocker')).toEqual([]);
      expect(findings.find(({ level }) => level === 'warning')?.what).toMatch(/version 0\.9\.0/);
    });
  });

  it('a clock that is 10 minutes off', async () => {
    const clock = { ...bench.deps.clock, now: () => Date.now() - 600_000 };
    const what = /clock.*It is 10 min ahead/;
    await expectBlocked({ what, fix: /NTP/, code: 'PANEL_REFUSED' }, { deps: { clock } });
  });

  it("the module's files are gone", async () => {
    const { home } = bench.world.host;
    await rename(join(home, MODULE), join(home, 'away'));
    const expected = {
      what: /module is not installed/,
      fix: /github\.com\/domainreseller/,
      code: 'CONFIG_INVALID',
    } as const;
    await expectBlocked(expected).finally(() => rename(join(home, 'away'), join(home, MODULE)));
  });

  it('files of the plugin are missing', async () => {
    const file = join(bench.world.host.home, PLUGIN, 'adapter/RowMeta.php');
    const source = await readFile(file);
    await rm(file);
    const expected = { what: /failed with status 500/, fix: /./, code: 'UPSTREAM_UNAVAILABLE' } as const;
    await expectBlocked(expected).finally(() => writeFile(file, source));
  });

  it('a letter that comes twice, is altered, or comes in at another door', async () => {
    const message = await sentBy();
    expect(await refusalCode(message)).toBe('replayed');
    expect(await refusalCode({ ...message, body: altered(message.body ?? '') })).toMatch(/bad-signature|malformed/);
    const other = way === 'api' ? 'plugin' : 'api';
    const letter = await sentBy();
    const door = await sentBy({ change: { way: other } });
    expect(await refusalCode({ ...door, body: letter.body ?? '' })).toBe('bad-signature');
  });

  it('is proven step by step by connector verify, and its list of assumptions finds nothing wrong', async () => {
    const panel = bench.panel();
    expect(holdsConnector(panel) && isConformable(panel)).toBe(true);
    if (!holdsConnector(panel) || !isConformable(panel)) return;
    const looks = await allOf(panel.verifyConnector(never));
    expect(looks.filter(({ state }) => state !== 'ok')).toEqual([]);
    const write = { token: 't', confirm: async () => {} };
    const options = { stored: live, turn: async () => {}, write };
    const list = await allOf(panel.conformance(bench.target(), options, never));
    expect(list.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(list.find(({ id }) => id === 'write')).toMatchObject({ state: 'ok' });
    expect(list.find(({ id }) => id === 'others-kept')).toMatchObject({ state: 'ok' });
  });

  it.each([
    'plugins/keyturn/pairing.php',
    'plugins/keyturn/models/keyturn_connector.php',
    'plugins/keyturn/adapter/BlestaHost.php',
    'plugins/keyturn/core/Connector.php',
    'plugins/keyturn/state/',
    'plugin/keyturn/main/index/',
    'plugin/keyturn/main/preAction/',
  ])('tells a visitor of %s nothing', async (path) => {
    for (const url of [`${bench.world.host.url}/${path}`]) {
      const response = await fetch(url);
      const text = await response.text();
      for (const secret of bench.world.accessSecrets) expect(text).not.toContain(secret);
      expect(text).not.toContain(live.apiKey.reveal());
      expect(text).not.toMatch(/keypair|\$this/);
    }
  });

  it("stands in Blesta's list of plugins with its name and version", async () => {
    expect(await bench.world.host.control('pluginInfo')).toEqual({ name: 'Keyturn', version: '1.0.0' });
  });

  /** The letter of one look, as it was sent. */
  async function sentBy(given: Given = {}): Promise<HttpRequest> {
    const sent: HttpRequest[] = [];
    const http: HttpClient = {
      send(message, signal) {
        sent.push(message);
        return bench.deps.http.send(message, signal);
      },
      close: async () => {},
    };
    await bench.observe({ ...given, deps: { http } });
    const last = sent.at(-1);
    if (!last) throw new Error('nothing was sent');
    return last;
  }
});

async function refusalCode(message: HttpRequest): Promise<string | undefined> {
  const { text } = await bench.deps.http.send(message, never);
  const letter = /[\w-]{100,}/.exec(text)?.[0] ?? '';
  return /"code\\?":\\?"([a-z-]+)/.exec(Buffer.from(letter, 'base64url').toString())?.[1];
}

/** The same letter with another operation. */
function altered(body: string): string {
  const letter = Buffer.from(new URLSearchParams(body).get('keyturn') ?? '', 'base64url').toString();
  const changed = letter.replace('"operation":"observe"', '"operation":"describe"');
  expect(changed).not.toBe(letter);
  return new URLSearchParams({ keyturn: Buffer.from(changed).toString('base64url') }).toString();
}
