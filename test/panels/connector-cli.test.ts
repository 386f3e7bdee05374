import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { SecretReference } from '../../src/core/secret-reference.ts';
import type { PanelWorld } from '../contract/panel.contract.ts';
import type { PanelHost } from '../hosts/start.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { conformanceDocument, verifyDocument } from '../support/cli-documents.ts';
import { viewStore } from '../support/cli-store.ts';
import { readPairingFile, unpack } from '../support/connector-archive.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { startBlestaWorld } from './blesta-world.ts';
import { startClientexecWorld } from './clientexec-world.ts';
import { startHostbillWorld } from './hostbill-world.ts';
import { startWhmcsWorld } from './whmcs-world.ts';
import { startWisecpWorld } from './wisecp-world.ts';

/* From nothing to proven as an operator does it: build by the command line, unpack into a panel in PHP, verify, conformance. */

type World = PanelWorld & { readonly host: PanelHost };
type Options = Readonly<Record<string, string>>;

/** A panel's page of addons on which a new one is switched on; the other hosts do that by themselves. */
async function activate(kind: string, host: PanelHost): Promise<void> {
  if (kind === 'wisecp') await host.control('addon', { active: true });
}

/** The module of ClientExec never reads its switch, so there is none to compare. */
const NO_SWITCH = 'test-mode: This panel shows no such switch.';

const KINDS: readonly (readonly [kind: string, start: () => Promise<World>, optionsOf: (url: string) => Options])[] = [
  [
    'whmcs',
    () => startWhmcsWorld(),
    (url) => ({ url, identifier: 'env:WHMCS_IDENTIFIER', secret: 'env:WHMCS_SECRET' }),
  ],
  ['wisecp', () => startWisecpWorld({ pairing: false }), (url) => ({ url, generation: 'v5', apiKey: 'env:KEY' })],
  [
    'hostbill',
    () => startHostbillWorld({ pairing: false }),
    (url) => ({ url: `${url}/admin`, apiId: 'env:HOSTBILL_ID', apiKey: 'env:HOSTBILL_KEY' }),
  ],
  ['blesta', () => startBlestaWorld('api'), (url) => ({ url, user: 'user-1', key: 'env:KEY_1' })],
  ['clientexec', () => startClientexecWorld({ pairing: false }), (url) => ({ url })],
];

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

interface Installation {
  readonly world: World;
  /** What no command may print and no log of the panel may hold. */
  readonly secrets: readonly string[];
  run(args: readonly string[]): Promise<CliResult>;
  close(): Promise<void>;
}

async function installation(world: World, kind: string, options: Options): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), `keyturn-${kind}-`));
  const pair = await world.vendor.control.currentKey({});
  await runCli(['init'], { cwd: directory });
  await viewStore(directory).put('main', pair);
  await world.store({ username: pair.resellerId, password: pair.apiKey, testMode: false, others: {} });
  const panel = { kind, ...options, connector: { pairing: 'file:.keyturn/desk.pairing' } };
  const config = {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    vendor: { ...urlsOf(world), pace: { requestsPerSecond: 50 } },
    accounts: { main: { live: { secret: { store: 'local', name: 'main' } } } },
    panels: { desk: { ...panel, bindings: [{ account: 'main' }] } },
  };
  await writeFile(join(directory, 'keyturn.yaml'), stringify(config));
  const env = { REDIS_URL: redis.url, KEYTURN_REDIS_PREFIX: `{${kind}}`, ...(await environment(world, options)) };
  const secrets = [pair.apiKey, ...(await install(directory, world.host, env))];
  await activate(kind, world.host);
  return {
    world,
    secrets,
    run: (args) => runCli(args, { cwd: directory, env }).then((result) => withoutSecrets(result, secrets)),
    async close() {
      await world.close();
      await rm(directory, { recursive: true });
    },
  };
}

function urlsOf({ vendor: { vendor } }: World): object {
  return { live: { url: vendor.live }, test: { url: vendor.test } };
}

/** The panel's own API credential, as an operator has it in the environment. */
async function environment(world: World, options: Options): Promise<Record<string, string>> {
  const references = Object.values(options).filter((value) => value.startsWith('env:'));
  const signal = new AbortController().signal;
  const found = references.map(async (reference) => {
    const secret = await world.resolveSecret(reference as SecretReference, signal);
    return [reference.slice('env:'.length), secret.reveal()] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** Builds, and unpacks over the panel. Gives the secrets that came into being. */
async function install(directory: string, host: PanelHost, env: Record<string, string>): Promise<readonly string[]> {
  const built = await runCli(['connector', 'build', 'desk'], { cwd: directory, env });
  expect(built).toMatchObject({ code: 0, stderr: '' });
  const files = await unpack(join(directory, 'keyturn-desk-connector.zip'));
  for (const [path, text] of files) {
    await mkdir(dirname(join(host.home, path)), { recursive: true });
    await writeFile(join(host.home, path), text);
  }
  const text = [...files].find(([path]) => path.endsWith('/pairing.php'))?.[1];
  const { key, keypair } = readPairingFile(text);
  for (const secret of [key, keypair]) recordSecret(secret);
  return [key, keypair];
}

function withoutSecrets(result: CliResult, secrets: readonly string[]): CliResult {
  const printed = result.stdout + result.stderr;
  if (secrets.some((secret) => printed.includes(secret))) throw new Error('a command prints a secret');
  return result;
}

describe.each(KINDS)('the command line and a %s in PHP', (kind, start, optionsOf) => {
  let desk: Installation;
  beforeAll(async () => {
    const world = await start();
    desk = await installation(world, kind, optionsOf(world.host.url));
  });
  afterAll(() => desk.close());

  test('verify proves every step of what build made', async () => {
    const { stdout, code } = await desk.run(['connector', 'verify', 'desk', '--json']);
    const { looks } = verifyDocument.parse(JSON.parse(stdout));
    expect(looks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(looks.map(({ id }) => id)).toEqual(expect.arrayContaining(['altered', 'replayed', 'sealed', 'check']));
    expect(code).toBe(0);
  });

  test('conformance --write saves the same once more, and nothing else changes', async () => {
    const before = await desk.world.stored();
    const { stdout, code } = await desk.run(['panel', 'conformance', 'desk', '--write', '--json']);
    const { looks } = conformanceDocument.parse(JSON.parse(stdout));
    const left = looks.filter(({ state }) => state !== 'ok').map(({ id, evidence }) => `${id}: ${evidence}`);
    expect(left.filter((text) => !text.startsWith(`${kind}-`))).toEqual(kind === 'clientexec' ? [NO_SWITCH] : []);
    expect(await desk.world.stored()).toEqual(before);
    expect(code).toBe(0);
  });

  test('after all that no log of the panel holds a secret', async () => {
    const logs = await desk.world.host.logs();
    expect(desk.secrets.filter((secret) => logs.includes(secret))).toEqual([]);
  });
});
