import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import { submitKey } from '../../src/app/submit-key.ts';
import { generateIdentity, panelKindNames } from '../../src/compose/identity.ts';
import { type Keyturn, openKeyturn, readConfiguration } from '../../src/compose.ts';
import { withCredential } from '../../src/core/credential-payload.ts';
import type { AccountId, AccountTarget, RotationId } from '../../src/core/model.ts';
import type { RotationState } from '../../src/core/rotation/state.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { initialize } from '../../src/infra/config/initialize.ts';
import { createLogger } from '../../src/infra/log/logger.ts';
import { type CrashEstate, type EstateOptions, startCrashEstate } from './crash-panels.ts';
import { type KeyturnProcess, startKeyturn } from './crash-process.ts';
import { hasRedisServer, startTestRedis, type TestRedis } from './redis.ts';
import { recordSecret } from './secret-ledger.ts';

export const NEVER = new AbortController().signal;
const LOOK_EVERY_MS = 5;
export const CONCURRENCY = 20;
/** On shutdown: how long a worker drains, and how long it gives the abort. */
export const STOP = { drainSeconds: 1, abortSeconds: 2 } as const;

/** One rotation as the test sees it. */
export interface Turn {
  readonly rotationId: RotationId;
  readonly key: string;
  readonly previous: string;
  /** `performance.now()` when the submission had returned. */
  readonly at: number;
}

export interface CrashWorld {
  readonly estate: CrashEstate;
  readonly redis: TestRedis;
  /** In the test's own process, without a worker: to submit keys and to look. */
  readonly keyturn: Keyturn;
  readonly account: AccountTarget;
  readonly directory: string;
  /** Holds the output of every process that was started. */
  readonly logs: string;
  /** The account's keys, oldest first. */
  readonly keys: readonly string[];
  /** Every secret of this world so far. */
  readonly secrets: readonly string[];
  /** What a `keyturn` process of this world has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a worker; resolves at once, so that its start counts as part of a recovery. */
  worker(redisUrl?: string): KeyturnProcess;
  cli(args: readonly string[], env?: Readonly<Record<string, string>>): KeyturnProcess;
  /** A person regenerates the key at the vendor (the old one is dead now) and the new one is kept track of. */
  regenerate(): Promise<string>;
  /** Regenerates, and submits the new key. */
  turn(): Promise<Turn>;
  state(turn: Turn): Promise<RotationState | undefined>;
  provenCount(turn: Turn): Promise<number>;
  /** Resolves with `performance.now()` when the state is there. */
  reaches(turn: Turn, states: readonly RotationState[], withinMs: number): Promise<number>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<EstateOptions> {
  /** A Redis of the test's own; it is stopped with the world. */
  readonly redis?: TestRedis;
}

/** Polls until `look` gives something. Throws with what was waited for. */
export async function until<Seen>(
  look: () => Promise<Seen | undefined | false>,
  what: string,
  withinMs: number,
): Promise<Seen> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** A hosting company in which the old key is everywhere, ready for its first rotation. */
export async function startCrashWorld(options: WorldOptions = {}): Promise<CrashWorld> {
  // An embedded Redis shares this process with the test: fewer panels keep it out of the way.
  const panels = Math.min(options.panels ?? 30, (await hasRedisServer()) ? 1_000 : 15);
  const redis = options.redis ?? (await startTestRedis());
  const estate = await startCrashEstate({ latencyMs: 40, ...options, panels });
  try {
    return assemble({ estate, redis, ...(await prepare(estate, redis.url)) });
  } catch (error) {
    await Promise.all([estate.close(), redis.stop()]);
    throw error;
  }
}

type Prepared = Pick<CrashWorld, 'keyturn' | 'account' | 'directory' | 'logs' | 'env'>;

/** Writes the configuration and puts the first key into the store. */
async function prepare(estate: CrashEstate, redisUrl: string): Promise<Prepared> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-crash-'));
  const logs = join(directory, 'logs');
  await mkdir(logs);
  await initialize(directory, { force: false, generateIdentity, panelKinds: panelKindNames });
  await writeFile(join(directory, 'keyturn.yaml'), stringify(await configOf(estate)));
  const env = { ...estate.env, REDIS_URL: redisUrl, KEYTURN_CONFIG: join(directory, 'keyturn.yaml') };
  const log = createLogger({ level: 'silent' });
  const config = await readConfiguration(env.KEYTURN_CONFIG, env);
  const keyturn = await openKeyturn(config, { env, log, signal: NEVER, allowEmbedded: true });
  const account = keyturn.deps.estate.account('main' as AccountId, 'live');
  await fillStore(keyturn, account, estate);
  return { keyturn, account, directory, logs, env };
}

