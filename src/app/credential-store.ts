import { DEFAULT_FIELDS, parseCredential, parsePlainKey, withCredential } from '../core/credential-payload.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountTarget, Credential, SecretShape, Stage, VersionId } from '../core/model.ts';
import type { PromoteOptions, SecretStore, SecretVersion, StageOptions } from '../core/ports.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { AppDeps } from './deps.ts';
import { createSplitStore } from './split-credential.ts';

export interface StoredCredential {
  readonly versionId: VersionId;
  readonly credential: Credential;
  /** The whole payload; what else is in it is kept when the next version is staged over it. */
  readonly payload: SecretValue;
}

/** What may be read as a credential. A pending version may be anybody's, so it is read by its id alone. */
export type WhichCredential = Exclude<Stage, 'pending'> | { readonly version: VersionId };

/** The store of one account, in credentials: what a secret looks like there (`SecretShape`) is known here and nowhere else. */
export interface CredentialStore {
  /**
   * Undefined if there is no such secret or version; a previous one of another shape, from before the secret was given its present
   * one, counts as none. Throws SECRET_MALFORMED, and whatever the store throws.
   */
  read(which: WhichCredential, signal: AbortSignal): Promise<StoredCredential | undefined>;
  /** Keeps a credential as pending. `over` is the current one as it was read, if there is one. */
  stage(
    credential: Credential,
    over: StoredCredential | undefined,
    options: StageOptions,
    signal: AbortSignal,
  ): Promise<VersionId>;
  /** As the store's own `promote`; STORE_CONFLICT if anything of the credential has changed meanwhile. */
  promote(versionId: VersionId, options: PromoteOptions, signal: AbortSignal): Promise<void>;
  discard(versionId: VersionId, signal: AbortSignal): Promise<void>;
}

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
