import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { bindingIdOf, type Credential } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { SCOPE, startWisecpWorld, type WisecpWorld } from './wisecp-world.ts';

const never = new AbortController().signal;
const CORE = 'coremio/modules/Addons/Keyturn/core';
const target = { bindingId: bindingIdOf('p', 'main', 'live'), environment: 'live', options: {} } as const;

/** What a person is told, and that nothing was written for it to be found out. */
async function expectBlocked(
  world: WisecpWorld,
  deps: ProviderDeps,
  { what, fix, code }: { readonly what: RegExp; readonly fix: RegExp; readonly code?: ErrorCode },
): Promise<void> {
  const before = await world.file().catch(() => undefined);
  const panel = world.create(deps);
  const findings = await panel.preflight(target, never);
  const [blocker, ...more] = findings.filter(({ level }) => level === 'blocker');
  expect(more).toEqual([]);
  expect(blocker?.what).toMatch(what);
  expect(blocker?.fix).toMatch(fix);
  expect(await world.file().catch(() => undefined)).toEqual(before);
  if (code === undefined) return;
  const credential = { resellerId: randomUUID(), apiKey: new SecretValue(`key-${randomUUID()}`) };
  await expect(panel.apply(target, credential, { token: randomUUID() }, never)).rejects.toMatchObject({ code });
  expect(await world.file().catch(() => undefined)).toEqual(before);
}

describe.each(['v5', 'v3'] as const)(
  'WISECP %s: what is wrong is told, with its fix, before anything is written',
  (generation) => {
    let world: WisecpWorld;
    let http: HttpClient;
    let deps: ProviderDeps;
    let live: Credential;

    beforeAll(async () => {
      world = await startWisecpWorld({ generation });
      http = createHttpClient();
      deps = { ...createTestDeps(http), resolveSecret: world.resolveSecret };
    });
    afterAll(async () => {
      await http.close();
      await world.close();
    });
    beforeEach(async () => {
      await world.host.control('module', { version: '2.0.16', library: '3.0.16' });
      await world.host.control('addon', { active: true });
      await world.host.control('forget-budget');
      await world.key();
      await world.fail('none');
      const { resellerId, apiKey } = await world.vendor.control.currentKey();
      live = { resellerId, apiKey: new SecretValue(apiKey) };
      await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
    });
    afterEach(async () => {
      const logs = await world.host.logs();
      for (const secret of [...world.accessSecrets, live.apiKey.reveal()]) expect(logs.includes(secret)).toBe(false);
    });

    const menu = generation === 'v5' ? /Settings > API Credentials/ : /Settings > General > API/;

    it('a key without the right for the action', async () => {
      await world.key({ scopes: ['Modules/GetModules', 'Clients/GetClients'] });
      const what = /does not let this API key use the action/;
      await expectBlocked(world, deps, {
        what,
        fix: new RegExp(`Tick ${SCOPE[generation]}`),
        code: 'PERMISSION_DENIED',
      });
    });

    it("an address that the key's list does not have", async () => {
      await world.key({ addresses: ['192.0.2.7'] });
      const what = /does not take API calls from the worker's address/;
      await expectBlocked(world, deps, { what, fix: menu, code: 'ADDRESS_NOT_ALLOWED' });
    });

    it('a budget that is used up', async () => {
      await world.key({ budget: 0 });
      await expectBlocked(world, deps, { what: /asks for a pause/, fix: /waits by itself/, code: 'RATE_LIMITED' });
      const failure = await world
        .create(deps)
        .observe(target, never)
        .catch((error: unknown) => error);
      expect(failure).toHaveProperty('retryAfterMs', expect.any(Number));
    });

    it('a panel in maintenance, and a login page in place of JSON', async () => {
      await world.host.fail('maintenance');
      await expectBlocked(world, deps, { what: /is in maintenance/, fix: /maintenance/, code: 'UPSTREAM_UNAVAILABLE' });
      await world.host.fail('login-page');
      await expectBlocked(world, deps, { what: /shows its login page/, fix: /`url`/, code: 'UNEXPECTED_RESPONSE' });
    });

    it('an answer that does not come, within the time that one call has', async () => {
      await world.host.fail('hang');
      const hasty = createHttpClient({ timeoutMs: 200 });
      await expectBlocked(
        world,
        { ...deps, http: hasty },
        { what: /did not answer in time/, fix: /./, code: 'TIMEOUT' },
      );
      await hasty.close();
    });

    it('an addon that is not active', async () => {
      await world.host.control('addon', { active: false });
      const what = /has no active Keyturn connector/;
      await expectBlocked(world, deps, { what, fix: /activate the addon "Keyturn"/, code: 'CAPABILITY_MISSING' });
    });

    it('the other generation of the API', async () => {
      await world.host.control('configure', { generation: generation === 'v5' ? 'v3' : 'v5' });
      const fix = new RegExp(`\`generation: ${generation}\``);
      await expectBlocked(world, deps, { what: /has no active Keyturn connector/, fix, code: 'CAPABILITY_MISSING' });
      await world.host.control('configure', { generation });
    });

    it('a clock that is 10 minutes off', async () => {
      const late = { ...deps, clock: { ...deps.clock, now: () => Date.now() - 600_000 } };
      await expectBlocked(world, late, { what: /clock.*It is 10 min ahead/, fix: /NTP/, code: 'PANEL_REFUSED' });
    });

    it('a letter that comes twice, and one that was altered', async () => {
      const sent: HttpRequest[] = [];
      const copying: HttpClient = {
        send(message, signal) {
          sent.push(message);
          return http.send(message, signal);
        },
        close: () => http.close(),
      };
      await world.create({ ...deps, http: copying }).observe(target, never);
      const [message] = sent;
      expect(message).toBeDefined();
      if (!message) return;
      expect(await refusalCode(message)).toBe('replayed');
      expect(await refusalCode({ ...message, body: altered(message.body ?? '') })).toBe('bad-signature');
    });

    async function refusalCode(message: HttpRequest): Promise<unknown> {
      const { text } = await http.send(message, never);
      const { data } = z.object({ data: outerSchema }).parse(JSON.parse(text));
      const reply = z.object({ body: z.string() }).parse(decoded(data.keyturn));
      return z.object({ code: z.string() }).parse(JSON.parse(reply.body)).code;
    }

    it('a module that is not there', async () => {
      await world.host.control('module', { present: false });
      const what = /module is not installed/;
      await expectBlocked(world, deps, { what, fix: /github\.com\/domainreseller/, code: 'CONFIG_INVALID' });
    });

    it('a module that is too old', async () => {
      await world.host.control('module', { version: '1.18.12', library: '2.1.22' });
      await expectBlocked(world, deps, { what: /cannot use a Reseller ID and API key/, fix: /latest module/ });
    });
  },
);

