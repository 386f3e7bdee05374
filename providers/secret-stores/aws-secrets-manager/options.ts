import { z } from 'zod';
import { parseBaseUrl } from '../../shared/http.ts';

function isBaseUrl(text: string): boolean {
  try {
    return parseBaseUrl(text, 'endpoint').href !== '';
  } catch {
    return false;
  }
}

export const awsStoreOptions = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z0-9]+)+$/, 'Give a region such as eu-central-1.')
    .optional()
    .describe('AWS region of the secrets. Left out, AWS_REGION or the profile decides.'),
  endpoint: z
    .string()
    .refine(isBaseUrl, 'Give an https:// address; plain http:// is accepted for loopback only.')
    .optional()
    .describe(
      'Address of the service, for a VPC endpoint or an emulator. Left out, the public endpoint of the region.',
    ),
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
});

export type AwsStoreOptions = z.infer<typeof awsStoreOptions>;
