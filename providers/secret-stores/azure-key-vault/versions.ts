import { KeyturnError } from '../../../src/core/errors.ts';
import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { Clock, SecretVersion } from '../../../src/core/ports.ts';
import { claimedId, claimedPrevious } from './marks.ts';
import { isDisabled } from './refusals.ts';
import type { AzureVersion, Vault, VersionFacts } from './vault.ts';

/** One secret for the length of one call. */
export interface AzureSecret {
  readonly name: string;
  /** The name of the secret beside it that holds what was staged. */
  readonly staging: string;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What others read by name, and what was staged last. */
export interface Look {
  readonly current: AzureVersion | undefined;
  readonly staged: AzureVersion | undefined;
}

export interface FoundVersion {
  readonly version: AzureVersion;
  readonly stages: readonly Stage[];
}

const AZURE_ID = /^[0-9a-f]{32}$/u;

/** One version by its stage or id; undefined if Azure has no such secret or version, or none with that stage. */
export async function readVersion(
  secret: AzureSecret,
  which: Stage | { readonly version: VersionId },
): Promise<SecretVersion | undefined> {
  const current = await readCurrent(secret);
  if (typeof which !== 'string') {
    const found = await findVersion(secret, which.version, current);
    return found && toSecretVersion(found);
  }
  const version = await byStage(secret, which, current);
  if (version === undefined) return undefined;
  if (which !== 'previous') refuseOutsideItsTime(version, which, secret.clock.now());
  return toSecretVersion({ version, stages: [which] });
}

/** The version that everybody reads by name. Throws SECRET_NOT_FOUND, with the way back, for a secret that is deleted. */
export async function readCurrent({ vault, name }: AzureSecret): Promise<AzureVersion | undefined> {
  const current = await vault.latest(name);
  if (current === undefined && (await vault.isDeleted(name))) throw deleted();
  return current;
}

async function byStage(
  secret: AzureSecret,
  stage: Stage,
  current: AzureVersion | undefined,
): Promise<AzureVersion | undefined> {
  if (stage === 'current') return current;
  if (stage === 'previous') return await previousOf(secret, current);
  const staged = await secret.vault.latest(secret.staging);
  return isPending({ current, staged }) ? staged : undefined;
}

/** A staged version that has become current already is not waiting to be, whatever its mark still says. */
export function isPending({ current, staged }: Look): boolean {
  return staged?.mark?.state === 'pending' && staged.id !== current?.id;
}

/** Looks where it most likely is first: most calls ask for the current or the pending version. */
export async function findVersion(
  secret: AzureSecret,
  id: VersionId,
  current: AzureVersion | undefined,
): Promise<FoundVersion | undefined> {
  if (current?.id === id) return { version: current, stages: ['current'] };
  const staged = await secret.vault.latest(secret.staging);
  if (staged?.id === id && isPending({ current, staged })) return { version: staged, stages: ['pending'] };
  const previous = await previousOf(secret, current);
  if (previous?.id === id) return { version: previous, stages: ['previous'] };
  const version = await findStageless(secret, id);
  return version && { version, stages: [] };
}

async function findStageless({ vault, name, staging }: AzureSecret, id: VersionId): Promise<AzureVersion | undefined> {
  if (AZURE_ID.test(id)) return await vault.version(name, id);
  return (await findMarked(vault, name, id)) ?? (await findMarked(vault, staging, id));
}

async function findMarked(vault: Vault, name: string, id: VersionId): Promise<AzureVersion | undefined> {
  for (const { azureId, tags } of await vault.list(name)) {
    if (claimedId(tags) !== id) continue;
    const version = await vault.version(name, azureId);
    if (version?.mark?.id === id) return version;
  }
  return undefined;
}

/**
 * The version before the current one: the one our mark names, or the next older one where somebody else wrote the current one. A
 * version that a person disabled has been taken out of use, so there is none then; an older one never takes its place.
 */
async function previousOf(
  { vault, name }: AzureSecret,
  current: AzureVersion | undefined,
): Promise<AzureVersion | undefined> {
  if (current === undefined) return undefined;
  const azureId = current.mark ? current.mark.previous : newestBefore(current, await vault.list(name));
  if (azureId === undefined) return undefined;
  try {
    return await vault.version(name, azureId);
  } catch (error) {
    if (isDisabled(error)) return undefined;
    throw error;
  }
}

function newestBefore(current: VersionFacts, all: readonly VersionFacts[]): string | undefined {
  const older = all.filter(({ azureId, createdMs }) => azureId !== current.azureId && createdMs <= current.createdMs);
  return newest(older)?.azureId;
}

/** Of several that are of one second, the one that no other of them names as its previous. */
function newest(all: readonly VersionFacts[]): VersionFacts | undefined {
  const newestMs = Math.max(...all.map(({ createdMs }) => createdMs));
  const some = all.filter(({ createdMs }) => createdMs === newestMs);
  const followed = new Set(some.map(({ tags }) => claimedPrevious(tags)));
  return some.find(({ azureId }) => !followed.has(azureId)) ?? some[0];
}

/**
 * The id of the newest version, told without values and so without the proof: tags that were copied onto a later version name the
 * same version as previous, and only the first one to do so is taken for the one that Keyturn made.
 */
export function newestOf(all: readonly VersionFacts[]): VersionId | undefined {
  const current = newest(all);
  if (current === undefined) return undefined;
  const { azureId, tags, createdMs } = current;
  const id = claimedId(tags);
  const isCopy = all.some(
    (other) =>
      other.azureId !== azureId &&
      other.createdMs < createdMs &&
      claimedId(other.tags) === id &&
      claimedPrevious(other.tags) === claimedPrevious(tags),
  );
  return (id === undefined || isCopy ? azureId : id) as VersionId;
}

function toSecretVersion({ version, stages }: FoundVersion): SecretVersion {
  const { id, value, createdMs } = version;
  return { versionId: id, stages, value, createdAt: new Date(createdMs).toISOString() };
}

/** Azure gives such versions all the same and leaves it to the reader to look at the time. */
function refuseOutsideItsTime({ expiresMs, notBeforeMs }: VersionFacts, stage: Stage, nowMs: number): void {
  if (expiresMs !== undefined && expiresMs <= nowMs) {
    throw outsideItsTime(`The ${stage} version has expired in Azure (exp ${iso(expiresMs)})`, 'expires');
  }
  if (notBeforeMs !== undefined && notBeforeMs > nowMs) {
    throw outsideItsTime(`The ${stage} version is not valid yet in Azure (nbf ${iso(notBeforeMs)})`, 'not-before');
  }
}

function outsideItsTime(what: string, attribute: string): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', `${what}.`, {
    fix: `Change it with \`az keyvault secret set-attributes --${attribute}\`, or write a new version.`,
    untouched: 'The secret was not changed.',
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function deleted(): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', 'The secret is deleted in Azure but can be recovered.', {
    fix: 'Bring it back with `az keyvault secret recover`.',
    untouched: 'The secret was not changed.',
  });
}
