import { adviceOf, toKeyturnError } from '../core/errors.ts';
import { credentialFacts } from '../core/field-facts.ts';
import type { Binding, Credential, PanelId } from '../core/model.ts';
import type { Look } from '../core/panel-looks.ts';
import type { AppDeps } from './deps.ts';

/** A look, and the binding it is about; without one it is about the panel as a whole. */
export interface PanelLook extends Look {
  readonly binding?: Binding;
}

export function bindingsOf({ estate }: Pick<AppDeps, 'estate'>, panelId: PanelId): readonly Binding[] {
  return estate.bindings().filter((binding) => binding.panelId === panelId);
}

/** A look that ended in an expected failure. An abort or a bug is thrown on. */
export function lookFailed(question: Pick<Look, 'id' | 'what'>, thrown: unknown, signal: AbortSignal): Look {
  signal.throwIfAborted();
  const error = toKeyturnError(thrown);
  if (error.disposition === 'bug') throw thrown;
  const fix = adviceOf(error);
  const { code, safeMessage } = error;
  return { ...question, state: 'failed', evidence: safeMessage, code, ...(fix !== undefined && { fix }) };
}

/** Waits for a turn of this credential's key at the vendor. */
export function turnOf(
  { pacer, fingerprint }: Pick<AppDeps, 'pacer' | 'fingerprint'>,
  credential: Credential,
  signal: AbortSignal,
): () => Promise<void> {
  const key = credentialFacts(fingerprint, credential).password.normalized;
  return () => pacer.turn(key, signal);
}
