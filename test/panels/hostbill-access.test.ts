import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectorLayout } from '../../providers/panels/hostbill/connector.ts';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { containing, never, panelOf, target, theOnlyBlocker } from './hostbill-bench.ts';
import { type HostbillWorld, startHostbillWorld } from './hostbill-world.ts';

let http: HttpClient;

beforeAll(() => {
  http = createHttpClient();
});
afterAll(() => http.close());

/** The pairing of another connector. */
async function strangersPairing(world: HostbillWorld): Promise<HostbillWorld['resolveSecret']> {
  const { text } = await createPairing();
  recordSecret(text.reveal());
  return async (name, signal) => (name === 'env:PAIRING' ? text : world.resolveSecret(name, signal));
}

describe('the connector itself', () => {
  it.each([
    ['was never installed', { pairing: false }, /does not have the connector/],
    ['is paired with somebody else', {}, /does not accept our pairing/],
  ] as const)('%s', async (_name, setup, what) => {
    const world = await startHostbillWorld(setup);
    try {
      const deps = { resolveSecret: await strangersPairing(world) };
      expect((await theOnlyBlocker(world, { http, deps })).what).toMatch(what);
    } finally {
      await world.close();
    }
  });

  it('does not take calls from here', async () => {
    const world = await startHostbillWorld({ callers: ['192.0.2.0/24'] });
    try {
      const found = await theOnlyBlocker(world, { http });
      expect(found.what).toMatch(/connector that does not take calls.* 127\.0\.0\.1\./);
    } finally {
      await world.close();
    }
  });
});

describe('files of the connector that somebody asks for by their address', () => {
  let world: HostbillWorld;
  beforeAll(async () => {
    world = await startHostbillWorld();
  });
  afterAll(() => world.close());

  it.each(['on', 'ignored'])('tell nothing, with .htaccess %s', async (htaccess) => {
    await world.host.control('configure', { htaccess: htaccess === 'on' });
    const all = await readdir(join(world.host.home, connectorLayout.home), { recursive: true, withFileTypes: true });
    const files = all.filter((entry) => entry.isFile() && entry.name.endsWith('.php'));
    expect(files.length).toBeGreaterThan(10);
    for (const { parentPath, name } of files) {
      const response = await fetch(`${world.host.url}/${relative(world.host.home, join(parentPath, name))}`);
      const shown = response.ok ? await response.text() : '';
      expect(shown, name).toBe('');
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
      const findings = await panelOf(world, { http }).preflight(target, never);
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    },
  );

  it('may do more than Keyturn needs: a warning', async () => {
    await world.key({ functions: null });
    const findings = await panelOf(world, { http }).preflight(target, never);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      expect.objectContaining({ level: 'warning', what: containing('more than Keyturn needs') }),
    ]);
  });

  it('may not even tell the version: a warning', async () => {
    await world.key({ functions: 'module' });
    const findings = await panelOf(world, { http }).preflight(target, never);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      expect.objectContaining({ level: 'warning', fix: containing('getHostBillversion') }),
    ]);
  });

  it('may call everything under a folder of another name', async () => {
    await world.host.control('configure', { adminFolder: 'backstage' });
    const panel = panelOf(world, { http, change: { url: `${world.host.url}/backstage/` } });
    expect((await panel.preflight(target, never)).filter(({ level }) => level === 'blocker')).toEqual([]);
  });
});
