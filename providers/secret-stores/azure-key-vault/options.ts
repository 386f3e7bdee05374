import { z } from 'zod';
import { isUsableBaseUrl } from '../../shared/http.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const vaultName = /^[a-zA-Z](?!.*--)[0-9a-zA-Z-]{1,22}[0-9a-zA-Z]$/u;

function isHttps(text: string): boolean {
  return isUsableBaseUrl(text) && text.startsWith('https://');
}

const tenantId = z
  .string()
  .regex(/^[0-9a-zA-Z.-]+$/u, 'Give the tenant (directory) ID or one of its domains.')
  .describe('The tenant (directory) that the identity is in.');
const clientId = z.string().min(1).describe('The application (client) ID.');
const identityId = z.string().min(1).optional().describe('Client ID of a user-assigned managed identity.');

/** How Keyturn signs in. Everything secret is a reference and is looked up anew at each sign-in. */
const signIn = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('default'), tenantId: tenantId.optional(), managedIdentityClientId: identityId }),
  z.strictObject({ method: z.literal('environment') }),
  z.strictObject({ method: z.literal('managed-identity'), clientId: identityId }),
  z.strictObject({
    method: z.literal('workload-identity'),
    tenantId: tenantId.optional(),
    clientId: clientId.optional(),
    tokenFile: z
      .string()
      .min(1)
      .optional()
      .describe('File of the federated token. Left out, AZURE_FEDERATED_TOKEN_FILE.'),
  }),
  z.strictObject({
    method: z.literal('client-secret'),
    tenantId,
    clientId,
    clientSecret: secretReference.describe('The client secret (its value, not its ID).'),
  }),
  z.strictObject({
    method: z.literal('client-certificate'),
    tenantId,
    clientId,
    certificate: secretReference.describe('PEM text of the certificate and its private key, such as file:PATH.'),
    passphrase: secretReference.optional().describe('Of the private key, if it is encrypted.'),
    sendChain: z.boolean().default(false).describe('Send the chain along, for subject name and issuer authentication.'),
  }),
  z.strictObject({ method: z.literal('azure-cli'), tenantId: tenantId.optional() }),
]);

export const azureStoreOptions = z.strictObject({
  vault: z
    .string()
    .refine((text) => vaultName.test(text) || isHttps(text), 'Give the name of the vault, or its https:// address.')
    .describe('Name of the key vault, or its address such as https://NAME.vault.azure.net.'),
  cloud: z
    .enum(['public', 'us-government', 'china'])
    .optional()
    .describe("Which Azure: decides the vault's domain and where to sign in. Left out, the public one."),
  authorityHost: z
    .string()
    .refine(isHttps, 'Give an https:// address.')
    .optional()
    .describe('Where to sign in, in place of what `cloud` says. Left out with `cloud`, AZURE_AUTHORITY_HOST counts.'),
  signIn: signIn.default({ method: 'default' }).describe('How Keyturn signs in. Left out, DefaultAzureCredential.'),
  caFile: z.string().min(1).optional().describe('PEM file of a private CA, trusted beside the public ones.'),
  apiVersion: z
    .enum(['7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'])
    .optional()
    .describe("Version of Key Vault's API, for a cloud or an emulator that lags behind. Left out, the SDK's own."),
  create: z.boolean().default(false).describe('Whether Keyturn may make a secret that does not exist yet.'),
  expireAfterDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('Expiration date to set on what Keyturn writes, where a policy wants one. Left out, none.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('How often a call that reads is tried, the first time included.'),
  requestTimeoutMs: z.int().min(100).max(120_000).default(10_000).describe('For one request, in milliseconds.'),
});

export type AzureStoreOptions = z.infer<typeof azureStoreOptions>;
export type AzureSignIn = AzureStoreOptions['signIn'];
