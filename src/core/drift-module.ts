import { finding } from './drift-content.ts';
import type { DriftFinding, DriftInput } from './drift-kinds.ts';
import type { ModuleFacts } from './observation.ts';
import { firstRestMajor, formatVersion, parseVersion, versionGate } from './version-gates.ts';

/** Modules that call the live system whatever their test switch says (reference domainnameapi.md, section 2, point 3). */
const ALWAYS_LIVE: readonly string[] = ['clientexec', 'hostfact'];

/** True when this kind of panel can never reach the binding's environment. */
export function cannotReachEnvironment(input: DriftInput): boolean {
  return ALWAYS_LIVE.includes(input.panelKind) && input.expected.environment === 'test';
}

/** A test-mode switch that sends the panel to the environment this binding is not for. A switch that the module never reads is no drift. */
export function testModeFindings(input: DriftInput): readonly DriftFinding[] {
  const testMode = testModeOf(input);
  const { environment } = input.expected;
  if (testMode === undefined || testMode === (environment === 'test') || ALWAYS_LIVE.includes(input.panelKind))
    return [];
  const evidence = `Test mode is ${testMode ? 'on' : 'off'}, but this binding is for the ${environment} environment.`;
  return [finding('wrong-environment', 'certain', evidence)];
}

/** What is worth knowing about the switch without being a cause. */
export function testModeEvidence(input: DriftInput): string[] {
  if (!ALWAYS_LIVE.includes(input.panelKind)) return [];
  const evidence: string[] = [];
  if (cannotReachEnvironment(input))
    evidence.push('This module always calls the live system, so it cannot serve a test binding.');
  if (testModeOf(input) === true) evidence.push('The test switch is on, but this module never reads it.');
  return evidence;
}

function testModeOf(input: DriftInput): boolean | undefined {
  return input.observation.state === 'observed' ? input.observation.testMode : undefined;
}

/** A module that cannot send this kind of credential to the right place, by its version. */
export function moduleFindings(input: DriftInput): readonly DriftFinding[] {
  const { panelKind, observation } = input;
  const needed = `At least ${firstRestMajor(panelKind)}.0.2 is needed.`;
  switch (versionGate(panelKind, observation)) {
    case 'soap-only':
      return [
        finding(
          'outdated-module',
          'certain',
          installed(observation),
          'It knows only the old SOAP API, not Reseller ID and API key.',
          needed,
        ),
      ];
    case 'broken-host':
      return [
        finding(
          'outdated-module',
          'certain',
          installed(observation),
          'It sends every call to one wrong host and ignores test mode.',
          needed,
        ),
      ];
    default:
      return [];
  }
}

/** A module that works, but would not survive a stray space. */
export function moduleEvidence(input: DriftInput): string[] {
  if (versionGate(input.panelKind, input.observation) !== 'no-trim') return [];
  const advice = `From ${firstRestMajor(input.panelKind)}.0.6 on it trims stray spaces; this one does not.`;
  return [`${installed(input.observation)} ${advice}`];
}

function installed(facts: ModuleFacts): string {
  const library = facts.libraryVersion === undefined ? undefined : parseVersion(facts.libraryVersion);
  if (library) return `The module's library is version ${formatVersion(library)}.`;
  const module = facts.moduleVersion === undefined ? undefined : parseVersion(facts.moduleVersion);
  return module ? `The module is version ${formatVersion(module)}.` : '';
}
