import { phpTrim } from '../shared/registrar-library.ts';
import { askVendor } from './ask-vendor.ts';
import type { ConnectorConfig } from './config.ts';
import { factsOf, fingerprint, isUuid } from './facts.ts';
import type { ConnectorHost, Stored } from './host.ts';
import { parseObject, sha256 } from './letter.ts';
import type { PairingKeys } from './pairing.ts';
import { Refusal } from './refusal.ts';

/** One letter whose signature was good. */
export interface Task {
  readonly host: ConnectorHost;
  readonly config: ConnectorConfig;
  readonly keys: PairingKeys;
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: string;
  /** Unix seconds by the panel's clock. */
  readonly now: number;
}

type Operation = (task: Task) => Promise<object> | object;

/** What a letter may ask for, by name. */
export const operations: Readonly<Record<string, Operation>> = { describe, observe, apply, check };

async function describe({ host, config, keys, body, caller, now }: Task): Promise<object> {
  const opened = typeof body['challenge'] === 'string' ? await openText(keys, config, body['challenge']) : undefined;
  return {
    connector: config.version,
    protocol: config.protocol,
    panel: { kind: host.kind, version: host.version },
    php: config.php,
    module: host.module(),
    places: host.places(),
    write: config.canWrite,
    testMode: host.readsTestMode,
    time: now,
    opened: opened ? sha256(opened) : null,
    stateWritable: config.stateWritable,
    address: { caller },
  };
}

function observe(task: Task): object {
  const { host, keys } = task;
  const { username, password, testMode, others } = readStored(task);
  const { version, library } = host.module();
  return {
    username: factsOf(keys.fingerprintKey, username),
    password: factsOf(keys.fingerprintKey, password),
    testMode,
    others: fingerprint(keys.fingerprintKey, inOrder(others)),
    module: { version, library },
  };
}

async function apply(task: Task): Promise<object> {
  const { host, config, keys, body } = task;
  const credential = await openCredential(task);
  const { testMode, lastSeen } = body;
  if (typeof testMode !== 'boolean') throw new Refusal('malformed');
  const before = readStored(task);
  const wanted = { ...before, ...credential, testMode: before.testMode === null ? null : testMode };
  if (body['rewrite'] !== true && isSame(before, wanted)) return { changed: false };
  if (typeof lastSeen === 'string' && lastSeen !== fingerprint(keys.fingerprintKey, before.password)) {
    throw new Refusal('superseded');
  }
  if (!config.canWrite) throw new Refusal('by-hand');
  host.write(placeOf(body), wanted);
  confirmSaved(task, wanted);
  return { changed: true };
}

/** Reads again. Other settings that got lost are put back once. */
function confirmSaved(task: Task, wanted: Stored): void {
  if (!isSame(readStored(task), wanted)) throw new Refusal('not-saved', { others: [] });
  if (lostOf(task, wanted).length === 0) return;
  task.host.write(placeOf(task.body), wanted);
  const lost = lostOf(task, wanted);
  if (lost.length > 0 || !isSame(readStored(task), wanted)) throw new Refusal('not-saved', { others: lost });
}

function lostOf(task: Task, wanted: Stored): string[] {
  const { others } = readStored(task);
  const names = new Set([...Object.keys(others), ...Object.keys(wanted.others)]);
  return [...names].filter((name) => others[name] !== wanted.others[name]).sort();
}

async function check(task: Task): Promise<object> {
  const { host } = task;
  const stored = readStored(task);
  const library = (host.module().library ?? '').split('.').map(Number);
  const [username, password] = [stored.username, stored.password].map((one) =>
    isBefore(library, 6) ? one : phpTrim(one),
  );
  if (!username || !password) return { asked: false, reason: 'empty' };
  if (isBefore(library, 2)) return { asked: false, reason: 'outdated-library' };
  if (!isUuid(username)) return { asked: false, reason: 'legacy-username' };
  if (/\p{Control}/u.test(password)) return { asked: false, reason: 'unsendable' };
  const environment = host.readsTestMode && stored.testMode === true ? 'test' : 'live';
  return askVendor({ environment, username, password, from: host.address, vendor: host.vendor });
}

/** True for a library before 3.0.`patch`. One whose number is not known counts as the newest. */
function isBefore([major = 0, minor = 0, own = 0]: readonly number[], patch: number): boolean {
  if (major === 0) return false;
  return major < 3 || (major === 3 && minor === 0 && own < patch);
}

function readStored({ host, body }: Task): Stored {
  const { present, active } = host.module();
  if (!present) throw new Refusal('module-missing');
  if (active === false) throw new Refusal('module-inactive');
  const stored = host.read(placeOf(body));
  if (!stored) throw new Refusal('place-unknown');
  return stored;
}

function placeOf({ place }: Task['body']): string {
  return typeof place === 'string' ? place : '';
}

async function openCredential({ keys, config, body }: Task): Promise<{ username: string; password: string }> {
  const opened = typeof body['sealed'] === 'string' ? await openText(keys, config, body['sealed']) : undefined;
  const { username, password } = parseObject(Buffer.from(opened ?? []).toString('utf8')) ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') throw new Refusal('cannot-open');
  return { username, password };
}

async function openText(keys: PairingKeys, config: ConnectorConfig, base64: string): Promise<Uint8Array | undefined> {
  if (!config.sodium) throw new Refusal('sodium-missing');
  // Loaded when needed: most panels of the tests never open anything.
  const { openSealed } = await import('./sealed.ts');
  return openSealed(Buffer.from(base64, 'base64'), keys.keypair);
}

function isSame(a: Stored, b: Stored): boolean {
  return a.username === b.username && a.password === b.password && a.testMode === b.testMode;
}

function inOrder(others: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)));
}
