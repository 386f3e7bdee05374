import type { ErrorCode } from './errors.ts';
import type { BindingTarget, Credential } from './model.ts';
import type { PanelIntegration } from './ports.ts';

/* Powers of panels that can be looked at as an installation: is the connector well in place, does the panel behave as assumed. */

export type LookState = 'ok' | 'failed' | 'unknown' | 'not-run';

/** One thing that was looked at on a real installation. No field can hold a secret. */
export interface Look {
  /** Stable, for programs: `pairing`, `replayed`. */
  readonly id: string;
  /** The statement that is true if the look is `ok`. */
  readonly what: string;
  readonly state: LookState;
  /** What was seen, or why it was not looked at. */
  readonly evidence: string;
  readonly fix?: string;
  /** Of a failed look, if an error told it. */
  readonly code?: ErrorCode;
}

/** A panel that is reached through a connector inside it. */
export interface ConnectorHolder {
  /**
   * Proves the installation of the connector, one look after the other, to the last even if one fails: those that then make no
   * sense are `not-run`. Sends letters that must be refused, and changes nothing. Throws only ABORTED and bugs.
   */
  verifyConnector(signal: AbortSignal): AsyncIterable<Look>;
}

export interface ConformanceOptions {
  /** What the store holds for this binding; without it nothing can be compared, checked or written. */
  readonly stored?: Credential;
  /** To be awaited right before the panel is made to ask the vendor: calls with one key are paced. */
  readonly turn: () => Promise<void>;
  /** Allows to write the very same credential back. `confirm` is to be awaited right before every request that writes. */
  readonly write?: { readonly token: string; readonly confirm: () => Promise<void> };
}

/** A panel with a list of what its integration takes for granted, to be confirmed on a real installation. */
export interface Conformable {
  /** Looks through that list. Changes nothing without `write`. Throws only ABORTED and bugs. */
  conformance(target: BindingTarget, options: ConformanceOptions, signal: AbortSignal): AsyncIterable<Look>;
}

export function holdsConnector(panel: PanelIntegration): panel is PanelIntegration & ConnectorHolder {
  return 'verifyConnector' in panel && typeof panel.verifyConnector === 'function';
}

export function isConformable(panel: PanelIntegration): panel is PanelIntegration & Conformable {
  return 'conformance' in panel && typeof panel.conformance === 'function';
}
