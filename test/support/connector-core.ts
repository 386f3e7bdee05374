import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Operation, type Reply, readReply, writeLetter } from '../../providers/shared/connector/letter.ts';
import { type Pairing, readPairing } from '../../providers/shared/connector/pairing.ts';
import { type ConnectorSettings, createPairing, pairingPhp } from '../../providers/shared/connector/pairing-files.ts';
import { seal } from '../../providers/shared/connector/seal.ts';
import { type PhpLines, startPhpLines } from './php-lines.ts';
import { recordSecret } from './secret-ledger.ts';

export const CORE_FOLDER = join(import.meta.dirname, '../../providers/panels/connector/core');
const HARNESS = join(import.meta.dirname, '../panels/php/harness.php');

/** The path that letters are posted to, and the moment at which everything happens unless a test says otherwise. */
export const PATH = '/keyturn/letter.php';
export const NOW = 1_800_000_000;

export const RESELLER = 'fd2bea54-0000-4000-8000-000000000001';

/** What the panel of a test stores, and how it goes wrong. Texts are bytes in base64: `base64Of`. */
export interface HostState {
  readonly module: { present: boolean; active: boolean | null; version: string | null; library: string | null };
  readonly stored: {
    username: string;
    password: string;
    testMode: boolean | null;
    others: Readonly<Record<string, unknown>>;
  };
  readonly places?: Readonly<Record<string, string>>;
  readonly canWrite?: boolean;
  readonly faults?: Readonly<Partial<Record<'module' | 'read' | 'write', string>>>;
  /** Stored in this file, for several processes. */
  readonly file?: string;
}

export function base64Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** A panel with a recent module that holds a credential. */
export function hostState(password: string, username = RESELLER): HostState {
  recordSecret(password);
  return {
    module: { present: true, active: true, version: '2.0.16', library: '3.0.16' },
    stored: {
      username: base64Of(username),
      password: base64Of(password),
      testMode: false,
      others: { currency: 'USD', 'cost-currency': 4, nested: { b: [1, 2], a: 'x' } },
    },
  };
}

/** A connector's folder with its pairing, and the worker's half of it. */
export interface Home {
  readonly folder: string;
  readonly pairing: Pairing;
  /** Both secrets of the pairing as they stand in pairing.php, to be searched for. */
  readonly secrets: readonly string[];
}

const VENDOR = { live: 'https://live.vendor.test/api/v1', test: 'https://test.vendor.test/api/v1' };

export interface Posted {
  readonly server?: Readonly<Record<string, string>>;
  readonly time?: number;
  readonly surroundings?: Readonly<Record<string, number | boolean>>;
}

export interface Answered {
  readonly reply: Reply;
  readonly text: string;
  /** What came out beside the reply. */
  readonly printed: string;
  readonly stored: HostState['stored'];
  /** How often the panel's save function has been called since `host`. */
  readonly writes: number;
}

const answered = z.object({
  reply: z.string(),
  printed: z.string(),
  stored: z.object({
    username: z.string(),
    password: z.string(),
    testMode: z.boolean().nullable(),
    others: z.record(z.string(), z.unknown()).or(z.array(z.unknown()).transform(() => ({}))),
  }),
  writes: z.int(),
});

/** The connector's core in a PHP process, in a panel that lives in memory. */
export interface Core extends PhpLines {
  home(settings?: Partial<ConnectorSettings>): Promise<Home>;
  host(state: HostState): Promise<void>;
  /** Brings a letter's text in, as if over HTTPS from 203.0.113.9. */
  post(home: Home, letter: string, nonce: string, posted?: Posted): Promise<Answered>;
  /** Writes, signs and posts a letter. */
  send(home: Home, operation: Operation, body: unknown, posted?: Posted): Promise<Answered>;
  /** Everything that PHP complained of, on stderr and in its log. */
  noise(): Promise<string>;
}

export function freshNonce(): string {
  return randomBytes(16).toString('hex');
}

export const SERVER = {
  REQUEST_METHOD: 'POST',
  REQUEST_URI: PATH,
  HTTPS: 'on',
  REMOTE_ADDR: '203.0.113.9',
  SERVER_ADDR: '198.51.100.1',
} as const;

/** Starts the core; its folders are removed by `stop`. */
export async function startCore(): Promise<Core> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-core-'));
  const log = join(folder, 'php.log');
  const php = startPhpLines([HARNESS, CORE_FOLDER], log);
  let homes = 0;

  async function post(home: Home, letter: string, nonce: string, posted: Posted = {}): Promise<Answered> {
    const { server = SERVER, time = NOW, surroundings = {} } = posted;
    const question = { do: 'letter', home: home.folder, letter: base64Of(letter), server, time, surroundings };
    const { reply: text, ...rest } = answered.parse(await php.ask(question));
    const reply = readReply(home.pairing, nonce, text);
    if (reply === undefined) throw new Error('The connector answered with no letter.');
    return { reply, text, ...rest };
  }

  return {
    ...php,
    home: async (settings = {}) => makeHome(join(folder, `home-${homes++}`), settings),
    host: async (state) => {
      await php.ask({ do: 'host', state });
    },
    post,
    async send(home, operation, body, posted = {}) {
      const nonce = freshNonce();
      const message = { operation, path: PATH, time: posted.time ?? NOW, nonce, body: JSON.stringify(body) };
      return post(home, writeLetter(home.pairing, message), nonce, posted);
    },
    noise: async () => php.complaints() + (await readFile(log, 'utf8').catch(() => '')),
    async stop() {
      await php.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeHome(folder: string, settings: Partial<ConnectorSettings>): Promise<Home> {
  const made = await createPairing();
  const secrets = [made.key.reveal(), made.keypair.reveal()];
  for (const secret of secrets) recordSecret(secret);
  await mkdir(join(folder, 'state'), { recursive: true });
  await writeFile(join(folder, 'pairing.php'), pairingPhp(made, { vendor: VENDOR, ...settings }));
  return { folder, pairing: readPairing(made.text, 'the test'), secrets };
}

/** The body of an apply letter. */
export async function applyBody(
  home: Home,
  credential: { readonly username: string; readonly password: string },
  rest: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  recordSecret(credential.password);
  const plain = Buffer.from(JSON.stringify(credential), 'utf8');
  return { sealed: await seal(plain, home.pairing.publicKey), testMode: false, lastSeen: null, ...rest };
}

const refusal = z.object({ code: z.string() });

/** The code of a refusal; `ok` if there was none. */
export function codeOf({ reply }: Answered): string {
  return reply.ok ? 'ok' : refusal.parse(reply.body).code;
}

/** The envelope of a letter with a right signature, for tests to spoil. */
export function envelope(home: Home, operation: Operation = 'observe', time = NOW): Record<string, unknown> {
  const message = { operation, path: PATH, time, nonce: freshNonce(), body: '{}' };
  const json = Buffer.from(writeLetter(home.pairing, message), 'base64url').toString('utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
}

export async function postEnvelope(
  core: Core,
  home: Home,
  parts: Record<string, unknown>,
  posted?: Posted,
): Promise<Answered> {
  const nonce = typeof parts['nonce'] === 'string' && /^[0-9a-f]{32}$/.test(parts['nonce']) ? parts['nonce'] : '';
  return core.post(home, Buffer.from(JSON.stringify(parts)).toString('base64url'), nonce, posted);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
