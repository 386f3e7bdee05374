import type { ModuleFacts } from '../../src/core/observation.ts';
import type { Finding } from '../../src/core/ports.ts';
import { versionGate } from '../../src/core/version-gates.ts';
import { blocker, ok, warning } from './findings.ts';

/** Says whether the installed module is recent enough. Undefined when no version can be told, so that nothing can be said. */
export function versionFinding(title: string, panelKind: string, facts: ModuleFacts): Finding | undefined {
  const gate = versionGate(panelKind, facts);
  if (gate === undefined) return undefined;
  const what = `The DomainNameAPI module in ${title} is version ${facts.moduleVersion ?? facts.libraryVersion ?? 'unknown'}`;
  const fix = 'Install the latest module from github.com/domainreseller, then save the credentials again.';
  if (gate === 'soap-only') return blocker(`${what}, which cannot use a Reseller ID and API key at all.`, fix);
  if (gate === 'broken-host') return blocker(`${what}, which cannot reach the live system.`, fix);
  if (gate === 'no-trim') return warning(`${what}, which trips over a stray space in a credential.`, fix);
  return ok(`${what}.`);
}
