import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { OFFICE } from '../support/cli-company.ts';
import { conformanceDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { type ConnectorCompany, startConnectorCompany } from '../support/connector-company.ts';

const READ_ONLY = ['store', 'reached', 'read-back', 'same', 'test-mode', 'check'];
const WRITES = ['write', 'unchanged', 'others-kept', 'still-checks'];

let world: CliWorld;
let company: ConnectorCompany;
beforeAll(async () => {
  world = await startCliWorld();
  company = await startConnectorCompany(world);
  await world.reset();
  await company.configure();
  await company.run(['connector', 'build', 'desk']);
  await company.install(company.archive);
});
afterAll(async () => {
  await company.stop();
  await world.close();
});
beforeEach(async () => {
  await world.reset();
  await company.configure();
  await company.desk.control.reconfigure({ change: { update: 'merge' } });
  await company.desk.control.forget({});
});

type Document = z.infer<typeof conformanceDocument>;

interface Result {
  readonly code: number | null;
  readonly document: Document;
  readonly states: (ids: readonly string[]) => readonly string[];
  readonly look: (id: string) => Document['looks'][number] | undefined;
}

async function conform(panel: string, ...more: readonly string[]): Promise<Result> {
  const { code, stdout } = await company.run(['panel', 'conformance', panel, '--json', ...more]);
  const document = conformanceDocument.parse(JSON.parse(stdout));
  function look(id: string) {
    return document.looks.find((each) => each.id === id);
  }
  return { code, document, look, states: (ids) => ids.map((id) => `${id}: ${look(id)?.state}`) };
}

function all(ids: readonly string[], state: string): readonly string[] {
  return ids.map((id) => `${id}: ${state}`);
}

function writesAtDesk(): Promise<{ writes: Record<string, number> }> {
  return company.desk.control.counters({});
}

describe('keyturn panel conformance', () => {
  test('looks through the list, writes nothing, and leaves to people what only they can see', async () => {
    const { code, document, states } = await conform('desk');
    expect(states(READ_ONLY)).toEqual(all(READ_ONLY, 'ok'));
    expect(states(WRITES)).toEqual(all(WRITES, 'not-run'));
    const byHand = document.looks.filter(({ id }) => id.startsWith('wisecp-'));
    expect(byHand.map(({ state }) => state)).toEqual(byHand.map(() => 'unknown'));
    expect(byHand.length).toBeGreaterThan(1);
    expect(document).toMatchObject({ panel: 'desk', write: false });
    expect((await writesAtDesk()).writes).toEqual({});
    expect(code).toBe(0);
  });

  test('with --write saves the same credential once more and shows that nothing else changed', async () => {
    const before = await company.desk.control.settings({});
    const { code, document, states } = await conform('desk', '--write');
    expect(states([...READ_ONLY, ...WRITES])).toEqual(all([...READ_ONLY, ...WRITES], 'ok'));
    expect(document.write).toBe(true);
    expect(Object.values((await writesAtDesk()).writes)).toEqual([1]);
    expect(await company.desk.control.settings({})).toEqual(before);
    expect(code).toBe(0);
  });

  test('with --write finds a panel that loses its other settings', async () => {
    await company.desk.control.reconfigure({ change: { update: 'replace' } });
    const { code, look } = await conform('desk', '--write');
    expect(look('write')).toMatchObject({ state: 'failed', code: 'PANEL_REFUSED' });
    expect(look('write')?.evidence).toContain('currency');
    expect(look('others-kept')).toMatchObject({ state: 'failed' });
    expect(look('unchanged')).toMatchObject({ state: 'ok' });
    expect(code).toBe(4);
  });

  test.each([
    ['another key', { password: 'some-other-key-0000' }, 'same', 'unknown'],
    ['the test mode on', { 'test-mode': '1' }, 'test-mode', 'failed'],
  ])('with --write writes nothing into a panel that holds %s', async (_what, change, id, state) => {
    const settings = await company.desk.control.settings({});
    await company.desk.control.replaceSettings({ settings: { ...settings, ...change } });
    const { look, states } = await conform('desk', '--write');
    expect(look(id)).toMatchObject({ state });
    expect(states(WRITES)).toEqual(all(WRITES, 'not-run'));
    expect((await writesAtDesk()).writes).toEqual({});
  });

  test('of a panel that is down says so and goes through the rest', async () => {
    await company.desk.control.setFault({ mode: '503' });
    const { code, states } = await conform('desk');
    expect(states(['reached', 'read-back', 'check'])).toEqual(all(['reached', 'read-back', 'check'], 'failed'));
    expect(states(['same', ...WRITES])).toEqual(all(['same', ...WRITES], 'not-run'));
    expect(code).toBe(4);
  });

  test('of an account without a credential in the store compares and writes nothing', async () => {
    await world.store.clear();
    const { code, look, states } = await conform('desk', '--write');
    expect(look('store')).toMatchObject({ state: 'failed', code: 'SECRET_NOT_FOUND' });
    expect(states(['same', 'check', ...WRITES])).toEqual(all(['same', 'check', ...WRITES], 'not-run'));
    expect(code).toBe(3);
  });
});

describe('keyturn panel conformance of panels by their official APIs', () => {
  test('a WHMCS: values cannot be read, the canary proves them; --write goes by that', async () => {
    const { code, look, states } = await conform('billing', '--write');
    expect(states(['read-back', 'same', 'others-kept'])).toEqual([
      'read-back: unknown',
      'same: not-run',
      'others-kept: unknown',
    ]);
    expect(states(['check', 'write', 'still-checks'])).toEqual(all(['check', 'write', 'still-checks'], 'ok'));
    expect(look('whmcs-keeps-others')).toMatchObject({ state: 'unknown' });
    // Counted by setting: username, password and test mode.
    expect(await world.writes()).toBe(3);
    expect(code).toBe(0);
  });

  test('a Blesta: one list for each binding, everything but what people see is ok', async () => {
    const { code, document } = await conform('shop', '--write');
    const byBinding = new Set(document.looks.map(({ binding }) => binding));
    expect(byBinding).toEqual(new Set(['shop/main/live', 'shop/main/test']));
    const left = document.looks.filter(({ id, state }) => state !== 'ok' && !id.startsWith('blesta-'));
    expect(left).toEqual([]);
    expect(await world.writes()).toBe(2);
    expect(code).toBe(0);
  });

  test('a panel kept by hand: only people can tell', async () => {
    await world.configure((whole) => ({ ...whole, panels: { ...whole.panels, office: OFFICE } }));
    const { code, states } = await conform('office', '--write');
    expect(states(['check', ...WRITES])).toEqual(all(['check', ...WRITES], 'not-run'));
    expect(states(['reached', 'manual-path', 'manual-person'])).toEqual(
      all(['reached', 'manual-path', 'manual-person'], 'unknown'),
    );
    expect(code).toBe(0);
  });
});

test('keyturn panel conformance shows people what each look found and what is left to do', async () => {
  const { code, stdout } = await company.run(['panel', 'conformance', 'desk']);
  expect(code).toBe(0);
  expect(stdout).toContain('desk/main/live');
  expect(stdout).toContain('- The same credential can be written back');
  expect(stdout).toContain('Nothing is written unless asked for with --write.');
  expect(stdout.match(/Nothing is written unless/gu)).toHaveLength(1);
  expect(stdout.trim()).toMatch(/6 ok, \d unknown, 4 not-run$/u);
});
