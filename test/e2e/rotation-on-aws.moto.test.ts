import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, startCliWorld } from '../support/cli-world.ts';
import { type Moto, startMoto } from '../support/moto.ts';

const AWS_ENV = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1' };
let moto: Moto;
let world: CliWorld;
let aws: SecretsManagerClient;

beforeAll(async () => {
  [moto, world] = await Promise.all([startMoto(), startCliWorld()]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  aws = new SecretsManagerClient({ region: AWS_ENV.AWS_REGION, endpoint: moto.endpoint, credentials });
});

afterAll(async () => {
  aws.destroy();
  await Promise.all([world.close(), moto.stop()]);
});

/** Puts the live account into AWS, under a name of its own and beside a field of somebody else, and has Keyturn read it there. */
async function moveToAws(apiKey: string): Promise<string> {
  const name = `domainnameapi/${randomUUID()}`;
  const SecretString = JSON.stringify({ owner: 'billing team', resellerId: world.live.resellerId, apiKey });
  await aws.send(new CreateSecretCommand({ Name: name, SecretString }));
  const store = { kind: 'aws-secrets-manager', region: AWS_ENV.AWS_REGION, endpoint: moto.endpoint };
  await world.configure(({ stores, accounts, ...rest }) => ({
    ...rest,
    stores: { ...stores, aws: store },
    accounts: { ...accounts, main: { ...accounts['main'], live: { secret: { store: 'aws', name } } } },
  }));
  return name;
}

async function stored(name: string, stage: string): Promise<Record<string, string>> {
  const { SecretString } = await aws.send(new GetSecretValueCommand({ SecretId: name, VersionStage: stage }));
  return JSON.parse(SecretString ?? '{}') as Record<string, string>;
}

test('a whole rotation with the credential in AWS Secrets Manager', async () => {
  await world.reset();
  const name = await moveToAws(world.live.apiKey);
  const key = await world.regenerate();
  const { code, stdout } = await world.run(['rotate', 'main', '--json'], { env: AWS_ENV, stdin: `${key}\n` });
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'PROVEN',
    previousKey: 'dead',
    summary: { total: 2, proven: 2 },
  });
  expect(code).toBe(0);
  expect(await stored(name, 'AWSCURRENT')).toEqual({
    owner: 'billing team',
    resellerId: world.live.resellerId,
    apiKey: key,
  });
  expect(await stored(name, 'AWSPREVIOUS')).toMatchObject({ apiKey: world.live.apiKey });
  const { VersionIdsToStages } = await aws.send(new DescribeSecretCommand({ SecretId: name }));
  expect(Object.values(VersionIdsToStages ?? {}).flat()).not.toContain('AWSPENDING');
  expect((await world.whmcs.control.settings({}))['API_Password']).toBe(key);
});

test('a key that the vendor refuses leaves AWSCURRENT as it was and no AWSPENDING behind', async () => {
  await world.reset();
  const name = await moveToAws(world.live.apiKey);
  const wrong = world.hide(`never-a-key-${randomUUID()}`);
  const { code, stdout } = await world.run(['rotate', 'main', '--json'], { env: AWS_ENV, stdin: wrong });
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'FAILED', state: 'discarded' });
  expect(code).toBe(4);
  expect(await stored(name, 'AWSCURRENT')).toMatchObject({ apiKey: world.live.apiKey });
  const { VersionIdsToStages } = await aws.send(new DescribeSecretCommand({ SecretId: name }));
  expect(Object.values(VersionIdsToStages ?? {}).flat()).not.toContain('AWSPENDING');
  expect(await world.writes()).toBe(0);
});

test('a secret that somebody else changed in AWS is rolled out with --from-store', async () => {
  await world.reset();
  const key = await world.regenerate();
  const name = await moveToAws(key);
  const { code, stdout } = await world.run(['rotate', 'main', '--from-store', '--json'], { env: AWS_ENV });
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'PROVEN' });
  expect(code).toBe(0);
  expect((await world.whmcs.control.settings({}))['API_Password']).toBe(key);
  expect(await stored(name, 'AWSCURRENT')).toMatchObject({ apiKey: key });
});
