import type { VersionId } from '../../../src/core/model.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import { currentMoved, noSuchVersion, pendingTaken, tokenReused } from '../../shared/store-conflicts.ts';
import type { AwsClient } from './client.ts';
import type { Labelling } from './labelling.ts';
import { LABELS } from './labels.ts';
import { readVersion } from './versions.ts';

/** One secret for the length of one call. */
export interface AwsSecret {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly client: AwsClient;
  readonly labelling: Labelling;
  /** Whether a secret that does not exist is made. */
  readonly create: boolean;
}

/** Looks before it writes, as AWS's rotation template does: a version with this token may be there from an earlier try. */
export async function stageVersion(secret: AwsSecret, value: SecretValue, id: VersionId): Promise<void> {
  const known = await readVersion(secret.client, secret.name, { version: id }, secret.signal);
  if (known === undefined) {
    await put(secret, value, id);
    return;
  }
  if (known.value.reveal() !== value.reveal()) throw tokenReused();
  if (known.stages.length === 0) await attachPending(secret, id);
}

async function put(secret: AwsSecret, value: SecretValue, id: VersionId): Promise<void> {
  const { client, labelling, name, signal } = secret;
  if (secret.create) await createIfMissing(secret);
  const input = {
    SecretId: name,
    SecretString: value.reveal(),
    ClientRequestToken: id,
    VersionStages: [LABELS.pending],
  };
  try {
    await labelling.write(
      () => client.call(signal, (sdk, options) => sdk.putSecretValue(input, options)),
      (labels) => labels.pending === id || labels.current === id,
    );
  } catch (error) {
    throw (await wasOvertaken(secret, id)) ? pendingTaken() : error;
  }
}

/** Whether our version is there and another one was staged right after it. */
async function wasOvertaken(secret: AwsSecret, id: VersionId): Promise<boolean> {
  try {
    const labels = await secret.labelling.read();
    return labels?.pending !== undefined && labels.pending !== id && (await exists(secret, id));
  } catch {
    return false;
  }
}

/** The secret is made without a value, so that its first version carries our token like any other. */
async function createIfMissing({ client, labelling, name, signal }: AwsSecret): Promise<void> {
  if ((await labelling.read()) !== undefined) return;
  const input = { Name: name, Tags: [{ Key: 'managed-by', Value: 'keyturn' }] };
  try {
    await client.call(signal, (sdk, options) => sdk.createSecret(input, options));
  } catch (error) {
    // Another worker may have made it meanwhile, or the answer alone was lost.
    if ((await labelling.read()) === undefined) throw error;
  }
}

/** PutSecretValue ignores a value it has, so a version that was discarded gets its label back by a move. */
async function attachPending({ labelling }: AwsSecret, id: VersionId): Promise<void> {
  const labels = await labelling.read();
  await labelling.move({ stage: 'pending', from: labels?.pending, to: id }, (after) => after.pending === id);
}

/** Moves AWSCURRENT by compare-and-set, then takes AWSPENDING off. Doing it again finishes what an earlier try left half done. */
export async function promoteVersion(secret: AwsSecret, id: VersionId, expected: VersionId | undefined): Promise<void> {
  const labels = await secret.labelling.read();
  if (labels?.current !== id) {
    if (labels?.current !== expected) throw currentMoved();
    // Some emulators take the label off the current version before they see that the new one does not exist.
    if (!(await exists(secret, id))) throw noSuchVersion();
    await makeCurrent(secret, id, expected);
  }
  await dropPending(secret, id);
}

async function exists({ client, name, signal }: AwsSecret, id: VersionId): Promise<boolean> {
  return (await readVersion(client, name, { version: id }, signal)) !== undefined;
}

/** AWS compares for us: it refuses the move unless the label is on the version it is to be taken from. */
async function makeCurrent({ labelling }: AwsSecret, id: VersionId, expected: VersionId | undefined): Promise<void> {
  try {
    await labelling.move({ stage: 'current', from: expected, to: id }, (after) => after.current === id);
  } catch (error) {
    const after = await labelling.read();
    if (after !== undefined && after.current !== expected) throw currentMoved();
    throw error;
  }
}

/** Takes AWSPENDING off this version and no other; that it is elsewhere, or nowhere, is success. */
export async function dropPending({ labelling }: AwsSecret, id: VersionId): Promise<void> {
  const labels = await labelling.read();
  if (labels?.pending !== id) return;
  await labelling.move({ stage: 'pending', from: id }, (after) => after.pending !== id);
}
