import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FossbillingControl, type Simulator, startFossbilling } from '../simulators/start.ts';
import { rotationDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';

const TOKEN = 'world-fossbilling-token';
const CHOSEN = { logAPI: '0', logFunction: '1' };

let world: CliWorld;
let market: Simulator<FossbillingControl>;
beforeAll(async () => {
  world = await startCliWorld();
  world.hide(TOKEN);
  market = await startFossbilling({ vendor: world.vendor.vendor, panels: [{ staff: [{ token: TOKEN }] }] });
});
afterAll(() => Promise.all([market.stop(), world.close()]));
beforeEach(() => world.reset());

/** The company with a FOSSBilling beside its other panels, the live credential in it. */
async function keepFossbilling(binding: object): Promise<void> {
  const { resellerId, apiKey } = world.live;
  const config = { ...CHOSEN, Username: resellerId, Password: apiKey };
  await market.control.setRegistrar({ id: 3, config, testMode: false });
  const panel = { kind: 'fossbilling', url: market.url, token: 'env:FOSSBILLING_TOKEN' };
  const own = { ...panel, bindings: [{ account: 'main', ...binding }] };
  await world.configure((whole) => ({ ...whole, panels: { ...whole.panels, market: own } }));
}

function run(args: readonly string[], stdin = '') {
  return world.run(args, { stdin, env: { FOSSBILLING_TOKEN: TOKEN } });
}

describe('a FOSSBilling', () => {
  test('gets the new key and proves it from its own address; its other settings stay', async () => {
    await keepFossbilling({ canaryTld: '.com' });
    const key = await world.regenerate();
    const { code, stdout } = await run(['rotate', 'main'], key);
    expect(stdout).toContain('PROVEN  3 of 3 bindings proven');
    expect(code).toBe(0);
    const { config } = await market.control.registrar({ id: 3 });
    expect(config).toEqual({ ...CHOSEN, Username: world.live.resellerId, Password: key });
    expect((await run(['check'])).code).toBe(0);
  });

  test('tells a test mode that was switched on by hand, and is mended from the store', async () => {
    await keepFossbilling({ canaryTld: '.com' });
    const { config } = await market.control.registrar({ id: 3 });
    await market.control.setRegistrar({ id: 3, config, testMode: true });
    const found = await run(['check']);
    expect(found.stdout).toContain('wrong-environment');
    expect(found.code).toBe(4);
    expect((await run(['rotate', 'main', '--from-store'])).code).toBe(0);
    expect(await market.control.registrar({ id: 3 })).toEqual({ config, testMode: false });
  });

  test('without a canary TLD it is written, and a person has the last word', async () => {
    await keepFossbilling({});
    const key = await world.regenerate();
    const rotated = await run(['rotate', 'main', '--json'], key);
    const report = rotationDocument.parse(JSON.parse(rotated.stdout));
    expect(report).toMatchObject({ outcome: 'PARTIAL', summary: { total: 3, proven: 2 } });
    expect(report.bindings.find(({ panel }) => panel === 'market')).toMatchObject({ status: 'applied' });
    expect(rotated.code).toBe(5);
    expect((await market.control.registrar({ id: 3 })).config['Password']).toBe(key);
    const confirmed = await run(['confirm', report.rotation, 'market/main/live']);
    expect(confirmed.stdout).toContain('PROVEN  3 of 3');
    expect(confirmed.code).toBe(0);
  });
});
