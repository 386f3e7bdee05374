import { derivedUuid } from '../core/derived-id.ts';
import { KeyturnError } from '../core/errors.ts';
import { contentFingerprint, payloadFingerprint } from '../core/fingerprint.ts';
import type { Fingerprint, VersionId } from '../core/model.ts';
import type { Fingerprinter, SecretStore, SecretVersion } from '../core/ports.ts';

/** One secret on its way: where it is, and where and under which name it goes. */
export interface SecretCopy {
  readonly from: SecretStore;
  readonly to: SecretStore;
  readonly name: string;
  readonly newName: string;
  readonly fingerprint: Fingerprinter;
}

export interface CopiedSecret {
  readonly name: string;
  readonly newName: string;
  readonly outcome: 'copied' | 'already-there';
  /** Of everything in it, read back from where it went. */
  readonly payload: Fingerprint;
  /** Whether the version before is readable there, too; undefined if the source has none. */
  readonly previous: boolean | undefined;
}

/** A version and the fingerprint of everything in it. */
interface Fact {
  readonly version: SecretVersion;
  readonly content: Fingerprint;
}

interface Facts {
  readonly current: Fact;
  readonly previous: Fact | undefined;
}

/**
 * Copies the current version of a secret, and the one before so that it stays readable, as whole payloads. Undefined if the source has
 * none. A repeat finishes what an earlier try began. Throws STORE_CONFLICT, before it writes, if the target holds anything but what
 * the source has as current or previous; UNEXPECTED_RESPONSE if what is read back is not what was written.
 */
export async function copySecret(copy: SecretCopy, signal: AbortSignal): Promise<CopiedSecret | undefined> {
  const { from, to, name, newName } = copy;
  const source = await readFacts(copy, from, name, signal);
  if (!source) return undefined;
  const held = await readFacts(copy, to, newName, signal);
  const isThere = held?.current.content === source.current.content;
  if (!isThere) await write(copy, source, held?.current, signal);
  const { current, previous } = await prove(copy, source, signal);
  return {
    name,
    newName,
    outcome: isThere ? 'already-there' : 'copied',
    payload: current.content,
    previous: source.previous && previous?.content === source.previous.content,
  };
}

async function readFacts(
  { fingerprint }: SecretCopy,
  store: SecretStore,
  name: string,
  signal: AbortSignal,
): Promise<Facts | undefined> {
  async function fact(which: 'current' | 'previous'): Promise<Fact | undefined> {
    const version = await store.read(name, which, signal);
    return version && { version, content: contentFingerprint(fingerprint, version.value) };
  }
  const current = await fact('current');
  return current && { current, previous: await fact('previous') };
}

/** What the source has as previous goes first, so that promoting the current one makes it previous there as well. */
async function write(copy: SecretCopy, source: Facts, held: Fact | undefined, signal: AbortSignal): Promise<void> {
  const { from, to, name, newName, fingerprint } = copy;
  const pending = await to.read(newName, 'pending', signal);
  const there = [held?.content, pending && contentFingerprint(fingerprint, pending.value)];
  const ours = [undefined, source.current.content, source.previous?.content];
  if (!there.every((content) => ours.includes(content))) throw holdsAnother(copy);

  async function put({ value }: SecretVersion, expectedCurrent: VersionId | undefined): Promise<VersionId> {
    // The same in every process: a repeat after a crash finds what it staged.
    const token = derivedUuid(['copy', from.id, name, to.id, newName, payloadFingerprint(fingerprint, value)]);
    const versionId = await to.stage(newName, value, { token }, signal);
    await to.promote(newName, versionId, { expectedCurrent }, signal);
    return versionId;
  }

  const before = held?.version.versionId ?? (source.previous && (await put(source.previous.version, undefined)));
  await put(source.current.version, before);
}

/** Reads both sides again: the target must hold what the source held, and the source must hold it still. */
async function prove(copy: SecretCopy, source: Facts, signal: AbortSignal): Promise<Facts> {
  const { from, to, name, newName } = copy;
  const copied = await readFacts(copy, to, newName, signal);
  if (copied?.current.content !== source.current.content) throw notTheSame(to);
  const after = await from.read(name, 'current', signal);
  if (after?.versionId !== source.current.version.versionId) throw sourceChanged(from);
  return copied;
}

function holdsAnother({ to, newName }: SecretCopy): KeyturnError {
  return new KeyturnError('STORE_CONFLICT', `Store ${to.id} holds something else as ${newName} already.`, {
    fix: 'Look at it there. Remove it if nobody needs it, or copy this account under another name with --name.',
    untouched: 'It was not changed.',
  });
}

function notTheSame(to: SecretStore): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', `What was read back from store ${to.id} is not what was copied.`, {
    fix: 'Do not switch the account. Look at the secret in both stores, then copy it again.',
    untouched: 'The store it was copied from was not changed.',
  });
}

function sourceChanged(from: SecretStore): KeyturnError {
  return new KeyturnError('STORE_CONFLICT', `Somebody changed the secret in store ${from.id} while it was copied.`, {
    fix: 'Copy it again. If the copy is refused then, remove the one from before in the other store.',
    untouched: 'The store it was copied from was not changed by Keyturn.',
  });
}
