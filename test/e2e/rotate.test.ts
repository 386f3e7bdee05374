import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LIVE_ROW, OFFICE } from '../support/cli-company.ts';
import { rotationDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** What the panels hold, and the store: the whole effect of a rotation. */
async function expectEverywhere(key: string): Promise<void> {
  expect(await world.store.keyIn('current')).toBe(key);
  expect((await world.whmcs.control.settings({}))['API_Password']).toBe(key);
  expect((await world.blesta.control.rows({}))[LIVE_ROW]?.['key']).toBe(key);
}

describe('a rotation', () => {
  test('writes the new key everywhere, proves it, and ends with 0', async () => {
    const key = await world.regenerate();
    const { code, stdout, stderr } = await world.run(['rotate', 'main'], { stdin: `${key}\n` });
    expect(stdout).toContain('GO  2 bindings, predicted outage');
    expect(stdout).toContain('PROVEN  2 of 2 bindings proven');
    expect(stdout).toContain('The previous key is dead: the vendor refuses it.');
    expect(stderr).toContain('Regenerate the key at DomainNameAPI now');
    expect(code).toBe(0);
    await expectEverywhere(key);
    expect(await world.store.keyIn('previous')).toBe(world.live.apiKey);
  });

  test('with --json prints one document, in the shape that is promised', async () => {
    const key = await world.regenerate();
    const { code, stdout } = await world.run(['--json', 'rotate', 'main'], { stdin: key });
    const report = rotationDocument.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      outcome: 'PROVEN',
      account: 'main',
      environment: 'live',
      state: 'proven',
      reason: null,
      previousKey: 'dead',
      summary: { total: 2, proven: 2 },
    });
    expect(report.bindings.map(({ panel, status }) => `${panel} ${status}`)).toEqual(['billing proven', 'shop proven']);
    expect(code).toBe(0);
  });

  test('takes white space at the ends off the key', async () => {
    const key = await world.regenerate();
    const { code } = await world.run(['rotate', 'main'], { stdin: `  ${key} \r\n` });
    expect(code).toBe(0);
    await expectEverywhere(key);
  });

  test('of the test environment leaves the live one alone', async () => {
    const key = await world.regenerate('test');
    const { code, stdout } = await world.run(['rotate', 'main', '--environment', 'test', '--json'], { stdin: key });
    expect(rotationDocument.parse(JSON.parse(stdout))).toMatchObject({ outcome: 'PROVEN', summary: { total: 1 } });
    expect(code).toBe(0);
    expect(await world.store.keyIn('current')).toBe(world.live.apiKey);
  });

  test('--from-store mends what has drifted, writes nothing where all is well, and needs no key', async () => {
    await world.blesta.control.setRow({
      row: LIVE_ROW,
      meta: { user: world.live.apiKey, key: world.live.resellerId, sandbox: 'false' },
    });
    const { code, stdout } = await world.run(['rotate', 'main', '--from-store'], { stdin: { open: true } });
    expect(stdout).toContain('PROVEN  2 of 2');
    expect(code).toBe(0);
    await expectEverywhere(world.live.apiKey);
    const { writes } = await world.blesta.control.counters({});
    expect(writes).toEqual({ [LIVE_ROW]: 1 });
    await world.blesta.control.forget({});
    expect((await world.run(['rotate', 'main', '--from-store'])).code).toBe(0);
    expect((await world.blesta.control.counters({})).writes).toEqual({});
  });
});

