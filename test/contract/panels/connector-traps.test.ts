import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../providers/shared/http.ts';
import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { bindingIdOf, type Credential } from '../../../src/core/model.ts';
import { fingerprintsItself } from '../../../src/core/panel-powers.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { refusal } from '../../support/refusal.ts';
import { recordSecret } from '../../support/secret-ledger.ts';
import { needlesOf } from '../../support/secret-needles.ts';
import { startClientexecWorld } from './clientexec-world.ts';
import type { ConnectorWorld } from './connector-world.ts';
import { startHostbillWorld } from './hostbill-world.ts';
import { startWisecpWorld } from './wisecp-world.ts';

const never = new AbortController().signal;
const OTHERS = { note: 'a & b', tier: '2' };
const target = { bindingId: bindingIdOf('p', 'main', 'live'), environment: 'live', options: {} } as const;
const SOUND = {
  connector: { clockOffsetSeconds: 0, reply: 'true', refuse: null, pretend: null, version: '1.0.0', protocol: 1 },
  panel: { active: true, present: true, update: 'merge', moduleVersion: '2.0.16', libraryVersion: '3.0.16' },
} as const;

const REFUSALS: readonly (readonly [string, ErrorCode])[] = [
  ['malformed', 'CAPABILITY_MISSING'],
  ['unsupported-version', 'CAPABILITY_MISSING'],
  ['unknown-operation', 'CAPABILITY_MISSING'],
  ['not-paired', 'PERMISSION_DENIED'],
  ['bad-signature', 'PERMISSION_DENIED'],
  ['cannot-open', 'PERMISSION_DENIED'],
  ['https-required', 'CONFIG_INVALID'],
  ['address-not-listed', 'ADDRESS_NOT_ALLOWED'],
  ['rate-limited', 'RATE_LIMITED'],
  ['clock-skew', 'PANEL_REFUSED'],
  ['replayed', 'UNEXPECTED_RESPONSE'],
  ['sodium-missing', 'CAPABILITY_MISSING'],
  ['state-not-writable', 'CAPABILITY_MISSING'],
  ['superseded', 'SUPERSEDED'],
  ['module-missing', 'CONFIG_INVALID'],
  ['module-inactive', 'CONFIG_INVALID'],
  ['place-unknown', 'CONFIG_INVALID'],
  ['not-saved', 'PANEL_REFUSED'],
  ['panel-error', 'UPSTREAM_UNAVAILABLE'],
  ['something-new', 'PANEL_REFUSED'],
];

/** What may come back from somebody who does not have the key, or from a connector that is not right in the head. */
const WRONG_REPLIES = [
  'altered',
  'unsigned',
  'other-key',
  'other-nonce',
  'ok-as-refused',
  'giant',
  'not-base64',
  'not-json',
  'other-version',
  'body-not-json',
  'old-reply',
] as const;

