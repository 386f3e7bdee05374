import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsStoreOptions } from '../../providers/secret-stores/aws-secrets-manager/options.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import { openAwsStore } from '../support/aws.ts';
import { type AwsSignIn, startAwsSignIn, stsError } from '../support/aws-sign-in.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const ROLE = 'arn:aws:iam::111122223333:role/keyturn';
const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
const OWN_KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment' };

let aws: AwsSignIn;
let home: string;
const stores: SecretStore[] = [];

beforeEach(async () => {
  aws = await startAwsSignIn();
  home = await mkdtemp(join(tmpdir(), 'keyturn-aws-'));
  for (const name of Object.keys(env).filter((each) => each.startsWith('AWS_'))) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await aws.close();
  await rm(home, { recursive: true });
});

function stub(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** A store that asks the scripted server, which says of every secret that there is none. */
function open(options: object = {}): SecretStore {
  const store = openAwsStore(aws.endpoint, { maxAttempts: 1, ...options });
  stores.push(store);
  return store;
}

function read(store: SecretStore) {
  return store.read('keyturn/main', 'current', NEVER);
}

/** Whose credentials the call to Secrets Manager was signed with. */
function signedBy(): string | undefined {
  return aws.requests.find(({ service }) => service === 'secrets')?.signedBy;
}

async function writeProfiles(text: string): Promise<void> {
  await writeFile(join(home, 'config'), text);
}

describe('the AWS store signs in', () => {
  it('with a profile that is configured, though the environment has keys of its own', async () => {
    stub(OWN_KEYS);
    await writeProfiles('[profile ops]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n');
    expect(await read(open({ profile: 'ops' }))).toBeUndefined();
    expect(signedBy()).toBe('AKIAPROFILE');
  });

  it("with a profile's role over another profile's keys", async () => {
    await writeProfiles(
      `[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n[profile ops]\nrole_arn = ${ROLE}\nsource_profile = base\nregion = eu-central-1\n`,
    );
    await read(open({ profile: 'ops' }));
    expect(aws.requests.map(({ service, signedBy: key }) => [service, key])).toEqual([
      ['sts', 'AKIABASE'],
      ['secrets', 'ASIAROLE'],
    ]);
  });

  it('with a role to assume, under its name, external id and duration', async () => {
    stub(OWN_KEYS);
    const assumeRole = { roleArn: ROLE, externalId: 'ext-1', sessionName: 'night', durationSeconds: 900 };
    await read(open({ assumeRole }));
    const form = Object.fromEntries(new URLSearchParams(aws.requests[0]?.body));
    expect(form).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      ExternalId: 'ext-1',
      RoleSessionName: 'night',
      DurationSeconds: '900',
    });
    expect([aws.requests[0]?.signedBy, signedBy()]).toEqual(['AKIAENVIRONMENT', 'ASIAROLE']);
  });

  it('with a role to assume over a profile, at an STS address of its own', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:9');
    await writeProfiles('[profile ops]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n');
    await read(open({ profile: 'ops', assumeRole: { roleArn: ROLE, endpoint: aws.endpoint } }));
    expect([aws.requests[0]?.signedBy, signedBy()]).toEqual(['AKIAPROFILE', 'ASIAROLE']);
  });

  it('with a web identity', async () => {
    await writeFile(join(home, 'token'), 'header.payload.signature');
    stub({ AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'), AWS_ROLE_ARN: ROLE, AWS_ROLE_SESSION_NAME: 'pod' });
    await read(open());
    expect(new URLSearchParams(aws.requests[0]?.body).get('WebIdentityToken')).toBe('header.payload.signature');
    expect(signedBy()).toBe('ASIAWEB');
  });

  it("with a container's credentials", async () => {
    stub({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.endpoint}/container`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod' });
    await read(open());
    expect([aws.requests[0]?.headers.authorization, signedBy()]).toEqual(['pod', 'ASIACONTAINER']);
  });

  it("with an instance's role", async () => {
    stub({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.endpoint });
    await read(open());
    expect(signedBy()).toBe('ASIAINSTANCE');
  });
});

describe('credentials that end', () => {
  it('are asked for once while they last, and again before they end', async () => {
    stub(OWN_KEYS);
    const store = open({ assumeRole: { roleArn: ROLE } });
    await read(store);
    await read(store);
    expect(aws.asked()).toEqual(['sts', 'secrets', 'secrets']);
    aws.lasts = 60;
    const short = open({ assumeRole: { roleArn: ROLE } });
    await read(short);
    await read(short);
    const asked = aws.asked().slice(3).join(' ');
    expect(asked).toMatch(/^(sts )+secrets (sts )+secrets$/);
  });
});

describe('a sign-in that fails says so, and never "no such secret"', () => {
  it.each([
    ['ExpiredTokenException', 'SIGN_IN_EXPIRED', 'has expired'],
    ['ExpiredToken', 'SIGN_IN_EXPIRED', 'has expired'],
    ['InvalidIdentityToken', 'SIGN_IN_EXPIRED', 'identity token'],
    ['AccessDenied', 'PERMISSION_DENIED', 'assume the role'],
    ['Throttling', 'RATE_LIMITED', 'slow down'],
    ['ResourceNotFoundException', 'CONFIG_INVALID', 'No AWS credentials'],
    ['InvalidClientTokenId', 'PERMISSION_DENIED', 'does not know the credentials'],
  ] as const)('STS answers %s: %s', async (awsCode, code, text) => {
    stub(OWN_KEYS);
    aws.instead.set('sts', stsError(awsCode));
    const error = await refusal(read(open({ assumeRole: { roleArn: ROLE } })), code);
    expect(error.safeMessage).toContain(text);
    expect(error.safeMessage).not.toContain('text of AWS');
    expect(error.untouched).toContain('Nothing was read or changed');
    expect(aws.asked()).not.toContain('secrets');
  });

  it('an SSO session that has ended, or was never begun', async () => {
    await writeProfiles(
      '[profile ops]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Keyturn\nregion = eu-central-1\n' +
        '[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://corp.awsapps.com/start\n',
    );
    await refusal(read(open({ profile: 'ops' })), 'SIGN_IN_EXPIRED');
    await writeSsoToken({ expiresAt: new Date(Date.now() - 1000).toISOString(), accessToken: 'sso-access-token' });
    const error = await refusal(read(open({ profile: 'ops' })), 'SIGN_IN_EXPIRED');
    expect(error.fix).toContain('aws sso login');
    expect(JSON.stringify(error)).not.toContain('sso-access-token');
    expect(aws.requests).toEqual([]);
  });

  async function writeSsoToken(token: object): Promise<void> {
    const cache = join(home, '.aws/sso/cache');
    await mkdir(cache, { recursive: true });
    const name = createHash('sha1').update('corp').digest('hex');
    await writeFile(join(cache, `${name}.json`), JSON.stringify(token));
  }

  it('a profile that is not there', async () => {
    stub(OWN_KEYS);
    const error = await refusal(read(open({ profile: 'missing' })), 'CONFIG_INVALID');
    expect(aws.requests).toEqual([]);
    expect(error.untouched).toContain('Nothing was read');
  });

  it('no credentials anywhere', async () => {
    stub(NO_KEYS);
    await refusal(read(open()), 'CONFIG_INVALID');
  });

  it('a container that has none', async () => {
    stub({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.endpoint}/container` });
    aws.instead.set('container', { status: 500, body: '' });
    const error = await refusal(read(open()), 'CONFIG_INVALID');
    expect(error.safeMessage).toContain('signing in');
    expect(aws.asked()).not.toContain('secrets');
  });

  it('and the next call tries again: what was put right is found', async () => {
    stub(OWN_KEYS);
    const store = open({ assumeRole: { roleArn: ROLE } });
    aws.instead.set('sts', stsError('ExpiredToken'));
    await refusal(read(store), 'SIGN_IN_EXPIRED');
    aws.instead.clear();
    expect(await read(store)).toBeUndefined();
  });
});

