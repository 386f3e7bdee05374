import type { Fingerprint } from './model.ts';

/** What a value looks like, decided without comparing it to anything. */
export type FieldShape = 'empty' | 'uuid' | 'email' | 'mask' | 'placeholder' | 'opaque';

/**
 * Everything that may be said of one stored field without giving the value away (DESIGN.md section 5).
 * `raw` is the fingerprint of the exact text, `normalized` of the text that `normalize` leaves. `length` counts UTF-16 units.
 */
export interface FieldFacts {
  readonly raw: Fingerprint;
  readonly normalized: Fingerprint;
  readonly shape: FieldShape;
  readonly outerWhitespace: boolean;
  readonly invisibleCharacters: boolean;
  readonly length: number;
}

export interface CredentialFacts {
  /** The field that should hold the Reseller ID. */
  readonly username: FieldFacts;
  /** The field that should hold the API key. */
  readonly password: FieldFacts;
}

export interface ModuleFacts {
  readonly moduleVersion?: string;
  readonly libraryVersion?: string;
}

/** What could be seen of one copy. A field that the panel does not show is left out; nothing is guessed. */
export type Observation =
  | ({
      readonly state: 'observed';
      readonly username?: FieldFacts;
      readonly password?: FieldFacts;
      /** The panel's test-mode switch, if it has one that can be read. */
      readonly testMode?: boolean;
    } & ModuleFacts)
  | ({ readonly state: 'unobservable'; readonly reason: string } & ModuleFacts);
