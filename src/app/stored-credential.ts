import type { Credential, Stage, VersionId } from '../core/model.ts';
import type { PromoteOptions, StageOptions } from '../core/ports.ts';
import type { SecretValue } from '../core/secret-value.ts';

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
