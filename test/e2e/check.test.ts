import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LIVE_ROW, OFFICE } from '../support/cli-company.ts';
import { type CheckedBinding, checkDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

interface Checked {
  readonly code: number | null;
  readonly summary: Readonly<Record<string, number>>;
  readonly of: (panel: string, environment?: string) => CheckedBinding;
}

async function check(...args: string[]): Promise<Checked> {
  const { code, stdout } = await world.run(['check', '--json', ...args]);
  const { bindings, summary } = checkDocument.parse(JSON.parse(stdout));
  return {
    code,
    summary,
    of(panel, environment = 'live') {
      const found = bindings.find((each) => each.panel === panel && each.environment === environment);
      if (!found) throw new Error(`no report of ${panel}/${environment}`);
      return found;
    },
  };
}

interface Row {
  readonly user?: string;
  readonly key?: string;
  readonly sandbox?: string;
}

async function put({ user = world.live.resellerId, key = world.live.apiKey, sandbox = 'false' }: Row): Promise<void> {
  await world.blesta.control.setRow({ row: LIVE_ROW, meta: { user, key, sandbox } });
}

describe('a healthy estate', () => {
  test('is in sync, exit 0, nothing written', async () => {
    const { code, summary, of } = await check();
    expect(code).toBe(0);
    expect(summary).toEqual({ total: 3, 'in-sync': 3, drift: 0, unobservable: 0, inconclusive: 0 });
    for (const seen of [of('billing'), of('shop'), of('shop', 'test')]) {
      expect(seen).toMatchObject({ status: 'in-sync', drift: [], cause: null, fix: null });
    }
    expect(await world.writes()).toBe(0);
  });

  test('carries on no rotation that waits for a worker, since it changes nothing', async () => {
    const key = await world.regenerate();
    expect((await world.run(['key', 'submit', 'main'], { stdin: key })).code).toBe(0);
    await check('--no-lookup');
    expect(await world.writes()).toBe(0);
    expect(await world.store.keyIn('current')).toBe(world.live.apiKey);
    expect((await world.run(['status'])).stdout).toMatch(/No worker is alive[\s\S]*main \(live\)/);
  });

  test('a panel kept by hand is reported and is no failure', async () => {
    await world.configure((config) => ({ ...config, panels: { ...config.panels, office: OFFICE } }));
    const { code, of } = await check();
    expect(of('office')).toMatchObject({ status: 'unobservable', drift: ['unobservable'] });
    expect(code).toBe(0);
  });
});

describe('drift', () => {
  test.each<[string, string, () => Promise<unknown>]>([
    ['stray-characters', 'cause 2', () => put({ key: `${world.live.apiKey}\u200b` })],
    ['stray-characters', 'cause 2', () => put({ key: `\u00a0${world.live.apiKey}` })],
    ['swapped-fields', 'cause 3', () => put({ user: world.live.apiKey, key: world.live.resellerId })],
    ['stale-key', 'cause 6', () => put({ key: world.previousKey })],
    ['wrong-environment', 'cause 5', () => put({ user: world.test.resellerId, key: world.test.apiKey })],
    ['wrong-environment', 'cause 5', () => put({ sandbox: 'true' })],
    ['email-as-reseller-id', 'Reseller Not Found', () => put({ user: 'billing@example.com' })],
    ['legacy-credentials', 'cause 1', () => put({ user: 'old-username', key: world.hide('an-old-password-of-soap') })],
    ['not-configured', 'Authentication Failed', () => put({ user: '', key: '' })],
    ['wrong-account', 'question 13', () => put({ user: world.other.resellerId, key: world.other.apiKey })],
    [
      'unknown-credential',
      'Authentication Failed',
      () => put({ key: world.hide('a-key-that-nobody-ever-gave-out-1234567') }),
    ],
    [
      'outdated-module',
      'cause 4',
      () => world.blesta.control.reconfigure({ change: { moduleVersion: '1.4.0', libraryVersion: '2.0.0' } }),
    ],
    [
      'address-not-authorised',
      'cause 7',
      () => world.vendor.control.setAllowList({ account: 'main', addresses: ['127.0.0.1', '127.0.0.31'] }),
    ],
  ])('%s is named (%s), exit 4', async (kind, guide, cause) => {
    await cause();
    const { code, summary, of } = await check();
    const shop = of('shop');
    expect(shop.status).toBe('drift');
    expect(shop.cause).toContain(guide);
    expect(shop.drift[0]).toBe(kind);
    expect(shop.fix).not.toBe(null);
    expect(shop.evidence.length).toBeGreaterThan(0);
    expect(of('billing').status).toBe('in-sync');
    expect(summary).toMatchObject({ drift: 1 + Number(of('shop', 'test').status === 'drift') });
    expect(code).toBe(4);
    expect(await world.writes()).toBe(0);
  });

  test('a WHMCS whose content cannot be seen is found out by its own check', async () => {
    await world.whmcs.control.setSettings({ settings: { API_Password: world.previousKey } });
    const { code, of } = await check();
    expect(of('billing')).toMatchObject({ status: 'drift', drift: ['unknown-credential'] });
    expect(code).toBe(4);
  });

  test('is told to people with cause, evidence and fix', async () => {
    await put({ key: world.previousKey });
    const { code, stdout } = await world.run(['check', 'shop', '--environment', 'live']);
    expect(code).toBe(4);
    expect(stdout).toContain('stale-key');
    expect(stdout).toContain('guide section 3, cause 6');
    expect(stdout).toContain('Settings > Company > Modules');
    expect(stdout).toContain('1 binding: 1 drift');
  });
});

describe('what is not drift', () => {
  test.each(['503', 'html', 'reset', '429'] as const)(
    'a vendor that answers with %s: no drift, exit 75 or 0',
    async (mode) => {
      await world.vendor.control.setFault({ mode });
      const { code, of } = await check('shop', '--environment', 'live');
      expect(of('shop').drift).toEqual([]);
      expect(['in-sync', 'inconclusive']).toContain(of('shop').status);
      expect(code).toBe(of('shop').status === 'in-sync' ? 0 : 75);
    },
  );

  test('a vendor that is down tells nothing about a panel that cannot be read: exit 75', async () => {
    await world.vendor.control.setFault({ mode: '503' });
    const { code, of } = await check('billing');
    expect(of('billing')).toMatchObject({ status: 'inconclusive', drift: [] });
    expect(code).toBe(75);
  });

  test('a row of asterisks may be a mask or what is stored: not judged, exit 75', async () => {
    await put({ key: '********' });
    const { code, of } = await check('shop', '--environment', 'live');
    expect(of('shop')).toMatchObject({ status: 'inconclusive', drift: [] });
    expect(of('shop').cause).toContain('not drift');
    expect(code).toBe(75);
  });

  test('a panel that is down or answers HTML: no drift, exit 75, the others are told', async () => {
    await world.blesta.control.setFault({ mode: 'html' });
    const { code, of } = await check();
    expect(of('shop')).toMatchObject({ status: 'inconclusive', drift: [] });
    expect(of('billing').status).toBe('in-sync');
    expect(code).toBe(75);
  });

  test('a panel that refuses our own credential is unobservable, exit 4', async () => {
    const { code, stdout } = await world.run(['check', 'shop', '--json'], { env: { PANEL_KEY: 'not-the-right-one' } });
    expect(checkDocument.parse(JSON.parse(stdout)).bindings[0]).toMatchObject({ status: 'unobservable', drift: [] });
    expect(code).toBe(4);
  });
});

describe('what is asked for', () => {
  test('--no-lookup compares and leaves the vendor alone', async () => {
    await put({ key: `${world.live.apiKey} ` });
    const { of } = await check('--no-lookup');
    expect(of('shop').drift).toEqual(['stray-characters']);
    expect(await world.vendor.control.requests({})).toEqual([]);
  });

  test('one panel, one account, one environment', async () => {
    expect((await check('billing')).summary['total']).toBe(1);
    expect((await check('--environment', 'test')).summary['total']).toBe(1);
    expect((await check('--account', 'main')).summary['total']).toBe(3);
  });

  test('a name that fits nothing is an error that lists what there is, as JSON too', async () => {
    const { code, stdout, stderr } = await world.run(['check', 'bilng', '--json']);
    expect(code).toBe(3);
    expect(stderr).toContain('no panel that fits: bilng. It has (panel/account/environment): billing/main/live, shop/');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
  });
});