describe.each([
  ['wisecp', () => startWisecpWorld('127.0.0.53', 'v5')],
  ['hostbill', () => startHostbillWorld('127.0.0.57')],
  ['clientexec', () => startClientexecWorld('127.0.0.62')],
] as const)('%s: a connector that is hard to please', (_kind, start) => {
  let world: ConnectorWorld;
  let http: HttpClient;
  let deps: ProviderDeps;
  let live: Credential;

  beforeAll(async () => {
    world = await start();
    http = createHttpClient();
    deps = { ...createTestDeps(http), resolveSecret: world.resolveSecret };
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    await world.fail('none');
    await world.simulator.control.reconfigure({ change: SOUND.panel });
    await world.simulator.control.reconfigureConnector({ change: SOUND.connector });
    await world.simulator.control.forget();
    await world.vendor.control.setFault({ mode: 'none' });
    await world.vendor.control.setAllowList({});
    await world.vendor.control.forget();
    const { resellerId, apiKey } = await world.vendor.control.currentKey();
    live = { resellerId, apiKey: new SecretValue(apiKey) };
    await world.store({ username: resellerId, password: apiKey, testMode: false, others: OTHERS });
  });

  async function newKey(): Promise<Credential> {
    const { apiKey } = await world.vendor.control.regenerate();
    recordSecret(apiKey);
    return { resellerId: live.resellerId, apiKey: new SecretValue(apiKey) };
  }
  function panel(own: Partial<ProviderDeps> = {}) {
    return world.create({ ...deps, ...own });
  }
  function through(send: HttpClient['send']): HttpClient {
    return { send, close: () => http.close() };
  }
  async function lastSeenOf(text: string) {
    const one = panel();
    if (!fingerprintsItself(one)) throw new Error('no fingerprints of its own');
    return (await one.fingerprint(never))(text);
  }
  function check(own: Partial<ProviderDeps> = {}) {
    return panel(own).check(target, { resellerId: live.resellerId, environment: 'live' }, never);
  }
  function connector(change: Readonly<Record<string, unknown>>) {
    return world.simulator.control.reconfigureConnector({ change });
  }
  async function blockers() {
    return (await panel().preflight(target, never)).filter(({ level }) => level === 'blocker');
  }

  describe('refusals', () => {
    it.each(REFUSALS)('%s is an error of ours with a fix, and nothing is written', async (code, expected) => {
      await connector({ refuse: { code } });
      const before = await world.stored();
      const next = await newKey();
      const error = await refusal(panel().apply(target, next, { token: 't' }, never), expected, [
        next.apiKey.reveal(),
        world.pairing.text,
      ]);
      expect(error.fix).toMatch(/\w+ \w+/);
      expect(error.context).toMatchObject({ refusal: code });
      expect(error.safeMessage).not.toContain('simulated');
      expect(await world.stored()).toEqual(before);
    });

    it('by-hand is no error: a person is told where to enter the credential', async () => {
      await connector({ canWrite: false });
      const result = await panel().apply(target, await newKey(), { token: 't' }, never);
      expect(result).toMatchObject({ result: 'by-hand', instructions: expect.stringContaining('>') as string });
      await connector({ canWrite: true });
    });

    it('names the address that the connector sees', async () => {
      const { pairing } = world.pairing;
      await connector({ pairing: { ...pairing, addresses: ['192.0.2.0/24'] } });
      const error = await refusal(panel().observe(target, never), 'ADDRESS_NOT_ALLOWED');
      expect(error.safeMessage).toContain('127.0.0.1');
      await connector({ pairing: { ...pairing, addresses: ['192.0.2.0/24', '127.0.0.1'] } });
      await panel().observe(target, never);
      await connector({ pairing });
    });

    it('insists on TLS from anywhere but this machine', async () => {
      await connector({ pretend: { https: false, caller: '203.0.113.9' } });
      await refusal(panel().observe(target, never), 'CONFIG_INVALID');
      await connector({ pretend: { https: true, caller: '203.0.113.9' } });
      await panel().observe(target, never);
    });

    it('says for how long to pause', async () => {
      await connector({ requestsPerMinute: 0 });
      const error = await refusal(panel().observe(target, never), 'RATE_LIMITED');
      expect(error.retryAfterMs).toBeGreaterThan(0);
      await connector({ requestsPerMinute: 600 });
    });

    it('says that a connector was unpacked but never paired, and that another pairing is not accepted', async () => {
      await refusal(world.create(deps, { wrongSecret: true }).observe(target, never), 'PERMISSION_DENIED');
      const { pairing } = world.pairing;
      await connector({ pairing: null });
      await refusal(panel().observe(target, never), 'PERMISSION_DENIED');
      await connector({ pairing });
    });

    it('says that there is no connector', async () => {
      const { connector: before } = await withoutConnector();
      expect((await blockers()).length).toBe(1);
      await refusal(panel().observe(target, never), 'CAPABILITY_MISSING');
      await world.simulator.control.reconfigure({ change: { connector: before } });
    });

    async function withoutConnector() {
      await world.simulator.control.reconfigure({ change: { connector: null } });
      return { connector: { pairing: world.pairing.pairing } };
    }
  });

  describe('replies', () => {
    it.each(WRONG_REPLIES)('"%s" is never believed', async (reply) => {
      // A reply before this one, for the one that is sent again.
      await panel().observe(target, never);
      await connector({ reply });
      await refusal(check(), 'UNEXPECTED_RESPONSE');
      await refusal(panel().observe(target, never), 'UNEXPECTED_RESPONSE');
      await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'UNEXPECTED_RESPONSE');
      expect(await blockers()).not.toEqual([]);
    });

    it('a signed reply with the body of another operation is not taken for this one', async () => {
      await connector({ reply: 'body-of-another-operation' });
      await refusal(check(), 'UNEXPECTED_RESPONSE');
      await refusal(panel().observe(target, never), 'UNEXPECTED_RESPONSE');
    });
  });

  describe('letters', () => {
    it('are refused the second time, and the panel is written once', async () => {
      const next = await newKey();
      const twice = through(async (message, signal) => {
        await http.send(message, signal);
        return http.send(message, signal);
      });
      const error = await refusal(
        panel({ http: twice }).apply(target, next, { token: 't' }, never),
        'UNEXPECTED_RESPONSE',
      );
      expect(error.context).toMatchObject({ refusal: 'replayed' });
      const { writes } = await world.simulator.control.counters();
      expect(Object.values(writes)).toEqual([1]);
    });

    it('are refused when somebody changed them on their way', async () => {
      const before = await world.stored();
      const changing = through((message, signal) => http.send(altered(message), signal));
      await refusal(
        panel({ http: changing }).apply(target, await newKey(), { token: 't' }, never),
        'PERMISSION_DENIED',
      );
      expect(await world.stored()).toEqual(before);
    });

    it('show the new key to nobody on the way, in no spelling', async () => {
      const next = await newKey();
      const sent: string[] = [];
      const recording = through((message, signal) => {
        sent.push(message.url.href, JSON.stringify(message.headers), ...decodings(message.body ?? ''));
        return http.send(message, signal);
      });
      await panel({ http: recording }).apply(target, next, { token: 't' }, never);
      const wire = sent.join('\n');
      expect(wire).toContain('"operation":"apply"');
      for (const needle of needlesOf([next.apiKey.reveal()])) expect(wire).not.toContain(needle.bytes.toString('utf8'));
      expect((await world.stored()).password).toBe(next.apiKey.reveal());
    });
  });

  describe('clocks and versions', () => {
    it.each([
      [600, 'ahead'],
      [-600, 'behind'],
    ] as const)('a clock %d s off is found before anything is written', async (clockOffsetSeconds, word) => {
      await connector({ clockOffsetSeconds });
      const [found, ...more] = await blockers();
      expect(more).toEqual([]);
      expect(found?.what).toContain(`10 min ${word}`);
      expect(found?.fix).toMatch(/NTP/);
      const before = await world.stored();
      await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(await world.stored()).toEqual(before);
    });

    it('a clock two minutes off is told, and does not stop anything', async () => {
      await connector({ clockOffsetSeconds: 130 });
      const found = await panel().preflight(target, never);
      expect(
        found
          .filter(({ level }) => level === 'warning')
          .map(({ what }) => what)
          .join(),
      ).toContain('2 min ahead');
      expect(await check()).toMatchObject({ verdict: 'valid' });
    });

    it('a connector of another version is told, of another protocol is a blocker', async () => {
      await connector({ version: '0.9.1' });
      const found = await panel().preflight(target, never);
      expect(found.find(({ level }) => level === 'warning')?.what).toContain('0.9.1');
      expect(await blockers()).toEqual([]);
      await connector({ protocol: 2 });
      expect((await blockers()).map(({ what }) => what).join()).toMatch(/protocol/);
    });

    it.each([
      [{ present: false }, /not installed/],
      [{ active: false }, /not active/],
      [{ moduleVersion: '1.18.12', libraryVersion: '2.1.22' }, /2\.1\.22|1\.18\.12/],
    ] as const)('a module that is %j is found before anything is written', async (change, text) => {
      await world.simulator.control.reconfigure({ change });
      expect((await blockers()).map(({ what }) => what).join()).toMatch(text);
    });
  });

  describe('apply', () => {
    it('does not write over a key that somebody else changed, but does over its own', async () => {
      const lastSeen = await lastSeenOf(live.apiKey.reveal());
      const next = await newKey();
      await world.store({ username: live.resellerId, password: 'by-somebody-else', testMode: false, others: OTHERS });
      await refusal(panel().apply(target, next, { token: 't', lastSeen }, never), 'SUPERSEDED');
      expect((await world.stored()).password).toBe('by-somebody-else');
      const seen = { token: 't', lastSeen: await lastSeenOf('by-somebody-else') };
      await panel().apply(target, next, seen, never);
      await panel().apply(target, next, seen, never);
      expect(await world.stored()).toMatchObject({ password: next.apiKey.reveal(), others: OTHERS });
    });

    it('does not save again what is stored already', async () => {
      await panel().apply(target, live, { token: 't' }, never);
      expect((await world.simulator.control.counters()).writes).toEqual({});
    });

    it('puts other settings back that the panel lost, or names them', async () => {
      await world.simulator.control.reconfigure({ change: { update: 'replace-once' } });
      await panel().apply(target, await newKey(), { token: 't' }, never);
      expect((await world.stored()).others).toEqual(OTHERS);
      await world.simulator.control.reconfigure({ change: { update: 'replace' } });
      const error = await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(error.safeMessage).toMatch(/note.*tier/);
    });

    it('is not taken in by a save without effect', async () => {
      await world.simulator.control.setFault({ mode: 'success-without-write' });
      const error = await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(error.context).toMatchObject({ refusal: 'not-saved' });
    });
  });

  describe('check', () => {
    it.each([
      [{ username: 'old-user', password: 'old-password' }, 'bad-credential'],
      [{ username: '', password: '' }, 'bad-credential'],
    ] as const)('asks nobody about %j', async (stored, reason) => {
      await world.store({ ...stored, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason });
      expect(await world.vendor.control.requests()).toEqual([]);
    });

    it('trims as the installed library does, and no more', async () => {
      const password = live.apiKey.reveal();
      await world.store({ username: ` ${live.resellerId}\n`, password, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'valid' });
      await world.simulator.control.reconfigure({ change: { moduleVersion: '2.0.5', libraryVersion: '3.0.5' } });
      expect(await check()).toMatchObject({ verdict: 'rejected' });
      await world.simulator.control.reconfigure({ change: SOUND.panel });
      await world.store({
        username: live.resellerId,
        password: `${password}\u00A0`,
        testMode: false,
        others: {},
      });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    });

    it('proves nothing with a key that a line break cuts short on the wire', async () => {
      await world.simulator.control.reconfigure({ change: { moduleVersion: '2.0.5', libraryVersion: '3.0.5' } });
      const password = `${live.apiKey.reveal()}\n`;
      await world.store({ username: live.resellerId, password, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'rejected' });
    });

    it('names the address that the call left from', async () => {
      await world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
      const verdict = await check();
      expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'address-not-allowed' });
      expect(verdict.detail).toContain(world.address);
    });
  });
});

/** One character of the letter becomes another. */
function altered(message: HttpRequest): HttpRequest {
  const body = message.body ?? '';
  const at = Math.floor(body.length / 2);
  const other = body.charAt(at) === 'a' ? 'b' : 'a';
  return { ...message, body: body.slice(0, at) + other + body.slice(at + 1) };
}

/** A message's body, and what it holds once or twice decoded. */
function decodings(body: string): string[] {
  const letters = [...body.matchAll(/[\w-]{80,}/g)].map(([text]) => Buffer.from(text, 'base64url').toString('utf8'));
  return [body, ...letters, ...letters.map((letter) => JSON.stringify(JSON.parse(letter)))];
}
