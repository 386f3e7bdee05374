import type { Fingerprinter, PanelIntegration } from './ports.ts';

/* What only some panels can do: interfaces of their own beside `PanelIntegration` (DESIGN.md section 6). */

/** The panel's facts are fingerprinted inside it, under a key that only this panel and the worker share. */
export interface FingerprintsItself {
  /** The same fingerprints, made on this side. Throws CONFIG_INVALID if the shared key cannot be had. */
  fingerprint(signal: AbortSignal): Promise<Fingerprinter>;
}

export function fingerprintsItself(panel: PanelIntegration): panel is PanelIntegration & FingerprintsItself {
  return 'fingerprint' in panel && typeof panel.fingerprint === 'function';
}
