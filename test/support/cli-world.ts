import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { randomKey } from '../simulators/shared/hash.ts';
import { type CliOptions, type CliResult, type RunningCli, runCli, startCli } from './cli.ts';
import { type Company, type CompanyConfig, configOf, PANEL_ENV, type Pairs, startCompany } from './cli-company.ts';
import { type StoreView, viewStore } from './cli-store.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { recordSecret } from './secret-ledger.ts';

/** A hosting company for the command line: simulators, a Redis, and a directory with keyturn.yaml and a store in it. */
export interface CliWorld extends Pick<Company, 'vendor' | 'whmcs' | 'blesta' | 'writes'>, Pairs {
  readonly directory: string;
  readonly redis: TestRedis;
  readonly store: Pick<StoreView, 'clear' | 'files' | 'keyIn'>;
  /** The live key before the present one: the store's `previous`. */
  readonly previousKey: string;
  /** Everything in sync again, counters at zero, a Redis prefix of its own, the configuration as at the start. */
  reset(): Promise<void>;
  /** Runs a command in the directory. Fails if any secret shows in what it prints. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(args: readonly string[], options?: CliOptions): RunningCli;
  configure(change: (config: CompanyConfig) => object): Promise<void>;
  /** What a person does at the vendor. The old key is dead. */
  regenerate(environment?: 'live' | 'test'): Promise<string>;
  /** Marks a text that no command may print. */
  hide(secret: string): string;
  close(): Promise<void>;
}

/** Starts everything, once per test file; `reset` then makes each test's own world of it. */
export async function startCliWorld(): Promise<CliWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-cli-'));
  const [redis, company] = await Promise.all([startTestRedis(), startCompany()]);
  await runCli(['init'], { cwd: directory });
  const store = viewStore(directory);
  const { pairs, vendor } = company;
  const previousKey = randomKey();
  const secrets = createSecrets([...Object.values(pairs).map(({ apiKey }) => apiKey), previousKey]);
  const config = configOf(company);
  const commands = createCommands(directory, redis, secrets);
  return {
    ...company,
    ...pairs,
    ...commands,
    directory,
    redis,
    store,
    previousKey,
    hide: (secret) => secrets.hide(secret),
    async reset() {
      commands.newPrefix();
      await writeFile(join(directory, 'keyturn.yaml'), stringify(config));
      await Promise.all([fillStore(store, pairs, previousKey), company.calm()]);
    },
    configure: (change) => writeFile(join(directory, 'keyturn.yaml'), stringify(change(config))),
    async regenerate(environment = 'live') {
      const { apiKey } = await vendor.control.regenerate({ account: 'main', environment });
      return secrets.hide(apiKey);
    },
    async close() {
      await company.stop();
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function fillStore(store: StoreView, { live, test, other }: Pairs, previousKey: string): Promise<void> {
  await store.clear();
  await store.put('main', { ...live, apiKey: previousKey });
  await Promise.all([store.put('main', live), store.put('main-test', test), store.put('other', other)]);
}

interface Secrets {
  hide(secret: string): string;
  /** Fails if a secret shows. */
  look(result: CliResult, args: readonly string[]): CliResult;
}

function createSecrets(known: readonly string[]): Secrets {
  const secrets = new Set([...known, PANEL_ENV.PANEL_KEY, PANEL_ENV.PANEL_SECRET]);
  for (const secret of secrets) recordSecret(secret);
  return {
    hide(secret) {
      recordSecret(secret);
      secrets.add(secret);
      return secret;
    },
    look(result, args) {
      const printed = result.stdout + result.stderr;
      if (![...secrets].some((secret) => printed.includes(secret))) return result;
      throw new Error(`keyturn ${args.join(' ')} prints a secret`);
    },
  };
}

interface Commands extends Pick<CliWorld, 'run' | 'start'> {
  newPrefix(): void;
}

function createCommands(directory: string, redis: TestRedis, secrets: Secrets): Commands {
  let prefix = '';
  function within(options: CliOptions = {}): CliOptions {
    const env = { REDIS_URL: redis.url, KEYTURN_REDIS_PREFIX: prefix, ...PANEL_ENV, ...options.env };
    return { cwd: directory, ...options, env };
  }
  return {
    newPrefix() {
      prefix = `{e2e-${randomUUID()}}`;
    },
    run: async (args, options) => secrets.look(await runCli(args, within(options)), args),
    start(args, options) {
      const running = startCli(args, within(options));
      return { ...running, result: running.result.then((result) => secrets.look(result, args)) };
    },
  };
}
