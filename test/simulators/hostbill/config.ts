import { panelShape, wholeConfig } from '../connector/panel-config.ts';
import { fallback, list, maybe, type Out, object, text } from '../shared/read.ts';

const credential = object({
  apiId: text,
  apiKey: text,
  /** The calls that the key may make, in any case; left out: all, as a new key may. */
  calls: maybe(list(text)),
});

export const panelConfig = object({
  ...panelShape,
  /** The folder of the admin area, often renamed. */
  admin: fallback(text, () => 'admin'),
  credentials: fallback(list(credential), () => [{ apiId: 'sim-api-id', apiKey: 'sim-api-key', calls: undefined }]),
});
export type PanelConfig = Out<typeof panelConfig>;

export const config = wholeConfig(panelConfig, '127.0.0.56');
