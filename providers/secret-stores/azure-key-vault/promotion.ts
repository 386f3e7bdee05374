import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import { currentMoved, noSuchVersion } from '../../shared/store-conflicts.ts';
import { writeAndLook } from '../../shared/write-and-look.ts';
import { claimedId, tagsOfOthers } from './marks.ts';
import { contentTypeFor, endStaging, notWritten } from './stages.ts';
import type { AzureVersion, VersionFacts } from './vault.ts';
import { type AzureSecret, findVersion, readCurrent } from './versions.ts';

/**
 * Writes the value of a version as the newest one under the name that everybody reads. Azure compares nothing before it writes, so
 * Keyturn looks before and after: what has come in between is somebody else's, goes back on top, and it is STORE_CONFLICT.
 */
export async function promoteVersion(
  secret: AzureSecret,
  id: VersionId,
  expected: VersionId | undefined,
): Promise<void> {
  // First the list, then the current version: what is written between the two shows as another current version.
  const before = new Set((await secret.vault.list(secret.name)).map(({ azureId }) => azureId));
  const current = await readCurrent(secret);
  if (current?.id !== id) {
    if (current?.id !== expected) throw currentMoved();
    const found = await findVersion(secret, id, current);
    if (found === undefined) throw noSuchVersion();
    await makeCurrent(secret, { id, value: found.version.value, current, before });
  }
  await endStaging(secret, id, 'promoted');
}

interface Promotion extends Pick<AzureVersion, 'id' | 'value'> {
  readonly current: AzureVersion | undefined;
  /** Azure's ids of the versions that were there. */
  readonly before: ReadonlySet<string>;
}

async function makeCurrent(secret: AzureSecret, promotion: Promotion): Promise<void> {
  const { vault, name, clock, signal } = secret;
  let added: readonly VersionFacts[] = [];
  const write = {
    send: () => put(secret, promotion, promotion),
    async reached() {
      added = (await vault.list(name)).filter(({ azureId }) => !promotion.before.has(azureId));
      return added.some((version) => isOf(promotion, version));
    },
    notWritten,
  };
  await writeAndLook(write, clock, signal);
  const writtenMs = Math.max(...added.filter((version) => isOf(promotion, version)).map(({ createdMs }) => createdMs));
  const rivals = added.filter((version) => !isOf(promotion, version) && version.createdMs <= writtenMs);
  if (rivals.length > 0) await giveWay(secret, promotion, rivals);
}

async function put(
  { vault, name }: AzureSecret,
  { id, value }: Pick<AzureVersion, 'id' | 'value'>,
  { current }: Promotion,
): Promise<void> {
  await vault.put(name, {
    value,
    mark: { id, ...(current && { previous: current.azureId }) },
    contentType: contentTypeFor(value, current),
    tags: tagsOfOthers(current?.tags ?? {}),
  });
}

/** The mark is not proven here: only who could write the secret could have claimed our id. */
function isOf({ id }: Promotion, { tags }: VersionFacts): boolean {
  return claimedId(tags) === id;
}

/** Puts the newest version that came in between back on top of ours, unless it is there, and throws STORE_CONFLICT. */
async function giveWay(secret: AzureSecret, promotion: Promotion, rivals: readonly VersionFacts[]): Promise<never> {
  const { vault, name } = secret;
  const newest = rivals.reduce((one, other) => (other.createdMs > one.createdMs ? other : one));
  const rival = newest.isEnabled ? await vault.version(name, newest.azureId) : undefined;
  const latest = await vault.latest(name);
  if (rival === undefined) throw overtaken('It is disabled, so that ours stays the current one.');
  if (latest?.id === promotion.id) await put(secret, rival, promotion);
  throw overtaken('It is the current one again.');
}

function overtaken(outcome: string): KeyturnError {
  return new KeyturnError(
    'STORE_CONFLICT',
    `Somebody else wrote this secret in the very moment Keyturn did. ${outcome}`,
    {
      fix: 'Look at the newest versions (az keyvault secret list-versions) and find out who else writes this secret.',
    },
  );
}
