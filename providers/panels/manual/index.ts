import { KeyturnError } from '../../../src/core/errors.ts';
import { integrationInfoPath, type MenuPath, menuPaths } from '../../../src/core/menu-paths.ts';
import type { BindingTarget, Environment } from '../../../src/core/model.ts';
import type { Conformable } from '../../../src/core/panel-looks.ts';
import type { PanelIntegration } from '../../../src/core/ports.ts';
import { conformPanel } from '../../shared/conformance.ts';
import { warning } from '../../shared/findings.ts';
import { MANUAL_LOOKS } from './conformance.ts';
import type { ManualOptions } from './options.ts';

const NOT_REACHABLE = 'This panel is kept by hand: no program can look into it.';

/** Where and what, for a panel whose product may not be known. */
function placeOf(options: ManualOptions): MenuPath {
  const known = options.of === undefined ? undefined : menuPaths[options.of];
  return {
    title: options.title ?? known?.title ?? 'the panel',
    path: options.menuPath ?? known?.path ?? "the DomainNameAPI registrar module's settings",
    fields: known?.fields ?? 'Username = Reseller ID, Password = API Key',
  };
}

function instructionsFor(place: MenuPath, environment: Environment): string {
  const mode = environment === 'test' ? 'on' : 'off';
  return (
    `In ${place.title} open ${place.path} and enter: ${place.fields}, test mode ${mode}; then save. ` +
    `Copy both values from DomainNameAPI: ${integrationInfoPath} (the ${environment} API key).`
  );
}

function refuseIfCutOff(signal: AbortSignal): void {
  if (signal.aborted) throw new KeyturnError('ABORTED', 'The step was cut off before it began.');
}

/**
 * A panel that nobody can reach by program: the operator gets the way, and it counts as proven only when somebody says so.
 * No call fails and none waits; only an already cut-off step rejects.
 */
export function createManualPanel(options: ManualOptions): PanelIntegration & Conformable {
  const place = placeOf(options);
  const panel: PanelIntegration = {
    kind: 'manual',
    capabilities: { write: 'manual', readBack: 'none', check: 'none', asksVendorOnWrite: false },
    menuPath: place.path,
    async preflight(target, signal) {
      refuseIfCutOff(signal);
      return [byHandFinding(place, target)];
    },
    async observe(_target, signal) {
      refuseIfCutOff(signal);
      return { state: 'unobservable', reason: NOT_REACHABLE };
    },
    async apply(target, _credential, _options, signal) {
      refuseIfCutOff(signal);
      return { result: 'by-hand', instructions: instructionsFor(place, target.environment) };
    },
    async check(_target, _expected, signal) {
      refuseIfCutOff(signal);
      return { verdict: 'not-observable', detail: NOT_REACHABLE };
    },
    close: async () => {},
  };
  const parts = { panel, byHand: MANUAL_LOOKS };
  return { ...panel, conformance: (target, options, signal) => conformPanel(parts, target, options, signal) };
}

function byHandFinding(place: MenuPath, target: BindingTarget) {
  return warning(
    `By hand: in ${place.title} a person has to enter the new credential, and the outage lasts until then.`,
    `Have somebody ready for the moment the key changes. ${instructionsFor(place, target.environment)}`,
  );
}