describe('when not all panels can be proven', () => {
  test('one that is down: PARTIAL, exit 5; later proven by a worker, which status --follow shows', async () => {
    const key = await world.regenerate();
    await world.whmcs.control.setFault({ mode: '503', actions: ['UpdateModuleConfiguration'] });
    const partly = await world.run(['rotate', 'main', '--json', '--wait', '2'], { stdin: key });
    const report = rotationDocument.parse(JSON.parse(partly.stdout));
    expect(report).toMatchObject({ outcome: 'PARTIAL', summary: { total: 2, proven: 1 } });
    // The next try may be under way at the moment of the report; a panel that hides its content is marked before each.
    const [billing] = report.bindings;
    expect(billing).toMatchObject({ panel: 'billing', status: expect.stringMatching(/^(failed|writing)$/) as string });
    if (billing?.status === 'failed') expect(billing.cause).toContain('503');
    expect(partly.code).toBe(5);

    const told = await world.run(['status', report.rotation]);
    expect(told.code).toBe(5);
    expect(told.stdout).toContain('no worker is running that would go on with it');

    await world.whmcs.control.setFault({ mode: 'none' });
    const worker = world.start(['worker']);
    await worker.printed('worker is ready');
    const followed = await world.run(['status', report.rotation, '--follow', '--json']);
    worker.kill('SIGTERM');
    expect(rotationDocument.parse(JSON.parse(followed.stdout)).outcome).toBe('PROVEN');
    expect(followed.code).toBe(0);
    expect((await worker.result).code).toBe(0);
    await expectEverywhere(key);
  });

  test('a panel kept by hand: PARTIAL with the menu path; keyturn confirm makes it PROVEN', async () => {
    await world.configure((config) => ({ ...config, panels: { ...config.panels, office: OFFICE } }));
    const key = await world.regenerate();
    const rotated = await world.run(['rotate', 'main'], { stdin: key });
    expect(rotated.code).toBe(5);
    expect(rotated.stdout).toContain('PARTIAL  2 of 3 bindings proven');
    expect(rotated.stdout).toContain('Settings > Modules > Domain Registrars');
    const id = /keyturn confirm (\S+) office\/main\/live/u.exec(rotated.stdout)?.[1] ?? '';
    const confirmed = await world.run(['confirm', id, 'office/main/live']);
    expect(confirmed.stdout).toContain('PROVEN  3 of 3');
    expect(confirmed.code).toBe(0);
    const told = await world.run(['status', id]);
    expect(told.stdout).toContain('cli:tester confirmed office/main/live by hand.');
  });

  test('confirming what is not part of a rotation, or a rotation that is not there, records nothing', async () => {
    const nothing = await world.run(['confirm', 'no-such-rotation', 'shop/main/live']);
    expect(nothing.code).toBe(3);
    expect(nothing.stderr).toContain(
      'The ledger knows no rotation no-such-rotation. List those there are with: keyturn status',
    );
    const { stdout } = await world.run(['rotate', 'main', '--from-store', '--json']);
    const { rotation } = rotationDocument.parse(JSON.parse(stdout));
    const other = await world.run(['confirm', rotation, 'office/main/live']);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('Nothing was recorded.');
  });
});

describe('one after the other', () => {
  test('a second rotation while one runs is told before the key is asked for: exit 75', async () => {
    const key = await world.regenerate();
    await world.vendor.control.setFault({ environment: 'live', mode: '503' });
    await world.run(['key', 'submit', 'main'], { stdin: key });
    const second = await world.run(['rotate', 'main'], { stdin: { open: true } });
    expect(second.code).toBe(75);
    expect(second.stderr).toMatch(
      /A rotation of main \(live\) is running already: \S+ \(staged\)\. This command changed nothing/,
    );
    expect(second.stderr).not.toContain('Regenerate the key');
  });

  test('Ctrl-C ends with 130, and a worker carries the rotation on', async () => {
    const key = await world.regenerate();
    await world.whmcs.control.setFault({ mode: '503', actions: ['UpdateModuleConfiguration'] });
    const running = world.start(['rotate', 'main'], { stdin: key });
    await running.printed('will be tried again');
    running.kill('SIGINT');
    const stopped = await running.result;
    expect(stopped.code).toBe(130);
    const id = /Stopped before rotation (\S+) was done\. What is done is recorded/u.exec(stopped.stderr)?.[1] ?? '';
    await world.whmcs.control.setFault({ mode: 'none' });
    const worker = world.start(['worker']);
    await worker.printed('worker is ready');
    const followed = await world.run(['status', id, '--follow']);
    expect(followed.stdout).toContain('PROVEN  2 of 2');
    worker.kill('SIGTERM');
    await worker.result;
    await expectEverywhere(key);
  });

  test('Ctrl-C while the key is being waited for changes nothing', async () => {
    const before = await world.store.files();
    const running = world.start(['rotate', 'main'], { stdin: { open: true } });
    await running.printed('Waiting for the key on standard input');
    running.kill('SIGINT');
    const { code, stderr } = await running.result;
    expect(code).toBe(130);
    expect(stderr).toContain('No key was given. Nothing was stored and no panel was touched.');
    expect(await world.store.files()).toEqual(before);
  });
});
