import type { VendorConfig } from '../shared/registrar-library.ts';

/** The settings of the registrar's module at one place of a panel. */
export interface Stored {
  readonly username: string;
  readonly password: string;
  /** Null: the panel has no such switch. */
  readonly testMode: boolean | null;
  readonly others: Readonly<Record<string, string>>;
}

export interface ModuleState {
  readonly present: boolean;
  readonly active: boolean | null;
  readonly version: string | null;
  readonly library: string | null;
}

/** What the connector sees of the panel that it is installed in. */
export interface ConnectorHost {
  readonly kind: string;
  readonly version: string | null;
  /** The panel's own address: its calls to the vendor leave from here. */
  readonly address: string;
  readonly vendor: VendorConfig;
  /** False: the module never reads the switch and always asks the live system. */
  readonly readsTestMode: boolean;
  module(): ModuleState;
  places(): readonly { readonly id: string; readonly label: string }[];
  /** Undefined: there is no such place. */
  read(place: string): Stored | undefined;
  /** Saves through the panel's own function, whatever that makes of it. */
  write(place: string, wanted: Stored): void;
}
