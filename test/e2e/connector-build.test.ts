import { access, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OFFICE } from '../support/cli-company.ts';
import { buildDocument, errorDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { type PairingFile, readPairingFile, unpack } from '../support/connector-archive.ts';

const HOME = 'modules/addons/keyturn';
const ARCHIVE = 'keyturn-billing-connector.zip';
const UPGRADE = 'keyturn-billing-connector-upgrade.zip';
const TEXT = /^keyturn-pairing-1\.[0-9a-f]{16}\.[\w-]{43}\.[\w-]{43}\n$/u;
const LEFT_BEHIND = [ARCHIVE, UPGRADE, 'other.zip', `${ARCHIVE}.pairing`, '.keyturn/billing.pairing'];

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  for (const file of LEFT_BEHIND) await rm(at(file), { force: true });
  await pairBy('file:.keyturn/billing.pairing');
});

function at(file: string): string {
  return join(world.directory, file);
}

/** The company's WHMCS with a connector whose pairing is behind `reference`. */
async function pairBy(reference: string | undefined): Promise<void> {
  const connector = reference === undefined ? {} : { connector: { pairing: reference } };
  await world.configure((whole) => {
    const billing = { ...whole.panels['billing'], ...connector };
    return { ...whole, panels: { ...whole.panels, billing, office: OFFICE } };
  });
}

async function pairingIn(archive: string): Promise<PairingFile> {
  return readPairingFile((await unpack(at(archive))).get(`${HOME}/pairing.php`));
}

async function modeOf(file: string): Promise<number> {
  return (await stat(at(file))).mode & 0o777;
}

async function isThere(file: string): Promise<boolean> {
  return access(at(file)).then(
    () => true,
    () => false,
  );
}

