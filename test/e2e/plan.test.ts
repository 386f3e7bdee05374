import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OFFICE } from '../support/cli-company.ts';
import { planDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

describe('plan and doctor change nothing and say GO or NO-GO', () => {
  test('GO: exit 0, with the predicted outage and what comes next', async () => {
    const { code, stdout } = await world.run(['plan', 'main']);
    expect(stdout).toContain('The vendor accepts the present key');
    expect(stdout).toMatch(/GO {2}2 bindings, predicted outage \d+ s/u);
    expect(stdout).toContain('Next: keyturn rotate main');
    expect(code).toBe(0);
    expect(await world.writes()).toBe(0);
  });

  test('GO as JSON', async () => {
    await world.configure((config) => ({ ...config, panels: { ...config.panels, office: OFFICE } }));
    const { code, stdout } = await world.run(['plan', 'main', '--json']);
    const plan = planDocument.parse(JSON.parse(stdout));
    expect(plan).toMatchObject({ go: true, account: 'main', environment: 'live' });
    expect(plan.bindings.map(({ panel, write, proof }) => `${panel} ${write} ${proof}`)).toEqual([
      'billing remote behaviour',
      'shop remote balance',
      'office manual operator',
    ]);
    expect(code).toBe(0);
  });

  test.each<[string, () => Promise<unknown>, Record<string, string>]>([
    ['a panel is down', () => world.blesta.control.setFault({ mode: '503' }), {}],
    ["Keyturn's own credential for a panel is wrong", () => Promise.resolve(), { PANEL_SECRET: 'not-the-right-one' }],
    [
      'the module validates against the wrong system',
      () => world.blesta.control.reconfigure({ change: { validationBug: true } }),
      {},
    ],
  ])('NO-GO: %s', async (_what, cause, env) => {
    await cause();
    const { code, stdout } = await world.run(['plan', 'main', '--json'], { env });
    const plan = planDocument.parse(JSON.parse(stdout));
    const blockers = plan.bindings.flatMap(({ findings }) => findings).filter(({ level }) => level === 'blocker');
    expect(plan.go).toBe(false);
    expect(blockers.length).toBe(1);
    expect(blockers[0]?.fix).toEqual(expect.any(String));
    expect(code).toBe(4);
    expect(await world.writes()).toBe(0);
  });

  test('doctor looks at every account and environment: exit 0 if all is well', async () => {
    const { code, stdout } = await world.run(['doctor']);
    for (const account of ['main (live)', 'main (test)', 'other (live)']) {
      expect(stdout).toContain(`Preflight of ${account}`);
    }
    expect(stdout).toContain('Next: find out what every panel holds: keyturn check');
    expect(code).toBe(0);
    expect(await world.writes()).toBe(0);
  });

  test('doctor with a panel that is down: exit 4, the rest is still told', async () => {
    await world.whmcs.control.setFault({ mode: 'reset' });
    const { code, stdout } = await world.run(['doctor', '--json']);
    const { accounts, next } = JSON.parse(stdout) as { accounts: unknown[]; next: string[] };
    const plans = accounts.map((account) => planDocument.parse(account));
    expect(plans.map(({ go }) => go)).toEqual([false, true, true]);
    expect(next[0]).toContain('mend what is marked');
    expect(code).toBe(4);
  });

  test('an account that is not there is an error that lists those there are', async () => {
    const { code, stderr } = await world.run(['plan', 'nobody']);
    expect(stderr).toContain('no account nobody in the live environment. It has: main/live, main/test, other/live.');
    expect(code).toBe(3);
  });

  test('several accounts and none named: says which there are', async () => {
    const { code, stderr } = await world.run(['plan']);
    expect(stderr).toContain('There are 2 live accounts; say which. Name one of: main, other.');
    expect(code).toBe(3);
  });
});
