import { afterEach, describe, expect, it } from 'vitest';
import { openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type AwsWire, awsError, ok, startAwsWire, type WireAnswer, type WireRequest } from '../support/aws-wire.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'keyturn/main';

/** AWS's own answers to requests that it authorises and then refuses for their content. */
const AUTHORISED: Readonly<Record<string, WireAnswer>> = {
  DescribeSecret: ok({ Name: NAME, VersionIdsToStages: {} }),
  GetSecretValue: awsError('ResourceNotFoundException'),
  PutSecretValue: awsError('InvalidRequestException'),
  UpdateSecretVersionStage: awsError('InvalidParameterException'),
};
const RIGHTS = Object.keys(AUTHORISED);

useTestCredentials();

let wire: AwsWire;
afterEach(() => wire.close());

async function probe(answers: Readonly<Record<string, WireAnswer>>, options: object = {}) {
  wire = await startAwsWire(({ operation }) => answers[operation] ?? awsError('InternalFailure', 500));
  const store = openAwsStore(wire.endpoint, { maxAttempts: 1, ...options });
  try {
    return await store.probeRights(NAME, NEVER);
  } finally {
    await store.close();
  }
}

function sent(operation: string): WireRequest {
  return wire.requests.find((request) => request.operation === operation) ?? expect.fail(`${operation} was not sent`);
}

describe('the rights of the AWS store', () => {
  it('all there: one finding that names them', async () => {
    const found = await probe(AUTHORISED);
    expect(found.map(({ level }) => level)).toEqual(['ok']);
    for (const right of RIGHTS) expect(found[0]?.what).toContain(`secretsmanager:${right}`);
  });

  it('are tried with requests that can change nothing, even if they were carried out', async () => {
    await probe(AUTHORISED);
    expect(wire.requests.map(({ operation }) => operation)).toEqual(RIGHTS);
    expect(Object.keys(sent('PutSecretValue').input)).not.toContain('SecretString');
    expect(Object.keys(sent('PutSecretValue').input)).not.toContain('SecretBinary');
    expect(sent('UpdateSecretVersionStage').input).toMatchObject({ VersionStage: 'KEYTURN-RIGHTS-PROBE' });
    expect(Object.keys(sent('UpdateSecretVersionStage').input)).not.toContain('MoveToVersionId');
    expect(sent('GetSecretValue').input['VersionId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(RIGHTS)('%s denied: a blocker names it, and the others are there', async (right) => {
    const found = await probe({ ...AUTHORISED, [right]: awsError('AccessDeniedException') });
    expect(found[0]).toMatchObject({ level: 'blocker', what: `AWS denies secretsmanager:${right}.` });
    expect(found[0]?.fix).toContain('docs/stores/aws-secrets-manager.md');
    expect(found[1]?.what).not.toContain(`:${right}`);
    expect(found).toHaveLength(2);
  });

  it('all denied: four blockers and nothing else', async () => {
    const found = await probe(Object.fromEntries(RIGHTS.map((right) => [right, awsError('AccessDeniedException')])));
    expect(found.map(({ level }) => level)).toEqual(Array(4).fill('blocker'));
  });

  it.each([
    [false, 'blocker', 'may not make one'],
    [true, 'warning', 'cannot be tried'],
  ])('a secret that is not there, create: %s', async (create, level, text) => {
    const missing = awsError('ResourceNotFoundException');
    const found = await probe(Object.fromEntries(RIGHTS.map((right) => [right, missing])), { create });
    expect(found.at(-1)).toMatchObject({ level, what: expect.stringContaining(text) as string });
  });

  it('a KMS key of their own is told about: its right to write cannot be tried', async () => {
    const found = await probe({ ...AUTHORISED, DescribeSecret: ok({ Name: NAME, KmsKeyId: 'arn:aws:kms:x:1:key/y' }) });
    expect(found.at(-1)).toMatchObject({
      level: 'warning',
      what: expect.stringContaining('GenerateDataKey') as string,
    });
  });

  it.each([
    [awsError('ThrottlingException'), 'RATE_LIMITED'],
    [awsError('ExpiredTokenException'), 'SIGN_IN_EXPIRED'],
    [awsError('UnrecognizedClientException'), 'PERMISSION_DENIED'],
    [awsError('InternalServiceError', 500), 'UPSTREAM_UNAVAILABLE'],
  ] as const)('what says nothing of rights is no finding (%#)', async (answer, code) => {
    await refusal(probe({ ...AUTHORISED, PutSecretValue: answer }), code);
  });
});
