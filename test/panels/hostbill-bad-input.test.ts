import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectorLayout } from '../../providers/panels/hostbill/connector.ts';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { realClock } from '../support/provider-deps.ts';
import { altering, applyAny, type Bent, panelOf, putRight, repeating, theOnlyBlocker } from './hostbill-bench.ts';
import { type HostbillWorld, startHostbillWorld } from './hostbill-world.ts';

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

interface Bad {
  readonly name: string;
  readonly arrange: (world: HostbillWorld) => Promise<unknown>;
  /** Takes back what `putRight` does not. */
  readonly undo?: (world: HostbillWorld) => Promise<unknown>;
  readonly change?: Bent['change'];
  readonly deps?: () => Bent['deps'];
  readonly what: RegExp;
  readonly fix: RegExp;
  /** False for what only stands in the way of preflight's judgement: a write that is asked for all the same is carried out. */
  readonly applyFails?: false;
}

async function nothing(): Promise<void> {}

const BAD: readonly Bad[] = [
  {
    name: 'a wrong key',
    arrange: nothing,
    change: { wrongSecret: true },
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
    undo: (world) => editConnector(world, 'PROTOCOL = 2', 'PROTOCOL = 1'),
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
    deps: () => ({ http: altering(http) }),
    what: /does not accept our pairing/,
    fix: /pairing/,
  },
  {
    name: 'a letter sent twice',
    arrange: nothing,
    deps: () => ({ http: repeating(http) }),
    what: /same letter twice/,
    fix: /proxy/,
    applyFails: false,
  },
  {
    name: 'no registrar module',
    arrange: (world) => world.host.control('removeModule'),
    undo: (world) => world.host.control('restoreModule'),
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
    undo: (world) => world.host.control('versions', { module: '2.0.16', library: '3.0.16' }),
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
  let world: HostbillWorld;
  beforeAll(async () => {
    world = await startHostbillWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => putRight(world));

  it.each(BAD)('$name', async ({ name, arrange, undo, change, deps, what, fix, applyFails }) => {
    const before = await world.stored();
    await arrange(world);
    try {
      const bent: Bent = { http, ...(change && { change }), deps: deps?.() ?? {} };
      const found = await theOnlyBlocker(world, bent);
      expect(found.what).toMatch(what);
      expect(found.fix).toMatch(fix);
      told.set(name, found.what);
      if (applyFails === false) return;
      await expect(applyAny(panelOf(world, bent))).rejects.toMatchObject({ name: 'KeyturnError' });
      expect(await world.stored()).toEqual(before);
    } finally {
      await undo?.(world);
    }
  });

  it('has words of its own for each', () => {
    expect(told.size).toBe(BAD.length);
    expect(new Set(told.values()).size).toBe(BAD.length);
  });
});

async function editConnector(world: HostbillWorld, from: string, to: string): Promise<void> {
  const file = join(world.host.home, connectorLayout.home, 'core/Connector.php');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}
