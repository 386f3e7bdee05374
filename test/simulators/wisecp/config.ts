import { panelShape, wholeConfig } from '../connector/panel-config.ts';
import { fallback, list, maybe, type Out, object, oneOf, text } from '../shared/read.ts';

const credential = object({
  key: text,
  /** The actions that the key is ticked for, as `Group/Action`; left out: all. */
  scopes: maybe(list(text)),
});

export const panelConfig = object({
  ...panelShape,
  /** Which of the two API generations the panel has. */
  generation: fallback(oneOf('v5', 'v3'), () => 'v5' as const),
  credentials: fallback(list(credential), () => [{ key: 'sim-wisecp-key', scopes: undefined }]),
});
export type PanelConfig = Out<typeof panelConfig>;

export const config = wholeConfig(panelConfig, '127.0.0.51');
