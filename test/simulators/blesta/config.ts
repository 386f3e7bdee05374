import { connectorConfig } from '../connector/config.ts';
import { manyConfig } from '../shared/panels.ts';
import { fallback, flag, list, maybe, number, type Out, object, oneOf, record, text } from '../shared/read.ts';
import { vendorConfig } from '../shared/registrar-library.ts';

export const MODULE_CLASS = 'domainnameapi';

export const faultMode = oneOf(
  'none',
  'html',
  '500',
  '502',
  '503',
  '403',
  'maintenance',
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

const row = object({ id: text, meta: record(text) });

export const panelConfig = object({
  /** `/blesta` serves `/blesta/api/...` and `/blesta/index.php/api/...`. */
  prefix: fallback(text, () => ''),
  /** The address from which the panel calls the vendor; left out: the server's host. */
  address: maybe(text),
  apiUser: fallback(text, () => 'sim-user'),
  apiKey: fallback(text, () => 'sim-key'),
  companyId: fallback(text, () => '1'),
  moduleId: fallback(text, () => '12'),
  moduleVersion: fallback(text, () => '2.0.10'),
  libraryVersion: fallback(text, () => '3.0.9'),
  /** The module is installed. */
  installed: fallback(flag, () => true),
  /** The module's rows at the start: one per account. */
  rows: fallback(list(row), () => [{ id: '3', meta: { user: '', key: '', sandbox: 'false' } }]),
  /** Validation hands the library the text "false", which PHP takes for true: the test environment is asked. */
  validationBug: fallback(flag, () => true),
  /** A refused save answers 200 with `errors` in the body instead of 400. */
  errorsAs200: fallback(flag, () => false),
  /** How getRow shows the stored key. */
  readBack: fallback(oneOf('plain', 'cipher'), () => 'plain' as const),
  /** Optional arguments that are left out give the 500 that some encoded installations give. */
  strictDefaults: fallback(flag, () => false),
  /** The plugin Keyturn; left out: it is not installed. */
  connector: maybe(connectorConfig),
});
export type PanelConfig = Out<typeof panelConfig>;

export const config = object({
  host: fallback(text, () => '127.0.0.41'),
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
