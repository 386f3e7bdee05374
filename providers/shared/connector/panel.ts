import type { BindingTarget } from '../../../src/core/model.ts';
import type { Conformable, ConnectorHolder } from '../../../src/core/panel-looks.ts';
import type { FingerprintsItself } from '../../../src/core/panel-powers.ts';
import type { Finding, PanelIntegration } from '../../../src/core/ports.ts';
import { type ConformanceParts, conformPanel } from '../conformance.ts';
import type { ProviderDeps } from '../kinds.ts';
import type { LookByHand } from '../looks.ts';
import type { SecretReference } from '../secret-reference.ts';
import { applyByConnector } from './apply.ts';
import type { Carrier } from './carrier.ts';
import { verdictOfCheck } from './check.ts';
import { type ConnectorClient, createConnectorClient } from './client.ts';
import { toObservation } from './observation.ts';
import { preflightConnector } from './preflight.ts';
import { checkSchema, observeSchema } from './schema.ts';
import { verifyConnector } from './verify.ts';

export interface ConnectorPanelParts {
  readonly kind: string;
  /** `WISECP`, for the reader. */
  readonly title: string;
  readonly menuPath: string;
  readonly carrier: Carrier;
  readonly pairing: SecretReference;
  readonly deps: ProviderDeps;
  /** The place inside the panel that a binding means; undefined if the panel has one place. */
  readonly place?: (bindingOptions: unknown) => string | undefined;
  /** Looks through the panel's own API, before the connector is asked. A blocker among them ends preflight. */
  readonly preflight?: (target: BindingTarget, signal: AbortSignal) => Promise<readonly Finding[]>;
  /** The panel looks the account up at the vendor before it saves, whoever saves; false if left out. */
  readonly asksVendorOnWrite?: boolean;
  /** What its conformance list leaves to people. */
  readonly byHand?: readonly LookByHand[];
}

export type ConnectorPanel = PanelIntegration & FingerprintsItself & ConnectorHolder & Conformable;

/**
 * A panel that is read, written and checked from inside, by its connector. The secret goes in sealed and never comes out; the
 * facts that come out are fingerprinted under the pairing's own key.
 */
export function createConnectorPanel(parts: ConnectorPanelParts): ConnectorPanel {
  const { kind, title, menuPath, carrier, deps, asksVendorOnWrite = false } = parts;
  const client = createConnectorClient(carrier, parts.pairing, deps);
  function placeOf(target: BindingTarget): { readonly place?: string } {
    const place = parts.place?.(target.options);
    return place === undefined ? {} : { place };
  }
  const panel: PanelIntegration & FingerprintsItself = {
    kind,
    menuPath,
    capabilities: { write: 'connector', readBack: 'fingerprint', check: 'balance', asksVendorOnWrite },
    fingerprint: async (signal) => (await client.pairing(signal)).fingerprint,
    async preflight(target, signal) {
      const official = (await parts.preflight?.(target, signal)) ?? [];
      if (official.some(({ level }) => level === 'blocker')) return official;
      const looked = { kind, title, environment: target.environment, place: parts.place?.(target.options) };
      return [...official, ...(await preflightConnector(client, looked, deps.clock.now(), signal))];
    },
    async observe(target, signal) {
      return toObservation(await client.call('observe', placeOf(target), observeSchema, signal));
    },
    async apply(target, credential, options, signal) {
      const testMode = target.environment === 'test';
      const change = { credential, testMode, menuPath, place: parts.place?.(target.options) };
      return applyByConnector(client, change, options, signal);
    },
    async check(target, expected, signal) {
      const checked = await client.call('check', placeOf(target), checkSchema, signal);
      return verdictOfCheck(checked, expected, deps.clock.now());
    },
    close: async () => {},
  };
  return {
    ...panel,
    verifyConnector: (signal) => verifyConnector(client, { kind, title, clock: deps.clock }, signal),
    conformance: (target, options, signal) =>
      conformPanel(conformanceParts(parts, client, panel), target, options, signal),
  };
}

/** What the conformance list can have from a connector: a fingerprint of all other settings, and a save that is not skipped. */
function conformanceParts(
  { place, menuPath, byHand = [] }: ConnectorPanelParts,
  client: ConnectorClient,
  panel: PanelIntegration & FingerprintsItself,
): ConformanceParts {
  return {
    panel,
    byHand,
    fingerprint: (signal) => panel.fingerprint(signal),
    async others({ options }, signal) {
      const name = place?.(options);
      return (await client.call('observe', { ...(name !== undefined && { place: name }) }, observeSchema, signal))
        .others;
    },
    async rewrite({ options, environment }, credential, write, signal) {
      const change = { credential, testMode: environment === 'test', menuPath, place: place?.(options), rewrite: true };
      return applyByConnector(client, change, write, signal);
    },
  };
}
