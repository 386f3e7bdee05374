import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../providers/shared/http.ts';
import { type BindingTarget, bindingIdOf } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps, realClock } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { type HostbillWorld, startHostbillWorld } from './hostbill-world.ts';

const never = new AbortController().signal;
const target: BindingTarget = { bindingId: bindingIdOf('hostbill', 'main', 'live'), environment: 'live', options: {} };
const HOME = 'includes/modules/Other/keyturn';

let http: HttpClient;
let hasty: HttpClient;
/** What each bad thing is called, to see that no two are told alike. */
const told = new Map<string, string>();

beforeAll(() => {
  http = createHttpClient();
  hasty = createHttpClient({ timeoutMs: 300 });
});
afterAll(async () => {
  await http.close();
  await hasty.close();
});

type Change = Parameters<HostbillWorld['create']>[1];
type Deps = Partial<Parameters<HostbillWorld['create']>[0]>;

function panelOf(world: HostbillWorld, change: Change = {}, deps: Deps = {}) {
  return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret, ...deps }, change);
}

function apply(panel: ReturnType<typeof panelOf>) {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  return panel.apply(
    target,
    { resellerId: randomUUID(), apiKey: new SecretValue(apiKey) },
    { token: randomUUID() },
    never,
  );
}

/** Preflight finds exactly one thing in the way, with a fix, and neither it nor an attempt to write changes anything. */
async function theOnlyBlocker(world: HostbillWorld, change: Change = {}, deps: Deps = {}): Promise<Finding> {
  const before = await world.stored();
  const panel = panelOf(world, change, deps);
  const findings = await panel.preflight(target, never);
  const blockers = findings.filter(({ level }) => level === 'blocker');
  expect(blockers).toHaveLength(1);
  const [blocker] = blockers;
  if (blocker === undefined) throw new Error('nothing was found');
  expect(blocker.fix).toMatch(/\w+ \w+/);
  for (const secret of world.accessSecrets) expect(JSON.stringify(findings)).not.toContain(secret);
  expect(await world.stored()).toEqual(before);
  return blocker;
}

interface Bad {
  readonly name: string;
  arrange(world: HostbillWorld): Promise<unknown>;
  readonly change?: (world: HostbillWorld) => Change;
  readonly deps?: () => Deps;
  readonly what: RegExp;
  readonly fix: RegExp;
  /** False for what only stands in the way of preflight's judgement: a write that is asked for all the same is carried out. */
  readonly applyFails?: false;
}

const nothing = async () => undefined;

const BAD: readonly Bad[] = [
  {
    name: 'a wrong key',
    arrange: nothing,
    change: () => ({ wrongSecret: true }),
    what: /does not accept the API ID/,
    fix: /apiKey/,
  },
  {
    name: 'a key without the function',
    arrange: (world) => world.key({ functions: 'getHostBillversion' }),
    what: /does not let this API key call the function \(module\)/,
    fix: /Tick the function/,
  },
  {
    name: 'an address outside the range',
    arrange: (world) => world.key({ ip: '192.0.2.0/24' }),
    what: /address.* It sees the worker as 127\.0\.0\.1\./,
    fix: /Add the worker's address/,
  },
  {
    name: 'a renamed admin folder',
    arrange: (world) => world.host.control('configure', { adminFolder: 'backstage' }),
    what: /no api\.php at this address/,
    fix: /admin folder/,
  },
  {
    name: 'a renamed admin folder that sends callers away',
    arrange: (world) => world.host.control('configure', { adminFolder: 'backstage', oldFolder: 'redirect' }),
    what: /elsewhere \(status 302\)/,
    fix: /admin folder/,
  },
  {
    name: 'a login page',
    arrange: (world) => world.host.control('configure', { sessionEnded: true }),
    what: /login page/,
    fix: /admin folder/,
  },
  {
    name: 'maintenance',
    arrange: (world) => world.host.control('configure', { maintenance: true }),
    what: /maintenance/,
    fix: /wait/,
  },
  {
    name: 'silence',
    arrange: (world) => world.fail('hang'),
    deps: () => ({ http: hasty }),
    what: /did not answer in time/,
    fix: /up/,
  },
  {
    name: 'a plugin that is not active',
    arrange: (world) => world.host.control('activate', { module: 'keyturn', active: false }),
    what: /does not have the connector active/,
    fix: /activate the plugin/,
  },
  {
    name: 'a connector of another protocol',
    arrange: (world) => editConnector(world, 'PROTOCOL = 1', 'PROTOCOL = 2'),
    what: /another protocol version/,
    fix: /connector build/,
    applyFails: false,
  },
  {
    name: 'a clock ten minutes off',
    arrange: nothing,
    deps: () => ({ clock: { ...realClock, now: () => Date.now() - 600_000 } }),
    what: /clock.*10 min ahead/,
    fix: /NTP/,
  },
  {
    name: 'an altered letter',
    arrange: nothing,
    deps: () => ({ http: altering() }),
    what: /does not accept our pairing/,
    fix: /pairing/,
  },
  {
    name: 'a letter sent twice',
    arrange: nothing,
    deps: () => ({ http: repeating() }),
    what: /same letter twice/,
    fix: /proxy/,
    applyFails: false,
  },
  {
    name: 'no registrar module',
    arrange: (world) => world.host.control('removeModule'),
    what: /not installed/,
    fix: /Install/,
  },
  {
    name: 'a registrar module that is not active',
    arrange: (world) => world.host.control('activate', { module: 'domainnameapi', active: false }),
    what: /not active/,
    fix: /Activate it/,
  },
  {
    name: 'a registrar module that is too old',
    arrange: (world) => world.host.control('versions', { module: '1.1.17', library: '2.1.22' }),
    what: /1\.1\.17, which cannot use/,
    fix: /latest module/,
    applyFails: false,
  },
  {
    name: 'an App and no choice',
    arrange: (world) => world.host.control('addApp', { name: 'Registrar' }),
    what: /2 places, and the binding names none/,
    fix: /binding/,
  },
];

