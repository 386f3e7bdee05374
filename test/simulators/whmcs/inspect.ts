import { hashOf } from '../shared/hash.ts';
import { type PanelConfig, panelConfig } from './config.ts';
import { type Panel, readSetting } from './panel.ts';

/** Sums up one key over all panels. */
export function totalsOf(panels: readonly Panel[], keyHash: string) {
  const pushes = panels.map((panel) => panel.pushes.get(keyHash) ?? { received: 0, applied: 0 });
  return {
    panels: panels.length,
    holding: panels.filter((panel) => hashOf(readSetting(panel, 'API_Password')) === keyHash).length,
    received: pushes.reduce((sum, one) => sum + one.received, 0),
    applied: pushes.reduce((sum, one) => sum + one.applied, 0),
    mostPerPanel: Math.max(0, ...pushes.map((one) => one.received)),
  };
}

/** The panel's configuration with some of it changed; a null takes a field back to its default. */
export function reconfigured(before: PanelConfig, change: Readonly<Record<string, unknown>>): PanelConfig {
  return panelConfig.read({ ...before, ...change }, 'change');
}
