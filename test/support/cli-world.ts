import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { withCredential } from '../../src/core/credential-payload.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { hashOf, randomKey } from '../simulators/shared/hash.ts';
import {
  type BlestaControl,
  type Simulator,
  startBlesta,
  startDomainNameApi,
  startWhmcs,
  type VendorSimulator,
  type WhmcsControl,
} from '../simulators/start.ts';
import { type CliOptions, type CliResult, type RunningCli, runCli, startCli } from './cli.ts';
import { openFileStore } from './file-store.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { recordSecret } from './secret-ledger.ts';

export interface Pair {
  readonly resellerId: string;
  readonly apiKey: string;
}

export const LIVE_ROW = '3';
export const TEST_ROW = '4';

/** A hosting company for the command line: the vendor, a WHMCS, a Blesta, a Redis and a directory with keyturn.yaml in it. */
export interface CliWorld {
  readonly directory: string;
  readonly redis: TestRedis;
  readonly vendor: VendorSimulator;
  readonly whmcs: Simulator<WhmcsControl>;
  readonly blesta: Simulator<BlestaControl>;
  /** Credentials as they are right now at the vendor, after `reset`. */
  readonly live: Pair;
  readonly test: Pair;
  readonly other: Pair;
  /** The live key before the present one: the store's `previous`. */
  readonly previousKey: string;
  /** Everything back in sync, counters at zero, a Redis prefix of its own, the configuration as at the start. */
  reset(): Promise<void>;
  /** Runs a command in the directory. Fails if any secret shows in what it prints. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(args: readonly string[], options?: CliOptions): RunningCli;
  configure(change: (config: WorldConfig) => object): Promise<void>;
  /** What a person does at the vendor. The old key is dead. */
  regenerate(): Promise<string>;
  /** Marks a text that no command may print. */
  hide(secret: string): string;
  /** The hash of every file of the store, as it is on disk: two calls that give the same mean that nothing was written. */
  storeFiles(): Promise<Readonly<Record<string, string>>>;
  /** The stages' keys in the store. */
  storedKey(stage: 'current' | 'pending' | 'previous'): Promise<string | undefined>;
  /** Writes that the panels have seen since `reset`. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

export interface WorldConfig {
  readonly fingerprintKey: string;
  readonly stores: Record<string, object>;
  readonly vendor: object;
  readonly accounts: Record<string, object>;
  readonly panels: Record<string, object>;
}

const WHMCS = { identifier: 'world-identifier', secret: 'world-whmcs-secret' };
const BLESTA = { apiUser: 'keyturn', apiKey: 'world-blesta-api-key' };
const PANEL_DEFAULTS = { moduleVersion: '2.0.10', libraryVersion: '3.0.9', validationBug: false, installed: true };

function newPair(): Pair {
  return { resellerId: randomUUID(), apiKey: randomKey() };
}

/** Starts everything once per test file; `reset` then makes each test's own world of it within milliseconds. */
export async function startCliWorld(): Promise<CliWorld> {
  const pairs = { live: newPair(), test: newPair(), other: newPair() };
  const previousKey = randomKey();
  const secrets = new Set([
    WHMCS.secret,
    BLESTA.apiKey,
    previousKey,
    ...Object.values(pairs).map(({ apiKey }) => apiKey),
  ]);
  for (const secret of secrets) recordSecret(secret);
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-cli-'));
  const [redis, vendor] = await Promise.all([startTestRedis(), startVendor(pairs)]);
  const [whmcs, blesta] = await Promise.all([
    startWhmcs({ vendor: vendor.vendor, panels: [{ credentials: [WHMCS] }] }),
    startBlesta({ vendor: vendor.vendor, panels: [{ ...BLESTA, validationBug: false }] }),
  ]);
  await runCli(['init'], { cwd: directory });
  const place = { directory: join(directory, '.keyturn/secrets'), identity: join(directory, '.keyturn/identity.txt') };
  const base = configOf(vendor, whmcs.url, blesta.url);
  let prefix = '';

  const withDefaults = (options: CliOptions = {}): CliOptions => ({
    cwd: directory,
    ...options,
    env: {
      REDIS_URL: redis.url,
      KEYTURN_REDIS_PREFIX: prefix,
      PANEL_IDENTIFIER: WHMCS.identifier,
      PANEL_SECRET: WHMCS.secret,
      PANEL_KEY: BLESTA.apiKey,
      ...options.env,
    },
  });
  const hide = (secret: string): string => {
    recordSecret(secret);
    secrets.add(secret);
    return secret;
  };
  const refuseLeak = (result: CliResult, args: readonly string[]): CliResult => {
    const printed = result.stdout + result.stderr;
    if ([...secrets].some((secret) => printed.includes(secret)))
      throw new Error(`keyturn ${args.join(' ')} prints a secret`);
    return result;
  };
  async function fill(name: string, { resellerId, apiKey }: Pair): Promise<void> {
    const store = openFileStore(place);
    const signal = AbortSignal.timeout(10_000);
    const before = await store.read(name, 'current', signal);
    const payload = withCredential(undefined, { resellerId, apiKey: new SecretValue(apiKey) });
    const version = await store.stage(name, payload, { token: randomUUID() }, signal);
    await store.promote(name, version, { expectedCurrent: before?.versionId }, signal);
    await store.close();
  }
  const storeFiles = async (): Promise<Readonly<Record<string, string>>> => {
    const names = await readdir(place.directory).catch(() => []);
    const files = await Promise.all(
      names.map(
        async (name) =>
          [
            name,
            await readFile(join(place.directory, name), 'base64')
              .then(hashOf)
              .catch(() => 'a folder'),
          ] as const,
      ),
    );
    return Object.fromEntries(files);
  };
  return {
    directory,
    redis,
    vendor,
    whmcs,
    blesta,
    ...pairs,
    previousKey,
    hide,
    storeFiles,
    async reset() {
      prefix = `{e2e-${randomUUID()}}`;
      await chmod(place.directory, 0o700).catch(() => undefined);
      await rm(place.directory, { recursive: true, force: true });
      await writeFile(join(directory, 'keyturn.yaml'), stringify(base));
      await fill('main', { ...pairs.live, apiKey: previousKey });
      await Promise.all([fill('main-test', pairs.test), fill('other', pairs.other), fill('main', pairs.live)]);
      await calmVendor(vendor, pairs);
      await calmPanels(whmcs.control, blesta.control, pairs);
    },
    run: async (args, options) => refuseLeak(await runCli(args, withDefaults(options)), args),
    start(args, options) {
      const running = startCli(args, withDefaults(options));
      return { ...running, result: running.result.then((result) => refuseLeak(result, args)) };
    },
    configure: (change) => writeFile(join(directory, 'keyturn.yaml'), stringify(change(base))),
    regenerate: async () => hide((await vendor.control.regenerate({ account: 'main' })).apiKey),
    async storedKey(stage) {
      const store = openFileStore(place);
      const version = await store.read('main', stage, AbortSignal.timeout(10_000));
      await store.close();
      if (!version) return undefined;
      const payload = JSON.parse(version.value.reveal()) as { apiKey: string };
      return payload.apiKey;
    },
    async writes() {
      const seen = await Promise.all([whmcs.control.counters({}), blesta.control.counters({})]);
      return seen.flatMap(({ writes }) => Object.values(writes)).reduce((sum, count) => sum + count, 0);
    },
    async close() {
      await Promise.allSettled([whmcs.stop(), blesta.stop(), vendor.stop()]);
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Pairs = Readonly<Record<'live' | 'test' | 'other', Pair>>;

function startVendor(pairs: Pairs): Promise<VendorSimulator> {
  return startDomainNameApi({
    accounts: [
      { name: 'main', live: pairs.live, test: pairs.test },
      { name: 'other', live: pairs.other },
    ],
    pacing: { on: false },
  });
}

async function calmVendor({ control }: VendorSimulator, pairs: Pairs): Promise<void> {
  await control.regenerate({ account: 'main', apiKey: pairs.live.apiKey });
  await control.setFault({ mode: 'none' });
  await control.setAllowList({ account: 'main' });
  await control.setLatency({ ms: 0 });
  await control.forget({});
}

async function calmPanels(whmcs: WhmcsControl, blesta: BlestaControl, { live, test }: Pairs): Promise<void> {
  await Promise.all([
    whmcs.setFault({ mode: 'none' }),
    whmcs.setLatency({ ms: 0 }),
    blesta.setLatency({ ms: 0 }),
    whmcs.reconfigure({ change: { libraryVersion: '3.0.16', active: true } }),
    whmcs.setSettings({ settings: { API_UserName: live.resellerId, API_Password: live.apiKey, API_TestMode: '' } }),
    blesta.setFault({ mode: 'none' }),
    blesta.reconfigure({ change: PANEL_DEFAULTS }),
    blesta.setRow({ row: LIVE_ROW, meta: { user: live.resellerId, key: live.apiKey, sandbox: 'false' } }),
    blesta.setRow({ row: TEST_ROW, meta: { user: test.resellerId, key: test.apiKey, sandbox: 'true' } }),
  ]);
  await Promise.all([whmcs.forget({}), blesta.forget({})]);
}

function configOf({ vendor }: VendorSimulator, whmcs: string, blesta: string): WorldConfig {
  return {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    vendor: { live: { url: vendor.live }, test: { url: vendor.test }, pace: { requestsPerSecond: 50 } },
    accounts: {
      main: {
        live: { secret: { store: 'local', name: 'main' } },
        test: { secret: { store: 'local', name: 'main-test' } },
      },
      other: { live: { secret: { store: 'local', name: 'other' } } },
    },
    panels: {
      billing: {
        kind: 'whmcs',
        url: whmcs,
        identifier: 'env:PANEL_IDENTIFIER',
        secret: 'env:PANEL_SECRET',
        bindings: [{ account: 'main', canaryDomainId: 1 }],
      },
      shop: {
        kind: 'blesta',
        url: blesta,
        user: BLESTA.apiUser,
        key: 'env:PANEL_KEY',
        bindings: [
          { account: 'main', rowId: Number(LIVE_ROW) },
          { account: 'main', environment: 'test', rowId: Number(TEST_ROW) },
        ],
      },
    },
  };
}

/** A panel that no program can reach, for `configure`. */
export const OFFICE = {
  kind: 'manual',
  of: 'hostbill',
  title: 'HostBill in the office',
  bindings: [{ account: 'main' }],
};
