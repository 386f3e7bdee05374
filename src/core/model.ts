import type { SecretValue } from './secret-value.ts';

/*
 * The words of this code base (DESIGN.md section 3).
 *
 * account      one reseller account at DomainNameAPI, under the name the configuration gives it
 * environment  `live` or `test` (the vendor's OTE); each has its own key
 * credential   Reseller ID + API key
 * panel        one installation of a hosting panel
 * binding      panel x account x environment: the copy that is kept true
 * stage        the part a secret version plays in its store: current, pending or previous
 * fingerprint  keyed HMAC of a value; equal values have equal fingerprints, and nothing else can be learnt from it
 * observation  what could be seen of a panel's stored credential, without the credential
 * rotation     one change of a credential, from the key's arrival to the last panel proven
 * vantage      where a check was made from: the worker, or the panel's own address
 */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

export type AccountId = Branded<string, 'AccountId'>;
export type PanelId = Branded<string, 'PanelId'>;
export type BindingId = Branded<string, 'BindingId'>;
export type StoreId = Branded<string, 'StoreId'>;
export type VersionId = Branded<string, 'VersionId'>;
export type RotationId = Branded<string, 'RotationId'>;
export type Fingerprint = Branded<string, 'Fingerprint'>;

export const ENVIRONMENTS = ['live', 'test'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export const STAGES = ['current', 'pending', 'previous'] as const;
export type Stage = (typeof STAGES)[number];

/** `resellerId` identifies and is no secret on its own, but is shown shortened; `apiKey` is the secret. */
export interface Credential {
  readonly resellerId: string;
  readonly apiKey: SecretValue;
}

/** The names of the two fields in a JSON secret. */
export interface CredentialFields {
  readonly resellerId: string;
  readonly apiKey: string;
}

/** How a credential is kept in its store. */
export type SecretShape =
  | { readonly format: 'json'; readonly fields: CredentialFields }
  /** The whole text is the API key. The Reseller ID is in a secret of its own, or, without one, in the configuration. */
  | { readonly format: 'plain'; readonly resellerIdSecret?: string };

/** Where an account's credential lives: a store of the configuration, and the name there of the secret with the API key. */
export interface SecretRef {
  readonly store: StoreId;
  readonly name: string;
  /** Without it: JSON with the documented field names. */
  readonly shape?: SecretShape;
}

/** One account in one environment: the unit that owns one credential, and that a rotation is about. */
export interface AccountTarget {
  readonly accountId: AccountId;
  readonly environment: Environment;
  readonly secret: SecretRef;
  /** The Reseller ID the configuration insists on, if it does. */
  readonly resellerId?: string;
}

export type DriftPolicy = 'alert' | 'heal';

/** What an integration needs to find one copy inside its panel. `options` is what its own schema parsed for this binding. */
export interface BindingTarget {
  readonly bindingId: BindingId;
  readonly environment: Environment;
  readonly options: unknown;
}

export interface Binding extends BindingTarget {
  readonly panelId: PanelId;
  readonly panelKind: string;
  readonly accountId: AccountId;
  readonly policy: DriftPolicy;
}

export function bindingIdOf(panel: string, account: string, environment: Environment): BindingId {
  return `${panel}/${account}/${environment}` as BindingId;
}
