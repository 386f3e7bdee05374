import type * as identityPackage from '@azure/identity';
import type { AuthorityValidationOptions, TokenCredential, TokenCredentialOptions } from '@azure/identity';
import type { ResolveSecret } from '../../shared/secret-reference.ts';
import { authorityHost } from './addresses.ts';
import type { AzureSignIn, AzureStoreOptions } from './options.ts';
import type { SignInTransport } from './transport.ts';

type Identity = typeof identityPackage;
type Common = TokenCredentialOptions & AuthorityValidationOptions;

/** Several calls may wait for one opening, so that none of them may end it. */
const NEVER = new AbortController().signal;

/** The credential that `signIn` names. The SDK keeps its tokens and renews them before they end. */
export async function openCredential(
  options: AzureStoreOptions,
  resolveSecret: ResolveSecret,
  transport: SignInTransport,
): Promise<TokenCredential> {
  const identity = await import('@azure/identity');
  const authority = authorityHost(options);
  const common: Common = {
    httpClient: transport,
    ...(authority !== undefined && { authorityHost: authority }),
    // The public service that vouches for authorities knows nothing of one that the options name.
    disableInstanceDiscovery: options.authorityHost !== undefined,
  };
  return await build(identity, options.signIn, common, resolveSecret);
}

async function build(
  identity: Identity,
  signIn: AzureSignIn,
  common: Common,
  resolveSecret: ResolveSecret,
): Promise<TokenCredential> {
  switch (signIn.method) {
    case 'default': {
      const { managedIdentityClientId } = signIn;
      const ids = { ...tenant(signIn), ...(managedIdentityClientId !== undefined && { managedIdentityClientId }) };
      return new identity.DefaultAzureCredential({ ...common, ...ids });
    }
    case 'environment':
      return new identity.EnvironmentCredential(common);
    case 'managed-identity':
      return new identity.ManagedIdentityCredential({ ...common, ...client(signIn) });
    case 'workload-identity': {
      const file = signIn.tokenFile === undefined ? {} : { tokenFilePath: signIn.tokenFile };
      return new identity.WorkloadIdentityCredential({ ...common, ...tenant(signIn), ...client(signIn), ...file });
    }
    case 'client-secret': {
      const secret = await resolveSecret(signIn.clientSecret, NEVER);
      return new identity.ClientSecretCredential(signIn.tenantId, signIn.clientId, secret.reveal(), common);
    }
    case 'client-certificate':
      return await clientCertificate(identity, signIn, common, resolveSecret);
    case 'azure-cli':
      return new identity.AzureCliCredential(tenant(signIn));
  }
}

async function clientCertificate(
  { ClientCertificateCredential }: Identity,
  { tenantId, clientId, certificate, passphrase, sendChain }: Extract<AzureSignIn, { method: 'client-certificate' }>,
  common: Common,
  resolveSecret: ResolveSecret,
): Promise<TokenCredential> {
  const pem = await resolveSecret(certificate, NEVER);
  const password = passphrase && (await resolveSecret(passphrase, NEVER));
  return new ClientCertificateCredential(
    tenantId,
    clientId,
    { certificate: pem.reveal(), ...(password && { certificatePassword: password.reveal() }) },
    { ...common, sendCertificateChain: sendChain },
  );
}

/* What was left out must not be there at all: undefined is not the same to the SDK's types. */

function tenant({ tenantId }: { readonly tenantId?: string | undefined }): { tenantId?: string } {
  return tenantId === undefined ? {} : { tenantId };
}

function client({ clientId }: { readonly clientId?: string | undefined }): { clientId?: string } {
  return clientId === undefined ? {} : { clientId };
}
