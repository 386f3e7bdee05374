import { BlockList } from 'node:net';
import type { ConnectorConfig } from './config.ts';
import { isSigned, type Letter, readLetter } from './letter.ts';
import type { PairingKeys } from './pairing.ts';
import { Refusal } from './refusal.ts';

const CLOCK_SECONDS = 300;
const NONCE_SECONDS = 600;
const RATE_SECONDS = 60;
const FAILURE_SECONDS = 300;

/** What PHP knows of the request besides its body. */
export interface Visit {
  readonly path: string;
  readonly https: boolean;
  readonly caller: string;
  readonly server: string;
}

/** What the connector remembers between letters. Times are Unix seconds. */
export interface Memory {
  readonly nonces: Map<string, number>;
  accepted: number[];
  readonly failures: Map<string, number[]>;
}

export function createMemory(): Memory {
  return { nonces: new Map(), accepted: [], failures: new Map() };
}

interface Desk {
  readonly config: ConnectorConfig;
  readonly memory: Memory;
  readonly now: number;
}

/** Everything that is decided before the signature is looked at, in its order. Gives the letter, still untrusted. */
export function admit(text: string, visit: Visit, desk: Desk): Letter {
  requirePrivacy(visit);
  const letter = readLetter(text);
  if (typeof letter === 'string') throw new Refusal(letter);
  requireListed(visit, desk.config.pairing?.addresses ?? []);
  limitRate(visit.caller, desk);
  if (letter.connector !== desk.config.pairing?.connector) throw new Refusal('not-paired');
  return letter;
}

/** TLS, or a call that never leaves the machine. */
function requirePrivacy({ https, caller, server }: Visit): void {
  if (!https && !(isLoopback(caller) && isLoopback(server))) throw new Refusal('https-required');
}

function requireListed({ caller }: Visit, addresses: readonly string[]): void {
  if (addresses.length === 0 || isListed(addresses, caller)) return;
  throw new Refusal('address-not-listed', { address: caller });
}

/** Throws unless the letter was signed by the other end of the pairing. */
export function requireSignature(letter: Letter, visit: Visit, keys: PairingKeys): void {
  if (!isSigned(letter, visit.path, keys.authKey)) throw new Refusal('bad-signature');
}

/** What is decided after the signature: the two clocks, and that the letter was not here before. */
export function requireFresh(letter: Letter, { config, memory, now }: Desk): void {
  if (Math.abs(letter.time - now) > CLOCK_SECONDS) throw new Refusal('clock-skew', { time: now });
  if (!config.stateWritable) throw new Refusal('state-not-writable');
  for (const [nonce, seen] of memory.nonces) if (now - seen > NONCE_SECONDS) memory.nonces.delete(nonce);
  if (memory.nonces.has(letter.nonce)) throw new Refusal('replayed');
  memory.nonces.set(letter.nonce, now);
}

/** A refusal before the signature counts against the caller's address. */
export function countFailure({ memory, now }: Desk, caller: string): void {
  memory.failures.set(caller, [...(memory.failures.get(caller) ?? []), now]);
}

function limitRate(caller: string, { config, memory, now }: Desk): void {
  const failures = (memory.failures.get(caller) ?? []).filter((at) => now - at < FAILURE_SECONDS);
  if (failures.length >= config.failuresPerAddress) throw tooMany(failures, FAILURE_SECONDS, now);
  memory.accepted = memory.accepted.filter((at) => now - at < RATE_SECONDS);
  if (memory.accepted.length >= config.requestsPerMinute) throw tooMany(memory.accepted, RATE_SECONDS, now);
  memory.accepted.push(now);
}

function tooMany([oldest = 0]: readonly number[], seconds: number, now: number): Refusal {
  return new Refusal('rate-limited', { retryAfter: Math.max(1, oldest + seconds - now) });
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function isListed(addresses: readonly string[], caller: string): boolean {
  const family = caller.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  for (const one of addresses) {
    const [net = '', bits] = one.split('/');
    const kind = net.includes(':') ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(net, kind);
    else list.addSubnet(net, Number(bits), kind);
  }
  return list.check(caller, family);
}