describe('what can be wrong, each found on its own before anything is written', () => {
  it.each(BAD)('$name', async ({ name, arrange, change, deps, what, fix, applyFails }) => {
    const world = await startHostbillWorld();
    try {
      const before = await world.stored();
      await arrange(world);
      const found = await theOnlyBlocker(world, change?.(world), deps?.());
      expect(found.what).toMatch(what);
      expect(found.fix).toMatch(fix);
      told.set(name, found.what);
      if (applyFails !== false) {
        await expect(apply(panelOf(world, change?.(world), deps?.()))).rejects.toMatchObject({ name: 'KeyturnError' });
        expect(await world.stored()).toEqual(before);
      }
    } finally {
      await world.close();
    }
  });

  it('has words of its own for each', () => {
    expect(told.size).toBe(BAD.length);
    expect(new Set(told.values()).size).toBe(BAD.length);
  });
});

describe('the connector itself', () => {
  it('is missing: the plugin was never installed', async () => {
    const world = await startHostbillWorld({ pairing: false });
    try {
      const stranger = (await createPairing()).text;
      const panel = panelOf(
        world,
        {},
        { resolveSecret: async (name) => (name === 'env:PAIRING' ? stranger : world.resolveSecret(name, never)) },
      );
      const [blocker] = (await panel.preflight(target, never)).filter(({ level }) => level === 'blocker');
      expect(blocker).toMatchObject({ what: expect.stringMatching(/does not have the connector/) });
    } finally {
      await world.close();
    }
  });

  it('is paired with somebody else', async () => {
    const world = await startHostbillWorld();
    try {
      const stranger = (await createPairing()).text;
      recordSecret(stranger.reveal());
      const resolveSecret: HostbillWorld['resolveSecret'] = async (name, signal) =>
        name === 'env:PAIRING' ? stranger : world.resolveSecret(name, signal);
      const found = await theOnlyBlocker(world, {}, { resolveSecret });
      expect(found).toMatchObject({ what: expect.stringMatching(/does not accept our pairing/) });
    } finally {
      await world.close();
    }
  });

  it('does not take calls from here', async () => {
    const world = await startHostbillWorld({ callers: ['192.0.2.0/24'] });
    try {
      const found = await theOnlyBlocker(world);
      expect(found.what).toMatch(/connector that does not take calls.* 127\.0\.0\.1\./);
    } finally {
      await world.close();
    }
  });
});

describe("the key's record", () => {
  let world: HostbillWorld;
  beforeAll(async () => {
    world = await startHostbillWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.key());

  it.each(['', 'all', '127.0.0.1', '127.0.0.0/8', '127.0.0.0/255.0.0.0'])(
    'lets the worker in with "%s"',
    async (ip) => {
      await world.key({ ip });
      const findings = await panelOf(world).preflight(target, never);
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    },
  );

  it('may do more than Keyturn needs: a warning', async () => {
    await world.key({ functions: null });
    const findings = await panelOf(world).preflight(target, never);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      expect.objectContaining({ level: 'warning', what: expect.stringContaining('more than Keyturn needs') }),
    ]);
  });

  it('may not even tell the version: a warning', async () => {
    await world.key({ functions: 'module' });
    const findings = await panelOf(world).preflight(target, never);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      expect.objectContaining({ level: 'warning', fix: expect.stringContaining('getHostBillversion') }),
    ]);
  });

  it('may call everything under a folder of another name', async () => {
    await world.host.control('configure', { adminFolder: 'backstage' });
    const panel = panelOf(world, { url: `${world.host.url}/backstage/` });
    expect((await panel.preflight(target, never)).filter(({ level }) => level === 'blocker')).toEqual([]);
  });
});

async function editConnector(world: HostbillWorld, from: string, to: string): Promise<void> {
  const file = join(world.host.home, HOME, 'core/Connector.php');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}

function letterIn({ body = '' }: HttpRequest): string | null {
  return new URLSearchParams(body).get('keyturn');
}

/** A proxy that changes one word inside the letter. */
function altering(): HttpClient {
  return {
    send(message, signal) {
      const letter = letterIn(message);
      if (letter === null) return http.send(message, signal);
      const parts: unknown = JSON.parse(Buffer.from(letter, 'base64url').toString('utf8'));
      const changed = { ...(typeof parts === 'object' && parts), body: '{"place":"module"}' };
      const fields = new URLSearchParams(message.body);
      fields.set('keyturn', Buffer.from(JSON.stringify(changed), 'utf8').toString('base64url'));
      return http.send({ ...message, body: fields.toString() }, signal);
    },
    close: nothing,
  };
}

/** A proxy that repeats what carries a letter and hands on the second answer. */
function repeating(): HttpClient {
  return {
    async send(message, signal) {
      if (letterIn(message) !== null) await http.send(message, signal);
      return http.send(message, signal);
    },
    close: nothing,
  };
}
