import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import { pendingTaken, tokenReused } from '../../shared/store-conflicts.ts';
import { writeAndLook } from '../../shared/write-and-look.ts';
import { hasRoomForTags, type StagedState } from './marks.ts';
import type { AzureVersion } from './vault.ts';
import { type AzureSecret, findVersion, isPending, readCurrent } from './versions.ts';

/**
 * Keeps the value as the newest version of the secret beside the one that everybody reads. `create`: whether a secret that does
 * not exist yet may come to be.
 */
export async function stageVersion(
  secret: AzureSecret,
  value: SecretValue,
  id: VersionId,
  create: boolean,
): Promise<void> {
  const current = await readCurrent(secret);
  if (current === undefined && !create) throw noSecret();
  if (current !== undefined && !hasRoomForTags(current.tags)) throw tooManyTags();
  const known = await findVersion(secret, id, current);
  if (known !== undefined) {
    if (known.version.value.reveal() !== value.reveal()) throw tokenReused();
    if (known.stages.length > 0) return;
  }
  await put(secret, { value, id, current, before: await newestStaged(secret) });
}

interface Staging extends Pick<AzureVersion, 'id' | 'value'> {
  readonly current: AzureVersion | undefined;
  /** What was staged last until now. */
  readonly before: AzureVersion | undefined;
}

async function put(secret: AzureSecret, { value, id, current, before }: Staging): Promise<void> {
  const { vault, staging, clock, signal } = secret;
  const version = { value, mark: { id, state: 'pending' as const }, contentType: contentTypeFor(value, current) };
  let newest = before;
  const write = {
    send: () => vault.put(staging, version),
    async reached() {
      newest = await vault.latest(staging);
      return newest?.id === id && newest.mark?.state === 'pending';
    },
    notWritten,
  };
  try {
    await writeAndLook(write, clock, signal);
  } catch (error) {
    throw newest !== undefined && newest.azureId !== before?.azureId ? pendingTaken() : error;
  }
}

/** Throws STORE_CONFLICT if the name is in use by somebody else. */
async function newestStaged({ vault, staging }: AzureSecret): Promise<AzureVersion | undefined> {
  const newest = await vault.latest(staging);
  if (newest !== undefined && newest.mark === undefined) throw othersStaging(staging);
  return newest;
}

/** The type people gave the secret stays; otherwise JSON is called JSON. */
export function contentTypeFor(value: SecretValue, current: AzureVersion | undefined): string {
  const isJson = typeof parseJson(value.reveal()) === 'object';
  return current?.contentType ?? (isJson ? 'application/json' : 'text/plain');
}

/** Marks the staged version `id`, if it is the pending one, as what has become of it. Anything else there is left alone. */
export async function endStaging(secret: AzureSecret, id: VersionId, state: StagedState): Promise<void> {
  const { vault, staging, clock, signal } = secret;
  const staged = await vault.latest(staging);
  if (staged?.id !== id || staged.mark?.state !== 'pending') return;
  const write = {
    send: () => vault.remark(staging, staged, { id, state }),
    async reached() {
      const after = await vault.version(staging, staged.azureId);
      return after?.mark?.state === state;
    },
    notWritten,
  };
  await writeAndLook(write, clock, signal);
}

/** Takes the pending stage off a version. One that is current, or that Keyturn did not stage, is not touched. */
export async function discardVersion(secret: AzureSecret, id: VersionId): Promise<void> {
  const staged = await secret.vault.latest(secret.staging);
  if (staged?.id !== id || !isPending({ current: await secret.vault.latest(secret.name), staged })) return;
  await endStaging(secret, id, 'discarded');
}

export function notWritten(): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', 'Azure Key Vault accepted a write that then was not there.', {
    fix: 'Run the same command again; if it stays, look at the secret with `az keyvault secret list-versions`.',
  });
}

function noSecret(): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', 'Azure Key Vault has no such secret.', {
    fix: 'Create it with the name the configuration uses (az keyvault secret set); Keyturn does so only with `create: true`.',
    untouched: 'Nothing was written.',
  });
}

function tooManyTags(): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', 'The secret has so many tags that there is no room for those of Keyturn.', {
    fix: 'Leave 11 tags at most on the secret; Azure takes 15, and Keyturn needs 4.',
    untouched: 'Nothing was written.',
  });
}

function othersStaging(staging: string): KeyturnError {
  return new KeyturnError(
    'STORE_CONFLICT',
    `The newest version of the secret ${staging} is not one that Keyturn made.`,
    {
      fix: 'That name is for what Keyturn stages: keep what is there under another name, then delete and purge it.',
      untouched: 'Nothing was written.',
    },
  );
}
