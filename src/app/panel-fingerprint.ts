import type { ExpectedState } from '../core/drift-kinds.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { Fingerprint } from '../core/model.ts';
import type { CredentialFacts } from '../core/observation.ts';
import { fingerprintsItself } from '../core/panel-powers.ts';
import type { Fingerprinter, PanelIntegration } from '../core/ports.ts';
import type { AppDeps } from './deps.ts';
import type { RotationContext } from './rotation-context.ts';

/** What makes facts that can be compared with this panel's: its own key, or the one of this installation. */
export async function fingerprinterFor(
  deps: Pick<AppDeps, 'fingerprint'>,
  panel: PanelIntegration,
  signal: AbortSignal,
): Promise<Fingerprinter> {
  return fingerprintsItself(panel) ? panel.fingerprint(signal) : deps.fingerprint;
}

/** The rotation's credential as this panel would show it. */
export async function wantedFacts(
  panel: PanelIntegration,
  { facts, credential }: RotationContext,
  signal: AbortSignal,
): Promise<CredentialFacts> {
  return fingerprintsItself(panel) ? credentialFacts(await panel.fingerprint(signal), credential) : facts;
}

/**
 * The key whose turn a check needs: the one the panel was seen to hold, under this installation's fingerprint, which all panels
 * share. `seen` is what is expected as the panel shows it, `shared` the same as this installation does. A key that no store
 * knows stays as the panel showed it.
 */
export function keyToPace(held: Fingerprint | undefined, seen: ExpectedState, shared: ExpectedState): Fingerprint {
  const pairs = [
    [seen.current, shared.current],
    [seen.previous, shared.previous],
    [seen.otherEnvironment, shared.otherEnvironment],
  ] as const;
  const known = pairs.find(([own]) => own !== undefined && own.password.normalized === held)?.[1];
  return known?.password.normalized ?? held ?? shared.current.password.normalized;
}
