import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAwsClient, openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type Moto, startMoto } from '../support/moto.ts';

const NEVER = new AbortController().signal;

useTestCredentials();

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

/** Everything of a secret that a probe could have changed. */
async function stateOf(name: string): Promise<unknown> {
  const aws = openAwsClient(moto.endpoint);
  const { VersionIdsToStages, LastChangedDate } = await aws.describeSecret({ SecretId: name });
  const { SecretString, VersionId } = await aws.getSecretValue({ SecretId: name });
  return { VersionIdsToStages, LastChangedDate, SecretString, VersionId };
}

it('probing rights changes nothing on moto, at all', async () => {
  const aws = openAwsClient(moto.endpoint);
  const name = `keyturn/${randomUUID()}`;
  await aws.createSecret({ Name: name, SecretString: '{"resellerId":"a","apiKey":"b"}' });
  const before = await stateOf(name);
  const found = await openAwsStore(moto.endpoint).probeRights(name, NEVER);
  expect(found.filter(({ level }) => level === 'blocker')).toEqual([]);
  expect(await stateOf(name)).toEqual(before);
});

it('a secret that moto does not have is a blocker, unless the store may make it, and is not made', async () => {
  const name = `keyturn/${randomUUID()}`;
  const [no] = (await openAwsStore(moto.endpoint).probeRights(name, NEVER)).slice(-1);
  const [yes] = (await openAwsStore(moto.endpoint, { create: true }).probeRights(name, NEVER)).slice(-1);
  expect([no?.level, yes?.level]).toEqual(['blocker', 'warning']);
  await expect(openAwsClient(moto.endpoint).describeSecret({ SecretId: name })).rejects.toThrow();
});

it("works as the role that moto's STS gives it", async () => {
  const aws = openAwsClient(moto.endpoint);
  const name = `keyturn/${randomUUID()}`;
  const { VersionId } = await aws.createSecret({ Name: name, SecretString: 'x' });
  const assumeRole = { roleArn: 'arn:aws:iam::123456789012:role/keyturn', externalId: 'ext', endpoint: moto.endpoint };
  const store = openAwsStore(moto.endpoint, { assumeRole });
  expect((await store.read(name, 'current', NEVER))?.versionId).toBe(VersionId);
  await store.close();
});
