import { connectorConfig } from '../connector/config.ts';
import { CANARY_DOMAIN } from '../domainnameapi/config.ts';
import { manyConfig } from '../shared/panels.ts';
import { fallback, flag, list, maybe, number, type Out, object, oneOf, record, text } from '../shared/read.ts';
import { vendorConfig } from '../shared/registrar-library.ts';

export const MODULE = 'domainnameapi';

export const faultMode = oneOf(
  'none',
  'html',
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

const credential = object({
  identifier: text,
  secret: text,
  /** The actions that the credential's roles allow, in any case; left out: all. */
  actions: maybe(list(text)),
});

export const panelConfig = object({
  /** `/whmcs` serves `/whmcs/includes/api.php`; empty: `/includes/api.php`. */
  prefix: fallback(text, () => ''),
  /** The address from which the panel calls the vendor; left out: the server's host. */
  address: maybe(text),
  credentials: fallback(list(credential), () => [
    { identifier: 'sim-identifier', secret: 'sim-secret', actions: undefined },
  ]),
  /** Bypasses the address restriction when the caller sends it as `accesskey`. */
  accessKey: maybe(text),
  /** Addresses that may call the API; left out: any. */
  apiAddresses: maybe(list(text)),
  whmcsVersion: fallback(text, () => '8.13.1'),
  libraryVersion: fallback(text, () => '3.0.16'),
  /** The registrar module is active. */
  active: fallback(flag, () => true),
  /** The registrar settings at the start, in plain text. */
  settings: fallback(record(text), () => ({})),
  canary: fallback(object({ domainId: text, domain: text }), () => ({ domainId: '1', domain: CANARY_DOMAIN })),
  /** What UpdateModuleConfiguration does with settings that are not sent. */
  update: fallback(oneOf('merge', 'replace'), () => 'merge' as const),
  /** The module's file with its version can be fetched over HTTP. */
  showsModuleFile: fallback(flag, () => true),
  /** Where the module's own error text stands in a failed Domain* answer. */
  registrarError: fallback(oneOf('message', 'error-field'), () => 'message' as const),
  /** The registrar module of the canary domain. */
  canaryRegistrar: fallback(text, () => MODULE),
  /** The custom action that carries letters; left out: not installed. */
  connector: maybe(connectorConfig),
  /** How GetModuleConfigurationParameters lists the fields. */
  parameterList: fallback(oneOf('nested', 'flat'), () => 'nested' as const),
});
export type PanelConfig = Out<typeof panelConfig>;

export const config = object({
  host: fallback(text, () => '127.0.0.31'),
  port: fallback(number, () => 0),
  controlPort: fallback(number, () => 0),
  vendor: vendorConfig,
  panels: fallback(list(panelConfig), () => [panelConfig.read({}, 'panel')]),
  /** Instead of `panels`: as many copies of the first one, each under its own prefix. */
  many: maybe(manyConfig),
  latencyMs: fallback(number, () => 0),
});
export type Config = Out<typeof config>;

export const ready = object({ url: text, control: text });
