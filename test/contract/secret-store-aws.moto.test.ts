import { randomUUID } from 'node:crypto';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VersionId } from '../../src/core/model.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { openAwsClient, openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { refusal } from '../support/refusal.ts';
import type { SeededSecret } from './secret-store/suite.ts';
import { secretStoreContract } from './secret-store.contract.ts';

/*
 * Runs against moto 5.2.5. Where it differs from AWS's documentation (PutSecretValue, UpdateSecretVersionStage), AWS decides, and
 * the store is written to be right on both. "Not found" is HTTP 404 in moto and 400 in AWS: it is told by the error's name. The
 * differences that matter are held by tests at the end, so that a moto that has learnt better is noticed.
 */

const NEVER = new AbortController().signal;

useTestCredentials();

async function seed(aws: SecretsManager, value: SecretValue): Promise<SeededSecret> {
  const name = `keyturn/${randomUUID()}`;
  const { VersionId } = await aws.createSecret({ Name: name, SecretString: value.reveal() });
  return { name, current: versionOf(VersionId), value };
}

function versionOf(id: string | undefined): VersionId {
  return (id ?? expect.fail('AWS gave no version')) as VersionId;
}

function newPayload(): SecretValue {
  return new SecretValue(JSON.stringify({ resellerId: randomUUID(), apiKey: `key-${randomUUID()}` }));
}

secretStoreContract('aws-secrets-manager', { access: 'read-write', firstIsCurrent: true, watched: true }, async () => {
  const moto = await startMoto();
  const aws = openAwsClient(moto.endpoint);
  const [store, another] = [openAwsStore(moto.endpoint), openAwsStore(moto.endpoint)];
  return {
    store,
    another,
    async emptySecret() {
      const name = `keyturn/${randomUUID()}`;
      await aws.createSecret({ Name: name });
      return name;
    },
    seed: (value) => seed(aws, value),
    async close() {
      await store.close();
      await another.close();
      aws.destroy();
      await moto.stop();
    },
  };
});

describe('aws-secrets-manager on moto', () => {
  let moto: Moto;
  let aws: SecretsManager;
  let store: SecretStore;
  beforeAll(async () => {
    moto = await startMoto();
    aws = openAwsClient(moto.endpoint);
    store = openAwsStore(moto.endpoint);
  });
  afterAll(async () => {
    await store.close();
    aws.destroy();
    await moto.stop();
  });

  async function labelsOf(name: string): Promise<Record<string, string[]>> {
    return (await aws.describeSecret({ SecretId: name })).VersionIdsToStages ?? {};
  }

  it('leaves the labels as the rotation template does, under the token as the version id', async () => {
    const { name, current } = await seed(aws, newPayload());
    const token = randomUUID();
    const versionId = await store.stage(name, newPayload(), { token }, NEVER);
    expect(versionId).toBe(token);
    expect(await labelsOf(name)).toEqual({ [current]: ['AWSCURRENT'], [token]: ['AWSPENDING'] });
    await store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    expect(await labelsOf(name)).toEqual({ [current]: ['AWSPREVIOUS'], [token]: ['AWSCURRENT'] });
  });

  it('does not make a secret unless it may', async () => {
    const name = `keyturn/${randomUUID()}`;
    const token = randomUUID();
    const error = await refusal(store.stage(name, newPayload(), { token }, NEVER), 'SECRET_NOT_FOUND');
    expect(error.fix).toContain('create: true');
    expect(await store.read(name, 'current', NEVER)).toBeUndefined();

    const creating = openAwsStore(moto.endpoint, { create: true });
    const value = newPayload();
    const versionId = await creating.stage(name, value, { token }, NEVER);
    await creating.promote(name, versionId, { expectedCurrent: undefined }, NEVER);
    expect((await creating.read(name, 'current', NEVER))?.value.reveal()).toBe(value.reveal());
    expect((await aws.describeSecret({ SecretId: name })).Tags).toEqual([{ Key: 'managed-by', Value: 'keyturn' }]);
    await creating.close();
  });

  it('takes a secret that is scheduled for deletion as an error with the way back, never as absent', async () => {
    const { name, current } = await seed(aws, newPayload());
    const versionId = await store.stage(name, newPayload(), { token: randomUUID() }, NEVER);
    await aws.deleteSecret({ SecretId: name });
    const attempts = [
      () => store.read(name, 'current', NEVER),
      () => store.stage(name, newPayload(), { token: randomUUID() }, NEVER),
      () => store.promote(name, versionId, { expectedCurrent: current }, NEVER),
      () => store.discard(name, versionId, NEVER),
    ];
    for (const attempt of attempts)
      expect((await refusal(attempt(), 'SECRET_NOT_FOUND')).fix).toContain('restore-secret');
  });

  it('refuses binary data', async () => {
    const name = `keyturn/${randomUUID()}`;
    await aws.createSecret({ Name: name, SecretBinary: Buffer.from([1, 2, 3]) });
    await refusal(store.read(name, 'current', NEVER), 'SECRET_MALFORMED');
  });

  it('reads AWSPENDING that stayed on the current version as current, and takes it off when asked to promote again', async () => {
    const { name, current } = await seed(aws, newPayload());
    await aws.updateSecretVersionStage({ SecretId: name, VersionStage: 'AWSPENDING', MoveToVersionId: current });
    expect(await store.read(name, 'pending', NEVER)).toBeUndefined();
    expect((await store.read(name, 'current', NEVER))?.stages).toEqual(['current']);
    await store.promote(name, current, { expectedCurrent: undefined }, NEVER);
    expect(await labelsOf(name)).toEqual({ [current]: ['AWSCURRENT'] });
  });

  describe('where moto differs from AWS', () => {
    it('overwrites a pending version when its token comes with another value (AWS: ResourceExistsException)', async () => {
      const { name } = await seed(aws, newPayload());
      const ClientRequestToken = randomUUID();
      for (const SecretString of ['one', 'two']) {
        await aws.putSecretValue({ SecretId: name, SecretString, ClientRequestToken, VersionStages: ['AWSPENDING'] });
      }
      expect((await aws.getSecretValue({ SecretId: name, VersionId: ClientRequestToken })).SecretString).toBe('two');
    });

    it('takes a label off before it sees that the move leads nowhere (AWS: nothing changes)', async () => {
      const { name, current } = await seed(aws, newPayload());
      const move = { VersionStage: 'AWSCURRENT', RemoveFromVersionId: current, MoveToVersionId: randomUUID() };
      await expect(aws.updateSecretVersionStage({ SecretId: name, ...move })).rejects.toThrow('Not a valid version');
      expect(await labelsOf(name)).toEqual({ [current]: [] });
    });

    it('lets two versions carry AWSPENDING (AWS: RemoveFromVersionId must name the one that has it)', async () => {
      const { name, current } = await seed(aws, newPayload());
      const pending = await store.stage(name, newPayload(), { token: randomUUID() }, NEVER);
      await aws.updateSecretVersionStage({ SecretId: name, VersionStage: 'AWSPENDING', MoveToVersionId: current });
      expect(await labelsOf(name)).toEqual({ [current]: ['AWSCURRENT', 'AWSPENDING'], [pending]: ['AWSPENDING'] });
    });
  });
});