describe('keyturn connector build, the first time', () => {
  test('makes both halves of a pairing, for their owner alone, and prints neither', async () => {
    const { code, stdout, stderr } = await world.run(['connector', 'build', 'billing']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const text = await readFile(at('.keyturn/billing.pairing'), 'utf8');
    const half = await pairingIn(ARCHIVE);
    expect(text).toMatch(TEXT);
    const [, connector, key, open] = text.trim().split('.');
    expect(half.connector).toBe(connector);
    expect(Buffer.from(half.key, 'base64')).toEqual(Buffer.from(key ?? '', 'base64url'));
    expect(Buffer.from(half.keypair, 'base64').subarray(32)).toEqual(Buffer.from(open ?? '', 'base64url'));
    expect(await Promise.all([modeOf(ARCHIVE), modeOf('.keyturn/billing.pairing')])).toEqual([0o600, 0o600]);
    for (const secret of [text.trim(), key, open, half.key, half.keypair]) expect(stdout).not.toContain(secret);
  });

  test("gives the connector this configuration's vendor addresses and the list of callers", async () => {
    await world.run(['connector', 'build', 'billing', '--addresses', '192.0.2.7, 2001:db8::/48']);
    const { addresses, vendor } = await pairingIn(ARCHIVE);
    expect(addresses).toEqual(['192.0.2.7', '2001:db8::/48']);
    expect(vendor).toEqual(world.vendor.vendor);
  });

  test('says in numbered steps what to do, ending with the proof', async () => {
    const { stdout } = await world.run(['connector', 'build', 'billing']);
    const numbers = [...stdout.matchAll(/^ {2}(\d)\. /gmu)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(stdout).toContain(`Copy ${ARCHIVE} to the panel's machine over an encrypted connection`);
    expect(stdout.trim()).toMatch(/keyturn connector verify billing$/u);
  });

  test('with --out and --json goes where it is told, and tells it as data', async () => {
    const { stdout } = await world.run(['connector', 'build', 'billing', '--out', 'other.zip', '--json']);
    const built = buildDocument.parse(JSON.parse(stdout));
    const { connector } = await pairingIn('other.zip');
    expect(built).toMatchObject({ panel: 'billing', kind: 'whmcs', newPairing: true, connector, keptPairing: null });
    expect(built.archive).toBe(at('other.zip'));
    expect(built.files).toBe((await unpack(at('other.zip'))).size);
  });

  test.each([
    ['env:BILLING_PAIRING', 'Set BILLING_PAIRING for every worker'],
    ['store:local/billing-pairing#text', 'into the store local as the secret billing-pairing, in its field text'],
  ])('with %s lays the text beside the archive and says where it belongs', async (reference, step) => {
    await pairBy(reference);
    const { code, stdout } = await world.run(['connector', 'build', 'billing']);
    expect(code).toBe(0);
    expect(await readFile(at(`${ARCHIVE}.pairing`), 'utf8')).toMatch(TEXT);
    expect(await modeOf(`${ARCHIVE}.pairing`)).toBe(0o600);
    expect(stdout).toContain(step);
  });
});

describe('keyturn connector build, with a pairing', () => {
  test('makes an upgrade that leaves the pairing in the panel alone', async () => {
    await world.run(['connector', 'build', 'billing']);
    const before = await readFile(at('.keyturn/billing.pairing'), 'utf8');
    const { code, stdout } = await world.run(['connector', 'build', 'billing', '--json']);
    expect(code).toBe(0);
    const built = buildDocument.parse(JSON.parse(stdout));
    expect(built).toMatchObject({ archive: at(UPGRADE), newPairing: false, pairing: null });
    expect(built.connector).toBe(before.split('.')[1]);
    const [first, upgrade] = await Promise.all([unpack(at(ARCHIVE)), unpack(at(UPGRADE))]);
    expect([...first].filter(([path]) => path !== `${HOME}/pairing.php`)).toEqual([...upgrade]);
    expect(await readFile(at('.keyturn/billing.pairing'), 'utf8')).toBe(before);
  });

  test('in the environment makes an upgrade too', async () => {
    await world.run(['connector', 'build', 'billing']);
    const text = await readFile(at('.keyturn/billing.pairing'), 'utf8');
    await pairBy('env:BILLING_PAIRING');
    const env = { BILLING_PAIRING: text };
    const { stdout } = await world.run(['connector', 'build', 'billing', '--json'], { env });
    expect(buildDocument.parse(JSON.parse(stdout)).newPairing).toBe(false);
  });

  test('and --new-pairing pairs anew and keeps the text of before', async () => {
    await world.run(['connector', 'build', 'billing']);
    const before = await readFile(at('.keyturn/billing.pairing'), 'utf8');
    const args = ['connector', 'build', 'billing', '--new-pairing', '--out', 'other.zip', '--json'];
    const built = buildDocument.parse(JSON.parse((await world.run(args)).stdout));
    const after = await readFile(at('.keyturn/billing.pairing'), 'utf8');
    expect(after).toMatch(TEXT);
    expect(after).not.toBe(before);
    expect((await pairingIn('other.zip')).connector).toBe(after.split('.')[1]);
    expect(await readFile(built.keptPairing ?? '', 'utf8')).toBe(before);
    expect(built.keptPairing).toBe(at(`.keyturn/billing.pairing.${before.split('.')[1] ?? ''}`));
    await rm(built.keptPairing ?? '');
  });

  test('--addresses has no effect on it, and that is said', async () => {
    await world.run(['connector', 'build', 'billing']);
    const { code, stderr } = await world.run(['connector', 'build', 'billing', '--addresses', '192.0.2.7']);
    expect(code).toBe(3);
    expect(stderr).toContain(`${HOME}/pairing.php`);
    expect(await isThere(UPGRADE)).toBe(false);
  });
});

describe('keyturn connector build never', () => {
  test('goes over an archive that is there', async () => {
    await writeFile(at(ARCHIVE), 'mine');
    const { code, stderr } = await world.run(['connector', 'build', 'billing']);
    expect(code).toBe(3);
    expect(stderr).toContain(`${ARCHIVE} already`);
    expect(await readFile(at(ARCHIVE), 'utf8')).toBe('mine');
    expect(await isThere('.keyturn/billing.pairing')).toBe(false);
  });

  test('takes another file for a pairing', async () => {
    await writeFile(at('.keyturn/billing.pairing'), 'my shopping list\n');
    const { code, stderr } = await world.run(['connector', 'build', 'billing', '--new-pairing']);
    expect(code).toBe(3);
    expect(stderr).toContain('is no pairing text');
    expect(await readFile(at('.keyturn/billing.pairing'), 'utf8')).toBe('my shopping list\n');
    expect(await isThere(ARCHIVE)).toBe(false);
  });

  test('goes over a text that lies beside the archive', async () => {
    await pairBy('env:BILLING_PAIRING');
    await writeFile(at(`${ARCHIVE}.pairing`), 'a pairing in use\n');
    const { code } = await world.run(['connector', 'build', 'billing']);
    expect(code).toBe(3);
    expect(await readFile(at(`${ARCHIVE}.pairing`), 'utf8')).toBe('a pairing in use\n');
    expect(await isThere(ARCHIVE)).toBe(false);
  });
});

describe('keyturn connector build refuses', () => {
  test('a panel without a connector in the configuration, with the line to add', async () => {
    await pairBy(undefined);
    const { code, stderr } = await world.run(['connector', 'build', 'billing']);
    expect(code).toBe(3);
    expect(stderr).toContain('connector: { pairing: "file:.keyturn/billing.pairing" }');
  });

  test.each([
    ['a panel that is not there', ['biling'], 'no panel biling', 'It has: billing, shop, office'],
    ['a kind without a connector', ['office'], 'no connector for By hand', 'Connectors are for: WHMCS'],
    ['addresses that are none', ['billing', '--addresses', '192.0.2.0/33'], 'no list of IP', '192.0.2.7'],
    ['names instead of addresses', ['billing', '--addresses', 'worker.example.com'], 'no list of IP', '192.0.2.7'],
  ])('%s', async (_what, args, problem, fix) => {
    const { code, stdout, stderr } = await world.run(['connector', 'build', ...args, '--json']);
    expect(code).toBe(3);
    const { error } = errorDocument.parse(JSON.parse(stdout));
    expect(error.message).toContain(problem);
    expect(error.fix).toContain(fix);
    expect(stderr).toContain(problem);
    expect(await isThere(ARCHIVE)).toBe(false);
  });
});
