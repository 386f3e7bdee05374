import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SecretValue } from '../../src/core/secret-value.ts';
import { rotationDocument } from '../support/cli-documents.ts';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { openFileStore } from '../support/file-store.ts';

const NEVER = new AbortController().signal;

let world: CliWorld;
beforeAll(async () => {
  world = await startCliWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

function openStore() {
  const directory = join(world.directory, '.keyturn/secrets');
  return openFileStore({ directory, identity: join(world.directory, '.keyturn/identity.txt') });
}

async function put(name: string, text: string): Promise<void> {
  const store = openStore();
  const expectedCurrent = (await store.read(name, 'current', NEVER))?.versionId;
  const version = await store.stage(name, new SecretValue(text), { token: randomUUID() }, NEVER);
  await store.promote(name, version, { expectedCurrent }, NEVER);
}

async function textIn(name: string): Promise<string | undefined> {
  return (await openStore().read(name, 'current', NEVER))?.value.reveal();
}

/** The account `main` keeps its live credential like this. */
function configure(secret: object, rest: object = {}): Promise<void> {
  return world.configure((config) => ({
    ...config,
    accounts: { main: { ...config.accounts['main'], live: { secret: { store: 'local', ...secret }, ...rest } } },
  }));
}

interface ShapeCase {
  readonly name: string;
  readonly configure: () => Promise<void>;
  /** What other people's programs have stored. */
  readonly stored: (key: string) => Readonly<Record<string, string>>;
}

const SHAPES: readonly ShapeCase[] = [
  {
    name: 'JSON with field names of its own, and much else in it',
    configure: () => configure({ name: 'json', fields: { resellerId: 'username', apiKey: 'password' } }),
    stored: (key) => ({
      json: `{\n  "engine": "dna", "port": 1.0, "big": 12345678901234567890,\n  "password": "${key}", "2": 2, "1": 1,\n  "username": "${world.live.resellerId}", "x": 1, "x": 2\n}\n`,
    }),
  },
  {
    name: 'a secret for each field',
    configure: () => configure({ resellerId: { name: 'dna/id' }, apiKey: { name: 'dna/key' } }),
    stored: (key) => ({ 'dna/id': world.live.resellerId, 'dna/key': key }),
  },
  {
    name: 'a plain key, with the Reseller ID in the configuration',
    configure: () => configure({ name: 'plain', format: 'plain' }, { resellerId: world.live.resellerId }),
    stored: (key) => ({ plain: key }),
  },
];

describe.each(SHAPES)('$name', ({ configure: use, stored }) => {
  test('is rotated, and nothing but the key is changed in the store', async () => {
    await use();
    for (const [name, text] of Object.entries(stored(world.live.apiKey))) await put(name, text);
    const doctor = await world.run(['doctor']);
    expect(doctor.code, doctor.stdout + doctor.stderr).toBe(0);
    const key = await world.regenerate();
    const { code, stdout } = await world.run(['--json', 'rotate', 'main'], { stdin: key });
    expect(rotationDocument.parse(JSON.parse(stdout))).toMatchObject({ outcome: 'PROVEN', previousKey: 'dead' });
    expect(code).toBe(0);
    for (const [name, text] of Object.entries(stored(key))) expect(await textIn(name)).toBe(text);
    expect((await world.whmcs.control.settings({}))['API_Password']).toBe(key);
  });

  test('is rolled out after somebody else has written it', async () => {
    await use();
    const key = await world.regenerate();
    for (const [name, text] of Object.entries(stored(key))) await put(name, text);
    const { code, stdout, stderr } = await world.run(['rotate', 'main', '--from-store']);
    expect(code, stdout + stderr).toBe(0);
    expect((await world.whmcs.control.settings({}))['API_Password']).toBe(key);
  });

  test('gets its first key from Keyturn', async () => {
    await use();
    const given = ['--reseller-id', world.live.resellerId];
    const { code, stdout, stderr } = await world.run(['rotate', 'main', ...given], { stdin: world.live.apiKey });
    expect(code, stdout + stderr).toBe(0);
    const held = await Promise.all(Object.keys(stored('')).map(textIn));
    expect(held.some((text) => text?.includes(world.live.apiKey))).toBe(true);
    expect((await world.run(['check', 'billing'])).code).toBe(0);
  });
});

test('binary data in the place of a plain key is refused by name, and nothing is written over it', async () => {
  await configure({ name: 'plain', format: 'plain' }, { resellerId: world.live.resellerId });
  const binary = Buffer.from([0x30, 0x82, 0xff, 0x00, 0x01]).toString('latin1');
  await put('plain', binary);
  const { code, stdout } = await world.run(['--json', 'rotate', 'main'], { stdin: await world.regenerate() });
  expect(code).not.toBe(0);
  expect(stdout).toContain('binary data');
  expect(await textIn('plain')).toBe(binary);
});
