import { z } from 'zod';
import { isUsableBaseUrl } from '../../shared/http.ts';
import { secretReference } from '../../shared/secret-reference.ts';

/** A Vault path such as `secret` or `kv/teams`: no empty part, no part of dots alone. */
const mountPath = z
  .string()
  .regex(/^(?!\.{1,2}(\/|$))[^/\s?#]+(\/(?!\.{1,2}(\/|$))[^/\s?#]+)*$/u, 'Give a path without / at its ends.');

const address = z
  .string()
  .refine(
    (text) => /^unix:\/\/\/./u.test(text) || isUsableBaseUrl(text),
    'Give an https:// address (http:// for loopback only), or unix:///path of an Agent socket.',
  );

const role = z.string().min(1);

/** How Keyturn signs in. Everything secret is a reference and is looked up anew at each sign-in. */
const signIn = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('token'),
    token: secretReference.describe('The token. With file:PATH the file is read again when the token has ended.'),
  }),
  z.strictObject({
    method: z.literal('approle'),
    mount: mountPath.default('approle'),
    roleId: secretReference.describe('The role ID.'),
    secretId: secretReference.optional().describe('The secret ID, unless the role has bind_secret_id=false.'),
  }),
  z.strictObject({
    method: z.literal('kubernetes'),
    mount: mountPath.default('kubernetes'),
    role,
    jwt: secretReference
      .default(secretReference.parse('file:/var/run/secrets/kubernetes.io/serviceaccount/token'))
      .describe("The service account's token."),
  }),
  z.strictObject({
    method: z.literal('jwt'),
    mount: mountPath.default('jwt'),
    role: role.optional().describe("Left out, the mount's default role."),
    jwt: secretReference.describe('The JSON Web Token, such as file:PATH of a projected token.'),
  }),
  z.strictObject({
    method: z.literal('cert'),
    mount: mountPath.default('cert'),
    role: role.optional().describe('Left out, Vault picks the role that the certificate fits.'),
  }),
  z.strictObject({ method: z.literal('agent') }),
]);

export const vaultStoreOptions = z
  .strictObject({
    address: address
      .optional()
      .describe('Address of the server, of an Agent, or unix:///path of its socket. Left out, BAO_ADDR or VAULT_ADDR.'),
    namespace: mountPath
      .optional()
      .describe('Namespace that the mount and the sign-in are in. Left out, BAO_NAMESPACE or VAULT_NAMESPACE.'),
    mount: mountPath.default('secret').describe('Where the KV engine, version 2, is mounted.'),
    signIn: signIn
      .optional()
      .describe('How Keyturn signs in. Left out, the token in BAO_TOKEN, VAULT_TOKEN or ~/.vault-token.'),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of a private CA, trusted beside the public ones. Left out, BAO_CACERT or VAULT_CACERT.'),
    clientCertificate: z
      .strictObject({ cert: secretReference, key: secretReference })
      .optional()
      .describe('TLS certificate and private key (PEM, as file: references) shown to the server.'),
    requestTimeoutMs: z.int().min(100).max(120_000).default(10_000).describe('For one call, in milliseconds.'),
  })
  .refine(({ signIn: chosen, clientCertificate }) => chosen?.method !== 'cert' || clientCertificate !== undefined, {
    path: ['clientCertificate'],
    message: 'Signing in by certificate needs one here.',
  });

export type VaultStoreOptions = z.infer<typeof vaultStoreOptions>;
export type SignIn = NonNullable<VaultStoreOptions['signIn']>;
