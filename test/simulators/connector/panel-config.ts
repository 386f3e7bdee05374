import { manyConfig } from '../shared/panels.ts';
import {
  fallback,
  flag,
  list,
  maybe,
  number,
  type Out,
  object,
  oneOf,
  type Reader,
  record,
  text,
} from '../shared/read.ts';
import { type VendorConfig, vendorConfig } from '../shared/registrar-library.ts';
import { connectorConfig } from './config.ts';

export const faultMode = oneOf(
  'none',
  'html',
  'login-page',
  'maintenance',
  '500',
  '502',
  '503',
  '403',
  'empty',
  'malformed',
  'hang',
  'reset',
  'slow',
  'hang-after-write',
  'reset-after-write',
  'success-without-write',
);
export type FaultMode = Out<typeof faultMode>;

/** What every panel whose only way in is its connector is configured with; a kind adds its own sign-in. */
export const panelShape = {
  /** `/billing` puts everything below `/billing/`. */
  prefix: fallback(text, () => ''),
  /** The address from which the panel calls the vendor; left out: the server's host. */
  address: maybe(text),
  /** Left out: no connector is installed. */
  connector: maybe(connectorConfig),
  panelVersion: maybe(text),
  moduleVersion: fallback(text, () => '2.0.16'),
  libraryVersion: fallback(text, () => '3.0.16'),
  /** The vendor's module is there, and active. */
  present: fallback(flag, () => true),
  active: fallback(flag, () => true),
  /** The module's settings at the start, in plain text: of a panel with one place, and of others by place. */
  settings: fallback(record(text), () => ({})),
  places: maybe(record(record(text))),
  /** What the panel's own function does with settings other than the three: keeps them, or loses them. */
  update: fallback(oneOf('merge', 'replace', 'replace-once'), () => 'merge' as const),
  /** Addresses that the panel takes API calls from; left out: any. */
  apiAddresses: maybe(list(text)),
};

/** The options that the kinds share. */
export const basicPanelConfig = object(panelShape);
export type BasicPanelConfig = Out<typeof basicPanelConfig>;

/** The options of a whole process, around one kind's panel options. */
export function wholeConfig<P extends BasicPanelConfig, I>(panel: Reader<P, I>, host: string) {
  return object({
    host: fallback(text, () => host),
    port: fallback(number, () => 0),
    controlPort: fallback(number, () => 0),
    vendor: vendorConfig,
    panels: fallback(list(panel), () => [panel.read({}, 'panel')]),
    /** Instead of `panels`: as many copies of the first one, each under its own prefix. */
    many: maybe(manyConfig),
    latencyMs: fallback(number, () => 0),
  });
}

/** The same as read. */
export interface WholeConfig<P extends BasicPanelConfig> {
  readonly host: string;
  readonly port: number;
  readonly controlPort: number;
  readonly vendor: VendorConfig;
  readonly panels: readonly P[];
  readonly many: Out<typeof manyConfig> | undefined;
  readonly latencyMs: number;
}

export const ready = object({ url: text, control: text });
