import type { ConnectorConfig } from './config.ts';
import { admit, countFailure, createMemory, type Memory, requireFresh, requireSignature, type Visit } from './gates.ts';
import type { ConnectorHost } from './host.ts';
import { encodeReply, type Letter, parseObject, type Reply, readLetter, sealReply } from './letter.ts';
import { operations } from './operations.ts';
import { keysOf, type PairingKeys } from './pairing.ts';
import { Refusal } from './refusal.ts';
import { distort } from './reply-modes.ts';

/** For a letter that could not even be read. */
const UNKNOWN_NONCE = '0'.repeat(32);

/** Where the connector is installed, and how it is set up at this moment. */
export interface Installed {
  readonly host: ConnectorHost;
  readonly config: ConnectorConfig;
}

export interface Connector {
  /** Takes a letter, gives the reply letter. Never throws: whatever goes wrong inside is `panel-error`. */
  answer(letter: string, visit: Visit, installed: Installed): Promise<string>;
}

/** One connector: what it remembers from letter to letter. */
export function createConnector(): Connector {
  const memory = createMemory();
  const keysFor = rememberKeys();
  let last: string | undefined;
  return {
    async answer(text, visit, { host, config }) {
      const keys = config.pairing && keysFor(config.pairing);
      const seen = { ...visit, ...pretended(config) };
      const reply = await decide({ text, visit: seen, host, config, keys, memory });
      const sent = distort(config.reply, reply, last) ?? encodeReply(sealReply(reply));
      last = sent;
      return sent;
    },
  };
}

function pretended({ pretend }: ConnectorConfig): Partial<Visit> {
  return Object.fromEntries(Object.entries(pretend ?? {}).filter(([, value]) => value !== undefined));
}

interface Arrival extends Installed {
  readonly text: string;
  readonly visit: Visit;
  readonly keys: PairingKeys | undefined;
  readonly memory: Memory;
}

async function decide(arrival: Arrival): Promise<Reply> {
  const { text, visit, config, keys, memory } = arrival;
  const now = Math.floor(Date.now() / 1000) + config.clockOffsetSeconds;
  const desk = { config, memory, now };
  let letter: Letter;
  try {
    letter = admit(text, visit, desk);
    if (!keys) throw new Refusal('not-paired');
    requireSignature(letter, visit, keys);
  } catch (error) {
    countFailure(desk, visit.caller);
    return { nonce: nonceOf(text), ok: false, body: refusalOf(error).body(), authKey: undefined };
  }
  const signed = { nonce: letter.nonce, authKey: keys.authKey };
  try {
    requireFresh(letter, desk);
    return { ...signed, ok: true, body: JSON.stringify(await run(letter, arrival, keys, now)) };
  } catch (error) {
    return { ...signed, ok: false, body: refusalOf(error).body() };
  }
}

async function run(letter: Letter, arrival: Arrival, keys: PairingKeys, now: number): Promise<object> {
  const { host, config, visit } = arrival;
  if (config.refuse) throw new Refusal(config.refuse.code, config.refuse.facts);
  const operation = Object.hasOwn(operations, letter.operation) ? operations[letter.operation] : undefined;
  if (!operation) throw new Refusal('unknown-operation');
  const body = parseObject(letter.body);
  if (!body) throw new Refusal('malformed');
  return operation({ host, config, keys, body, caller: visit.caller, now });
}

function nonceOf(text: string): string {
  const letter = readLetter(text);
  return typeof letter === 'string' ? UNKNOWN_NONCE : letter.nonce;
}

function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('panel-error');
}

/** Keys are derived once per pairing, not once per letter. */
function rememberKeys(): (pairing: NonNullable<ConnectorConfig['pairing']>) => PairingKeys {
  let known: { readonly key: string; readonly keys: PairingKeys } | undefined;
  return (pairing) => {
    if (known?.key !== pairing.key + pairing.keypair) {
      known = { key: pairing.key + pairing.keypair, keys: keysOf(pairing) };
    }
    return known.keys;
  };
}