describe('no sign-in goes out without TLS', () => {
  const FAR = 'http://sts.example.com';

  it.each<[string, object, Record<string, string>]>([
    ['STS for the role to assume, from AWS_ENDPOINT_URL_STS', { assumeRole: { roleArn: ROLE } }, OWN_KEYS],
    ['STS for a web identity', {}, { AWS_WEB_IDENTITY_TOKEN_FILE: 'token', AWS_ROLE_ARN: ROLE }],
    ["STS for a profile's role", { profile: 'ops' }, {}],
    ['SSO', { profile: 'sso' }, { AWS_ENDPOINT_URL_SSO: FAR }],
  ])('%s', async (_what, options, variables) => {
    await writeFile(join(home, 'token'), 'header.payload.signature');
    await writeProfiles(
      `[profile ops]\nrole_arn = ${ROLE}\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = x\n` +
        '[profile sso]\nsso_account_id = 111122223333\nsso_role_name = R\nsso_region = eu-central-1\nsso_start_url = https://corp.awsapps.com/start\n',
    );
    await mkdir(join(home, '.aws/sso/cache'), { recursive: true });
    const name = createHash('sha1').update('https://corp.awsapps.com/start').digest('hex');
    const token = { accessToken: 'sso-access-token', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    await writeFile(join(home, `.aws/sso/cache/${name}.json`), JSON.stringify(token));
    vi.stubEnv('AWS_ENDPOINT_URL_STS', FAR);
    stub({
      ...variables,
      ...(variables['AWS_WEB_IDENTITY_TOKEN_FILE'] && { AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token') }),
    });
    const error = await refusal(read(open(options)), 'CONFIG_INVALID');
    expect(error.safeMessage).toContain('no TLS');
    expect(aws.requests).toEqual([]);
  });
});

describe('the options', () => {
  it.each([
    [{ fips: true, endpoint: 'https://vpce.example.com' }, 'fips or dualStack'],
    [{ assumeRole: { roleArn: 'keyturn' } }, 'not the ARN'],
    [{ assumeRole: { roleArn: ROLE, endpoint: 'http://sts.example.com' } }, 'https'],
    [{ assumeRole: { roleArn: ROLE, durationSeconds: 60 } }, '900'],
  ])('%j is refused', (options, text) => {
    expect(awsStoreOptions.safeParse(options).error?.message).toContain(text);
  });

  it.each([
    [{ fips: true }, 'https://secretsmanager-fips.us-east-1.amazonaws.com'],
    // Secrets Manager's public names have both kinds of address already; the SDK's own rules decide.
    [{ dualStack: true }, 'https://secretsmanager.us-east-1.amazonaws.com'],
    [{ fips: true, dualStack: true }, 'https://secretsmanager-fips.us-east-1.amazonaws.com'],
  ])('%j goes to %s', async (options, address) => {
    const { createAwsClient } = await import('../../providers/secret-stores/aws-secrets-manager/client.ts');
    const { realClock } = await import('../support/provider-deps.ts');
    stub(OWN_KEYS);
    const client = createAwsClient(awsStoreOptions.parse({ region: 'us-east-1', ...options }), realClock);
    const seen: string[] = [];
    await client.call(NEVER, async (sdk) => {
      sdk.config.requestHandler.handle = async ({ protocol, hostname }) => {
        seen.push(`${protocol}//${hostname}`);
        throw new Error('seen');
      };
      expect(await sdk.config.useDualstackEndpoint()).toBe('dualStack' in options);
      await sdk.describeSecret({ SecretId: 'x' }).catch(() => undefined);
    });
    client.close();
    expect(seen[0]).toBe(address);
  });
});
