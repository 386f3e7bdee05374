import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../providers/shared/http.ts';
import { bindingIdOf, type Credential } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { type HostOptions, startHost } from '../hosts/start.ts';
import { createTestDeps, realClock } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';
import { type ClientexecWorld, startClientexecWorld } from './clientexec-world.ts';

const never = new AbortController().signal;
const target = { bindingId: bindingIdOf('ce', 'main', 'live'), environment: 'live', options: {} } as const;
const CONNECTOR = 'plugins/snapin/keyturn/core/Connector.php';

const http = createHttpClient();
let world: ClientexecWorld;
let next: Credential;

beforeAll(async () => {
  // Versions of the connector are changed within one second: PHP's code cache would not notice.
  world = await startClientexecWorld({ ini: { 'opcache.enable': '0' } });
});
afterAll(async () => {
  await world.close();
  await http.close();
});
beforeEach(async () => {
  const { resellerId, apiKey } = await world.vendor.control.currentKey();
  await world.store({ username: resellerId, password: 'the-key-of-before', testMode: false, others: {} });
  next = { resellerId, apiKey: new SecretValue(apiKey) };
});
afterEach(async () => {
  await world.fail('none');
});

function panelAt(change: { readonly url?: string; readonly aheadMs?: number } = {}) {
  const { url, aheadMs = 0 } = change;
  const clock = { ...realClock, now: () => Date.now() + aheadMs };
  const deps = { ...createTestDeps(http), clock, resolveSecret: world.resolveSecret };
  return world.create(deps, url === undefined ? {} : { url });
}

/** The one blocker that preflight finds, which is also what an apply is refused with; and the panel holds what it held. */
async function blockedBy(panel: ReturnType<typeof panelAt>, code: Parameters<typeof refusal>[1]) {
  const before = await world.settings();
  const blockers = (await panel.preflight(target, never)).filter(({ level }) => level === 'blocker');
  expect(blockers).toHaveLength(1);
  const apply = panel.apply(target, next, { token: 'one' }, never);
  const error = await refusal(apply, code, [next.apiKey.reveal(), ...world.accessSecrets]);
  expect(await world.settings()).toEqual(before);
  expect(blockers[0]?.fix).toBeTruthy();
  return { what: blockers[0]?.what ?? '', fix: blockers[0]?.fix ?? '', error };
}

/** Another ClientExec, for what is decided when it is installed. */
async function withHost(options: Partial<HostOptions>, use: (url: string) => Promise<void>): Promise<void> {
  const host = await startHost('clientexec', { vendor: world.vendor.vendor, address: '127.0.0.26', ...options });
  try {
    await use(host.url);
  } finally {
    await host.stop();
  }
}

describe('the connector is not there', () => {
  it('where files of one’s own cannot be installed, or were not: 404', async () => {
    await withHost({ pairing: false }, async (url) => {
      const { what, fix } = await blockedBy(panelAt({ url }), 'CAPABILITY_MISSING');
      expect(what).toMatch(/has no connector at this address \(status 404\)/);
      expect(fix).toMatch(/connector build/);
      expect(fix).toMatch(/kind: manual/);
    });
  });

  it('and ClientExec shows its login page for whatever it does not know', async () => {
    await withHost({ pairing: false, config: { rewrite: true } }, async (url) => {
      const { what, fix } = await blockedBy(panelAt({ url }), 'UNEXPECTED_RESPONSE');
      expect(what).toMatch(/login page/);
      expect(fix).toMatch(/connector build/);
    });
  });

  it('under the address that was given, but in another folder', async () => {
    const { what } = await blockedBy(panelAt({ url: `${world.host.url}/clients` }), 'CAPABILITY_MISSING');
    expect(what).toMatch(/no connector at this address/);
  });
});

describe('the connector refuses', () => {
  it("a caller whose address is not on pairing.php's list, and names the address", async () => {
    await withHost({ callers: ['203.0.113.7', '10.0.0.0/8'] }, async (url) => {
      const { what, fix } = await blockedBy(panelAt({ url }), 'ADDRESS_NOT_ALLOWED');
      expect(what).toContain('127.0.0.1');
      expect(fix).toMatch(/'addresses' in the connector's pairing\.php/);
    });
  });

  it('the pairing of another installation', async () => {
    await withHost({}, async (url) => {
      const { what, fix } = await blockedBy(panelAt({ url }), 'PERMISSION_DENIED');
      expect(what).toMatch(/does not accept our pairing/);
      expect(fix).toMatch(/--new-pairing/);
    });
  });

  it.each([
    ['ahead', 600_000, /10 min behind/],
    ['behind', -600_000, /10 min ahead/],
  ])("a letter of a worker whose clock is 10 minutes %s, and tells the panel's", async (_, aheadMs, words) => {
    const { what, fix } = await blockedBy(panelAt({ aheadMs }), 'PANEL_REFUSED');
    expect(what).toMatch(/more than five minutes/);
    expect(what).toMatch(words);
    expect(fix).toMatch(/NTP/);
  });
});

describe('the connector is of another version', () => {
  let source: string;
  beforeAll(async () => {
    source = await readFile(join(world.host.home, CONNECTOR), 'utf8');
  });
  afterEach(async () => {
    await writeFile(join(world.host.home, CONNECTOR), source);
  });

  it('and protocol: blocked', async () => {
    await writeFile(join(world.host.home, CONNECTOR), source.replace('PROTOCOL = 1', 'PROTOCOL = 2'));
    const findings = await panelAt().preflight(target, never);
    const [found, ...more] = findings.filter(({ level }) => level === 'blocker');
    expect(found?.what).toMatch(/another protocol/);
    expect(found?.fix).toMatch(/connector build/);
    expect(more).toEqual([]);
  });

  it('but speaks the same protocol: told, and it works', async () => {
    await writeFile(join(world.host.home, CONNECTOR), source.replace("VERSION = '1.0.0'", "VERSION = '0.9.0'"));
    const findings = await panelAt().preflight(target, never);
    const [found, ...more] = findings.filter(({ level }) => level !== 'ok');
    expect(found).toMatchObject({ level: 'warning' });
    expect(found?.what).toContain('0.9.0');
    expect(found?.fix).toMatch(/connector build/);
    expect(more).toEqual([]);
    await panelAt().apply(target, next, { token: 'one' }, never);
  });
});

describe('ClientExec does not serve', () => {
  it('in maintenance: tried again after the time it names', async () => {
    await world.host.fail('maintenance');
    const { what, error } = await blockedBy(panelAt(), 'UPSTREAM_UNAVAILABLE');
    expect(what).toMatch(/in maintenance/);
    expect(error.retryAfterMs).toBe(120_000);
  });

  it('in time: a hang ends by itself', async () => {
    await world.fail('hang');
    const hasty = createHttpClient({ timeoutMs: 200 });
    const deps = { ...createTestDeps(hasty), resolveSecret: world.resolveSecret };
    const { what } = await blockedBy(world.create(deps), 'TIMEOUT');
    expect(what).toMatch(/did not answer in time/);
    await hasty.close();
  });

  it('anything but a login page', async () => {
    await world.host.fail('login-page');
    const { what } = await blockedBy(panelAt(), 'UNEXPECTED_RESPONSE');
    expect(what).toMatch(/login page/);
  });
});

it('without the DomainNameAPI plugin nothing is read or written', async () => {
  await world.host.control('module', { present: false });
  const { what, fix } = await blockedBy(panelAt(), 'CONFIG_INVALID');
  expect(what).toMatch(/module is not installed/);
  expect(fix).toMatch(/github\.com\/domainreseller/);
});
