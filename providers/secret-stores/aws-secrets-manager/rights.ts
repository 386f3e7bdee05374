import { randomUUID } from 'node:crypto';
import type { DescribeSecretResponse, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { type KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/ports.ts';
import type { AwsClient } from './client.ts';

/** A staging label that no version carries: a request about it moves nothing, even if AWS were to carry it out. */
const NO_LABEL = 'KEYTURN-RIGHTS-PROBE';

const FIX = 'Add it on this secret to the policy of what Keyturn runs as (docs/stores/aws-secrets-manager.md).';

type Send = (sdk: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<unknown>;

/**
 * Tries each right of a rotation with a request that AWS has to refuse for its content: a version that is not there, a put without
 * a value, a label that nobody carries. Denied means that the right is missing. Any other refusal is taken for the right being
 * there; AWS does not document that it looks at rights before content, so for the two that write this is inferred.
 */
export async function awsRights(
  client: AwsClient,
  { name, create }: { readonly name: string; readonly create: boolean },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let described: DescribeSecretResponse | undefined;
  const nowhere = randomUUID();
  const tries: Readonly<Record<string, Send>> = {
    'secretsmanager:DescribeSecret': async (sdk, options) => {
      described = await sdk.describeSecret({ SecretId: name }, options);
    },
    'secretsmanager:GetSecretValue': (sdk, options) =>
      sdk.getSecretValue({ SecretId: name, VersionId: nowhere }, options),
    'secretsmanager:PutSecretValue': (sdk, options) =>
      sdk.putSecretValue({ SecretId: name, ClientRequestToken: nowhere, VersionStages: [NO_LABEL] }, options),
    'secretsmanager:UpdateSecretVersionStage': (sdk, options) =>
      sdk.updateSecretVersionStage({ SecretId: name, VersionStage: NO_LABEL, RemoveFromVersionId: nowhere }, options),
  };
  const answers: (readonly [string, Answer])[] = [];
  for (const [right, send] of Object.entries(tries)) answers.push([right, await answerTo(client, send, signal)]);
  const isMissing = answers.some(([right, answer]) => right.endsWith(':DescribeSecret') && answer === 'not-found');
  return [...findingsOf(answers), ...(isMissing ? [notThere(name, create)] : []), ...aboutKey(described)];
}

type Answer = 'denied' | 'not-found' | 'other';

const DENIED: readonly unknown[] = ['AccessDenied', 'AccessDeniedException', 'NotAuthorized'];
const CONTENT: readonly unknown[] = ['InvalidParameterException', 'InvalidRequestException', 'ValidationException'];

async function answerTo(client: AwsClient, send: Send, signal: AbortSignal): Promise<Answer> {
  try {
    await client.call(signal, send);
    return 'other';
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    const { awsCode } = error.context;
    if (error.untouched === undefined && isDenied(error)) return 'denied';
    if (awsCode === 'ResourceNotFoundException') return 'not-found';
    if (CONTENT.includes(awsCode)) return 'other';
    throw error;
  }
}

/** AWS's own word for it, or a 403 without one; a sign-in that is denied is another matter, and has its own text. */
function isDenied({ code, context }: KeyturnError): boolean {
  return code === 'PERMISSION_DENIED' && (DENIED.includes(context['awsCode']) || context['awsCode'] === undefined);
}

function findingsOf(answers: readonly (readonly [string, Answer])[]): readonly Finding[] {
  const denied = answers.filter(([, answer]) => answer === 'denied').map(([right]) => right);
  const rights = answers.filter(([, answer]) => answer !== 'denied').map(([right]) => right);
  const missing = denied.map((right): Finding => ({ level: 'blocker', what: `AWS denies ${right}.`, fix: FIX }));
  if (rights.length === 0) return missing;
  return [...missing, { level: 'ok', what: `AWS does not deny ${rights.join(', ')}.` }];
}

function notThere(name: string, create: boolean): Finding {
  if (create) {
    const what = `AWS has no secret ${name} yet. Whether Keyturn may make it (secretsmanager:CreateSecret, TagResource) cannot be tried without making it.`;
    return { level: 'warning', what };
  }
  return {
    level: 'blocker',
    what: `AWS has no secret ${name} in this region and account, and this store may not make one.`,
    fix: 'Create it with the name the configuration uses, check `region`, or set `create: true`.',
  };
}

/** A key of one's own has rights of its own, and the one for writing is used by nothing that changes nothing. */
function aboutKey(described: DescribeSecretResponse | undefined): readonly Finding[] {
  if (described?.KmsKeyId === undefined || described.KmsKeyId.endsWith('alias/aws/secretsmanager')) return [];
  const what =
    'The secret is encrypted with a KMS key of your own. kms:GenerateDataKey on it cannot be tried without writing.';
  return [{ level: 'warning', what, fix: 'See that the key policy allows it beside kms:Decrypt.' }];
}
