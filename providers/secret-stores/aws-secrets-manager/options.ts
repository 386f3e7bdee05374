import { z } from 'zod';
import { parseBaseUrl } from '../../shared/http.ts';

function isBaseUrl(text: string): boolean {
  try {
    return parseBaseUrl(text, 'endpoint').href !== '';
  } catch {
    return false;
  }
}

const endpoint = z
  .string()
  .refine(isBaseUrl, 'Give an https:// address; plain http:// is accepted for loopback only.')
  .optional();

const assumeRole = z.strictObject({
  roleArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
      'is not the ARN of a role. It looks like arn:aws:iam::111122223333:role/keyturn.',
    )
    .describe('ARN of the role to work as.'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'cannot be an external id. Copy it from the trust policy of the role.')
    .optional()
    .describe("What the role's trust policy asks for as sts:ExternalId, if it does."),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'cannot be a session name. Use 2 to 64 letters, digits and _ + = , . @ -')
    .default('keyturn')
    .describe('The name of the session in CloudTrail.'),
  durationSeconds: z
    .int()
    .min(900)
    .max(43_200)
    .default(3600)
    .describe('How long one sign-in lasts; it is renewed before it ends. At most what the role allows.'),
  endpoint: endpoint.describe('Address of AWS STS, for a VPC endpoint or an emulator. Left out, that of the region.'),
});

export const awsStoreOptions = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z0-9]+)+$/, 'Give a region such as eu-central-1.')
      .optional()
      .describe('AWS region of the secrets. Left out, AWS_REGION or the profile decides.'),
    profile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A profile of ~/.aws/config and ~/.aws/credentials to sign in with. Left out, AWS_PROFILE or the default chain.',
      ),
    assumeRole: assumeRole
      .optional()
      .describe('A role to work as. Left out, Keyturn works as what it is signed in as.'),
    endpoint: endpoint.describe(
      'Address of the service, for a VPC endpoint or an emulator. Left out, the public endpoint of the region.',
    ),
    fips: z
      .boolean()
      .default(false)
      .describe('Whether the FIPS endpoints are used, for Secrets Manager and for STS with assumeRole.'),
    dualStack: z.boolean().default(false).describe('Whether the endpoints that also have an IPv6 address are used.'),
    create: z
      .boolean()
      .default(false)
      .describe(
        'Whether Keyturn may make a secret that does not exist yet. Needs secretsmanager:CreateSecret and TagResource.',
      ),
    maxAttempts: z.int().min(1).max(10).default(3).describe('How often one call is tried, the first time included.'),
    connectTimeoutMs: z.int().min(100).max(60_000).default(5000).describe('For opening a connection, in milliseconds.'),
    requestTimeoutMs: z
      .int()
      .min(100)
      .max(120_000)
      .default(10_000)
      .describe('For one attempt of a call, in milliseconds.'),
  })
  .refine((options) => options.endpoint === undefined || !(options.fips || options.dualStack), {
    path: ['endpoint'],
    message: 'does not go with fips or dualStack. Give the address of the endpoint you mean, and leave those out.',
  });

export type AwsStoreOptions = z.infer<typeof awsStoreOptions>;
