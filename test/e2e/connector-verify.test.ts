import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { OFFICE } from '../support/cli-company.ts';
import { verifyDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { type ConnectorCompany, startConnectorCompany } from '../support/connector-company.ts';

const LOOKS = [
  ...['configuration', 'reachable', 'sign-in', 'connector', 'pairing', 'clock'],
  ...['altered', 'replayed', 'sealed', 'state', 'module', 'places', 'observe', 'check'],
];

const HEALTHY = { present: true, active: true, moduleVersion: '2.0.16', libraryVersion: '3.0.16' };

let world: CliWorld;
let company: ConnectorCompany;
beforeAll(async () => {
  world = await startCliWorld();
  company = await startConnectorCompany(world);
  await world.reset();
  await company.configure();
  await company.run(['connector', 'build', 'desk']);
});
afterAll(async () => {
  await company.stop();
  await world.close();
});
beforeEach(async () => {
  await world.reset();
  await company.configure();
  await company.desk.control.reconfigure({ change: HEALTHY });
  await company.install(company.archive);
});

type Verified = z.infer<typeof verifyDocument>['looks'][number];

interface Result {
  readonly code: number | null;
  readonly states: Readonly<Record<string, string>>;
  readonly look: (id: string) => Verified | undefined;
}

async function verify(): Promise<Result> {
  const { code, stdout } = await company.run(['connector', 'verify', 'desk', '--json']);
  const { looks } = verifyDocument.parse(JSON.parse(stdout));
  expect(looks.map(({ id }) => id)).toEqual(LOOKS);
  const states = Object.fromEntries(looks.map(({ id, state }) => [id, state]));
  return { code, states, look: (id) => looks.find((each) => each.id === id) };
}

/** Everything before `id` is ok, `id` failed, nothing after it was run. */
function stoppedAt(id: string): Record<string, string> {
  const at = LOOKS.indexOf(id);
  return Object.fromEntries(
    LOOKS.map((each, index) => [each, index < at ? 'ok' : index === at ? 'failed' : 'not-run']),
  );
}

describe('keyturn connector verify', () => {
  test('proves a connector that was built and installed, and changes nothing', async () => {
    const before = await company.desk.control.settings({});
    const { code, states, look } = await verify();
    expect({ code, states }).toEqual({ code: 0, states: Object.fromEntries(LOOKS.map((id) => [id, 'ok'])) });
    expect(look('altered')?.evidence).toContain('bad-signature');
    expect(look('replayed')?.evidence).toContain('replayed');
    expect(look('observe')).toMatchObject({ binding: 'desk/main/live' });
    expect(look('observe')?.evidence).toContain('username: uuid, 36 characters');
    expect(await company.desk.control.settings({})).toEqual(before);
    expect((await company.desk.control.counters({})).writes).toEqual({});
  });

  test('shows people every step and a count', async () => {
    const { code, stdout } = await company.run(['connector', 'verify', 'desk']);
    expect(code).toBe(0);
    expect(stdout).toContain('✔ A letter that comes a second time is refused');
    expect(stdout).toContain('desk/main/live');
    expect(stdout.trim()).toMatch(/14 ok$/u);
  });

  test.each([
    ['a panel that is down', 'reachable', 75, async () => company.desk.control.setFault({ mode: '503' })],
    ['a panel without the connector', 'connector', 3, async () => change({ connector: null })],
    ['a connector that was never paired', 'pairing', 4, async () => changeConnector({ pairing: null })],
    ['a clock that is 10 minutes ahead', 'clock', 4, async () => changeConnector({ clockOffsetSeconds: 600 })],
    ['a PHP without sodium', 'connector', 3, async () => changeConnector({ sodium: false })],
    ['a call that arrives without TLS', 'reachable', 3, async () => withoutTls()],
    ['replies that nobody signed', 'pairing', 70, async () => changeConnector({ reply: 'unsigned' })],
    ['replies signed with another key', 'pairing', 70, async () => changeConnector({ reply: 'other-key' })],
    ['an answer that is no letter', 'connector', 70, async () => changeConnector({ reply: 'not-base64' })],
    ['an answer that cannot be read', 'connector', 70, async () => changeConnector({ reply: 'body-not-json' })],
  ])('%s stops it at %s', async (_what, id, exit, arrange) => {
    await arrange();
    const { code, states, look } = await verify();
    expect(states).toEqual(stoppedAt(id));
    expect(code).toBe(exit);
    expect(look(id)?.fix).not.toBe(null);
  });

  test('a wrong API key of the panel stops it at the sign-in', async () => {
    await company.desk.control.reconfigure({ change: { credentials: [{ key: 'another' }] } });
    const { code, states } = await verify();
    await company.desk.control.reconfigure({ change: { credentials: [{ key: company.key }] } });
    expect(states).toEqual(stoppedAt('sign-in'));
    expect(code).toBe(4);
  });

  test('a pairing that cannot be read stops it before anything is sent', async () => {
    await company.configure({ connector: { pairing: 'env:NO_SUCH_PAIRING' } });
    await company.desk.control.forget({});
    const { code, states } = await verify();
    expect(states).toEqual(stoppedAt('configuration'));
    expect(code).toBe(3);
    expect((await company.desk.control.counters({})).actions).toEqual({});
  });

  test.each([
    ['a connector of another version', 'connector', () => changeConnector({ version: '0.9.0' }), '0.9.0'],
    ['a module that is absent', 'module', () => change({ present: false }), 'not installed'],
    ['a module that is not active', 'module', () => change({ active: false }), 'not active'],
    ['a module that is too old', 'module', () => change({ moduleVersion: '1.0.0', libraryVersion: '2.1.0' }), 'cannot'],
  ])('%s fails its own step alone and names the fix', async (_what, id, arrange, evidence) => {
    await arrange();
    const { code, states, look } = await verify();
    expect(code).toBe(4);
    expect(states['pairing']).toBe('ok');
    expect(look(id)).toMatchObject({ state: 'failed' });
    expect(look(id)?.evidence).toContain(evidence);
    expect(look(id)?.fix).toMatch(/\S/u);
  });

  test("an address missing from the vendor's list is found from the panel, with the fix", async () => {
    await world.vendor.control.setAllowList({ account: 'main', addresses: ['127.0.0.1'] });
    const { code, states, look } = await verify();
    expect(states).toMatchObject({ observe: 'ok', check: 'failed' });
    expect(look('check')?.fix).toContain('IP authorization');
    expect(code).toBe(4);
  });

  test('a key that the vendor rejects is told as it is: the way there is proven', async () => {
    await company.desk.control.replaceSettings({
      settings: { username: world.live.resellerId, password: world.hide('an-old-api-key-00'), 'test-mode': '0' },
    });
    const { code, look } = await verify();
    expect(look('check')?.state).toBe('ok');
    expect(look('check')?.fix).toContain('keyturn check desk');
    expect(look('check')?.evidence).toMatch(/^Rejected: /u);
    expect(code).toBe(0);
  });

  test('refuses a panel that is not reached through a connector', async () => {
    await world.configure((whole) => ({ ...whole, panels: { ...whole.panels, office: OFFICE } }));
    const { code, stderr } = await company.run(['connector', 'verify', 'office']);
    expect(code).toBe(3);
    expect(stderr).toContain('Panel office is not reached through a connector.');
  });

  test('pairing anew locks the old installation out until the new archive is there', async () => {
    const out = `${company.archive}.new.zip`;
    await company.run(['connector', 'build', 'desk', '--new-pairing', '--out', out]);
    expect((await verify()).states).toEqual(stoppedAt('pairing'));
    await company.install(out);
    expect((await verify()).code).toBe(0);
    await rm(company.archive);
    await company.run(['connector', 'build', 'desk', '--new-pairing']);
    await rm(out);
  });
});

function change(change: Record<string, unknown>): Promise<unknown> {
  return company.desk.control.reconfigure({ change });
}

function changeConnector(change: Record<string, unknown>): Promise<unknown> {
  return company.desk.control.reconfigureConnector({ change });
}

/** As behind a proxy that does not say what the caller spoke. */
function withoutTls(): Promise<unknown> {
  return changeConnector({ pretend: { https: false, caller: '203.0.113.9', server: '203.0.113.10' } });
}
