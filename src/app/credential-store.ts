import { DEFAULT_FIELDS, parseCredential, parsePlainKey, withCredential } from '../core/credential-payload.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget, Credential, SecretShape } from '../core/model.ts';
import type { SecretStore, SecretVersion } from '../core/ports.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { AppDeps } from './deps.ts';
import { createSplitStore } from './split-credential.ts';
import type { CredentialStore, StoredCredential } from './stored-credential.ts';

export type { CredentialStore, StoredCredential, WhichCredential } from './stored-credential.ts';

const DEFAULT_SHAPE: SecretShape = { format: 'json', fields: DEFAULT_FIELDS };

/** Opens the store of an account (at first use, as `deps.store` does). */
export async function openCredentialStore(
  deps: Pick<AppDeps, 'store'>,
  account: AccountTarget,
): Promise<CredentialStore> {
  const opened = inItsShape(await deps.store(account.secret.store), account);
  return {
    ...opened,
    async read(which, signal) {
      try {
        return await opened.read(which, signal);
      } catch (thrown) {
        if (which === 'previous' && thrown instanceof KeyturnError && thrown.code === 'SECRET_MALFORMED')
          return undefined;
        throw thrown;
      }
    },
  };
}

function inItsShape(store: SecretStore, account: AccountTarget): CredentialStore {
  const { name, shape = DEFAULT_SHAPE } = account.secret;
  if (shape.format === 'json') {
    return createOneSecretStore(store, name, {
      parse: (payload) => parseCredential(payload, shape.fields),
      render: (credential, over) => withCredential(over, credential, shape.fields),
    });
  }
  const { resellerIdSecret } = shape;
  if (resellerIdSecret !== undefined) return createSplitStore(store, { name, resellerIdSecret }, account);
  return createOneSecretStore(store, name, {
    parse: (payload) => ({ resellerId: configured(account), apiKey: parsePlainKey(payload) }),
    render: ({ apiKey }) => apiKey,
  });
}

interface Shape {
  parse(payload: SecretValue): Credential;
  render(credential: Credential, over: SecretValue | undefined): SecretValue;
}

function createOneSecretStore(store: SecretStore, name: string, shape: Shape): CredentialStore {
  function toStored({ versionId, value }: SecretVersion): StoredCredential {
    return { versionId, credential: shape.parse(value), payload: value };
  }
  return {
    async read(which, signal) {
      const version = await store.read(name, which, signal);
      return version && toStored(version);
    },
    stage: (credential, over, options, signal) =>
      store.stage(name, shape.render(credential, over?.payload), options, signal),
    promote: (versionId, options, signal) => store.promote(name, versionId, options, signal),
    discard: (versionId, signal) => store.discard(name, versionId, signal),
  };
}

/** The configuration's own check makes sure of it. */
function configured({ accountId, environment, resellerId }: AccountTarget): string {
  if (resellerId !== undefined) return resellerId;
  const what = `The secret of ${accountId} (${environment}) is a plain key, and its Reseller ID is not in the configuration.`;
  throw new KeyturnError('CONFIG_INVALID', what, { fix: `Add accounts.${accountId}.${environment}.resellerId.` });
}
