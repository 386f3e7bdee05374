import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { bindingIdOf, type Credential } from '../../src/core/model.ts';
import type { Look } from '../../src/core/panel-looks.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { createTestCa } from '../support/tls.ts';
import { type ClientexecWorld, startClientexecWorld } from './clientexec-world.ts';

const never = new AbortController().signal;
const target = { bindingId: bindingIdOf('ce', 'main', 'live'), environment: 'live', options: {} } as const;

async function allOf(looks: AsyncIterable<Look>): Promise<Look[]> {
  const all: Look[] = [];
  for await (const look of looks) all.push(look);
  return all;
}

/* An installation as it ought to be: TLS, ended by the web server or by a proxy before it. */
describe.each([
  ['ended by the web server itself', {}],
  ['ended by a proxy on the same machine', { proxy: true }],
  ['in a PHP that shows every warning to visitors', { boot: 'noisy' }],
])('ClientExec over TLS, %s', (_, config) => {
  let world: ClientexecWorld;
  let http: HttpClient;
  let live: Credential;

  beforeAll(async () => {
    const ca = await createTestCa();
    const tls = await ca.issue(['127.0.0.25']);
    world = await startClientexecWorld({ tls, config, ini: { display_errors: '1' } });
    http = createHttpClient({ ca: ca.cert });
    const { resellerId, apiKey } = await world.vendor.control.currentKey();
    live = { resellerId, apiKey: new SecretValue(apiKey) };
    await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
  });
  afterAll(async () => {
    await world.close();
    await http.close();
  });

  function panel() {
    return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret });
  }

  it('is proven step by step', async () => {
    const looks = await allOf(panel().verifyConnector(never));
    expect(looks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(looks.map(({ id }) => id)).toEqual(expect.arrayContaining(['altered', 'replayed', 'sealed', 'module']));
    // The panel sees who called, also through its own proxy.
    expect(looks.find(({ id }) => id === 'reachable')?.evidence).toContain('127.0.0.1');
    expect(looks.find(({ id }) => id === 'connector')?.evidence).toContain('ClientExec 6.8.3');
  });

  it('keeps its settings while the conformance list is gone through, the write included', async () => {
    const before = await world.settings();
    const write = { token: 'one', confirm: () => Promise.resolve() };
    const options = { stored: live, turn: () => Promise.resolve(), write };
    const looks = await allOf(panel().conformance(target, options, never));
    expect(looks.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(looks.filter(({ state }) => state === 'ok').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['reached', 'read-back', 'same', 'check', 'unchanged', 'others-kept', 'still-checks']),
    );
    expect(looks.filter(({ id }) => id.startsWith('clientexec-')).map(({ state }) => state)).toEqual(
      Array(3).fill('unknown'),
    );
    expect(await world.settings()).toEqual(before);
  });
});