describe.each(['v5', 'v3'] as const)('WISECP %s: a connector that is not as it should be', (generation) => {
  let http: HttpClient;
  let world: WisecpWorld;
  function deps(): ProviderDeps {
    return { ...createTestDeps(http), resolveSecret: world.resolveSecret };
  }

  beforeAll(() => {
    http = createHttpClient();
  });
  afterEach(() => world.close());
  afterAll(() => http.close());

  it('is not installed at all', async () => {
    world = await startWisecpWorld({ generation, pairing: false });
    const pairing = `keyturn-pairing-1.${'0'.repeat(16)}.${'A'.repeat(43)}.${'B'.repeat(43)}`;
    async function resolveSecret(...[reference, signal]: Parameters<ProviderDeps['resolveSecret']>) {
      return reference === 'env:PAIRING' ? new SecretValue(pairing) : world.resolveSecret(reference, signal);
    }
    const what = /has no active Keyturn connector|does not let this API key/;
    await expectBlocked(world, { ...deps(), resolveSecret }, { what, fix: /./ });
  });

  it('is of another protocol, or of another version', async () => {
    world = await startWisecpWorld({ generation });
    const file = join(world.host.home, CORE, 'Connector.php');
    const source = await readFile(file, 'utf8');
    await writeFile(
      file,
      source.replace('PROTOCOL = 1', 'PROTOCOL = 2').replace(/VERSION = '[^']+'/, "VERSION = '9.9.9'"),
    );
    await expectBlocked(world, deps(), { what: /another protocol version/, fix: /keyturn connector build/ });
  });

  it('has a list of callers without the worker', async () => {
    world = await startWisecpWorld({ generation, callers: ['192.0.2.7'] });
    const what = /does not take calls from the worker's address. It sees the worker as 127\./;
    await expectBlocked(world, deps(), { what, fix: /pairing\.php/, code: 'ADDRESS_NOT_ALLOWED' });
  });
});

const outerSchema = z.object({ keyturn: z.string() });
const letterSchema = z.looseObject({ nonce: z.string() });

function decoded(letter: string): unknown {
  return JSON.parse(Buffer.from(letter, 'base64url').toString('utf8'));
}

/** The same letter with another operation and another nonce in it: signed by nobody. */
function altered(body: string): string {
  const letter = letterSchema.parse(decoded(outerSchema.parse(JSON.parse(body)).keyturn));
  const changed = { ...letter, operation: 'describe', nonce: letter.nonce.replace(/^./, '0') };
  return JSON.stringify({ keyturn: Buffer.from(JSON.stringify(changed)).toString('base64url') });
}