async function configOf(estate: CrashEstate): Promise<object> {
  return {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    accounts: { main: { live: { secret: { store: 'local', name: 'domainnameapi/main' } } } },
    worker: { concurrency: CONCURRENCY, ...STOP },
    ...(await estate.config()),
  };
}

async function fillStore({ deps }: Keyturn, account: AccountTarget, estate: CrashEstate): Promise<void> {
  const store = await deps.store(account.secret.store);
  const credential = { resellerId: estate.resellerId, apiKey: new SecretValue(estate.firstKey) };
  const payload = withCredential(undefined, credential);
  const version = await store.stage(account.secret.name, payload, { token: randomUUID() }, NEVER);
  await store.promote(account.secret.name, version, { expectedCurrent: undefined }, NEVER);
}

type Parts = Pick<CrashWorld, 'estate' | 'redis' | 'keyturn' | 'account' | 'directory' | 'logs' | 'env'>;

function assemble(parts: Parts): CrashWorld {
  const { estate, redis, keyturn, directory } = parts;
  const keys = [estate.firstKey];
  const processes = createProcesses(parts);
  return {
    ...parts,
    ...processes,
    ...createTurns(parts, keys),
    keys,
    get secrets() {
      return [...keys, ...Object.values(estate.env)];
    },
    async close() {
      await processes.end();
      await keyturn.close();
      await Promise.all([estate.close(), redis.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function createProcesses({
  logs,
  env,
  directory,
}: Parts): Pick<CrashWorld, 'worker' | 'cli'> & { end(): Promise<void> } {
  const started: KeyturnProcess[] = [];
  function start(args: readonly string[], extra: Readonly<Record<string, string>> = {}): KeyturnProcess {
    const logFile = join(logs, `${started.length}-${args[0] ?? ''}.log`);
    const process = startKeyturn(args, { env: { ...env, ...extra }, logFile, cwd: directory });
    started.push(process);
    return process;
  }
  return {
    worker: (redisUrl) => start(['worker'], redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    cli: start,
    async end() {
      for (const process of started) process.signal('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
    },
  };
}

type Turns = Pick<CrashWorld, 'regenerate' | 'turn' | 'state' | 'provenCount' | 'reaches'>;

function createTurns({ estate, keyturn: { deps }, account }: Parts, keys: string[]): Turns {
  async function state(turn: Turn): Promise<RotationState | undefined> {
    return (await deps.ledger.rotation(turn.rotationId))?.state;
  }
  async function regenerate(): Promise<string> {
    const { apiKey } = await estate.vendor.control.regenerate({});
    recordSecret(apiKey);
    keys.push(apiKey);
    return apiKey;
  }
  return {
    regenerate,
    state,
    async turn() {
      const previous = keys.at(-1) ?? '';
      const key = await regenerate();
      const submission = { account, apiKey: new SecretValue(key), reason: 'requested', actor: 'crash test' } as const;
      const { rotationId } = await submitKey(deps, submission, NEVER);
      return { rotationId, key, previous, at: performance.now() };
    },
    async provenCount({ rotationId }) {
      const outcomes = await deps.ledger.outcomes(rotationId);
      return [...outcomes.values()].filter(({ outcome }) => outcome === 'proven').length;
    },
    async reaches(turn, states, withinMs) {
      const what = `${states.join(' or ')} of ${turn.rotationId}`;
      await until(async () => states.includes((await state(turn)) ?? 'staged'), what, withinMs);
      return performance.now();
    },
  };
}
