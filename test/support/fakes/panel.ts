import { KeyturnError } from '../../../src/core/errors.ts';
import { storedFacts } from '../../../src/core/field-facts.ts';
import { fingerprinterFrom } from '../../../src/core/fingerprint.ts';
import type { PanelId } from '../../../src/core/model.ts';
import type { Observation } from '../../../src/core/observation.ts';
import type { FingerprintsItself } from '../../../src/core/panel-powers.ts';
import type { Finding, Fingerprinter, PanelCapabilities, PanelIntegration } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { PanelCheck } from '../../../src/core/verdict.ts';
import { testFingerprint } from '../provider-deps.ts';
import type { FakeVendor } from './vendor.ts';

type Call = 'preflight' | 'observe' | 'apply' | 'check';

/** A panel in this process, open to inspection, that can be made to fail, lie, hide and hang. */
export interface FakePanel extends PanelIntegration {
  readonly panelId: PanelId;
  held: { username: string; password: string; testMode?: boolean };
  capabilities: PanelCapabilities;
  /** Keys that were pushed, in order; and every call. */
  readonly pushes: string[];
  readonly calls: Call[];
  /** Thrown by the next calls of that name, one after another. */
  readonly failures: Record<Call, KeyturnError[]>;
  /** Awaited at the beginning of every call. */
  before: (call: Call, signal: AbortSignal) => Promise<void>;
  /** Says yes to a write and keeps what it has. */
  ignoresWrites: boolean;
  /** Said instead of asking the vendor. */
  saysOfCheck: PanelCheck | undefined;
  findings: Finding[];
  /** What its facts are fingerprinted with. */
  facts: Fingerprinter;
  /** Set by `giveConnector`. */
  fingerprint?: FingerprintsItself['fingerprint'];
}

export const READABLE: PanelCapabilities = {
  write: 'remote',
  readBack: 'value',
  check: 'balance',
  asksVendorOnWrite: false,
};
export const HIDDEN: PanelCapabilities = { ...READABLE, readBack: 'none' };
/** From now on the panel is worked from inside: its facts are under a key of its own. */
export function giveConnector(panel: FakePanel): void {
  const own = fingerprinterFrom(`key of ${panel.panelId}`);
  panel.capabilities = { write: 'connector', readBack: 'fingerprint', check: 'balance', asksVendorOnWrite: false };
  panel.facts = own;
  panel.fingerprint = () => Promise.resolve(own);
}

export const BY_HAND: PanelCapabilities = { ...READABLE, write: 'manual', readBack: 'none', check: 'none' };

export function createFakePanel(panelId: PanelId, vendor: FakeVendor): FakePanel {
  async function begin(call: Call, signal: AbortSignal): Promise<void> {
    panel.calls.push(call);
    await panel.before(call, signal);
    const failure = panel.failures[call].shift();
    if (failure) throw failure;
  }

  const panel: FakePanel = {
    panelId,
    kind: 'fake',
    menuPath: 'Setup > Registrars',
    held: { username: '', password: '' },
    capabilities: READABLE,
    pushes: [],
    calls: [],
    failures: { preflight: [], observe: [], apply: [], check: [] },
    before: () => Promise.resolve(),
    ignoresWrites: false,
    saysOfCheck: undefined,
    findings: [{ level: 'ok', what: 'The panel answers.' }],
    facts: testFingerprint,
    async preflight(_target, signal) {
      await begin('preflight', signal);
      return panel.findings;
    },
    async observe(_target, signal) {
      await begin('observe', signal);
      return observationOf(panel);
    },
    async apply(_target, credential, { lastSeen }, signal) {
      await begin('apply', signal);
      if (lastSeen !== undefined && lastSeen !== panel.facts(panel.held.password)) throw changedMeanwhile();
      if (panel.capabilities.write === 'manual') return { result: 'by-hand', instructions: 'Enter it at Setup.' };
      panel.pushes.push(credential.apiKey.reveal());
      const { resellerId: username, apiKey } = credential;
      if (!panel.ignoresWrites) panel.held = { ...panel.held, username, password: apiKey.reveal() };
      return { result: 'changed' };
    },
    async check(_target, expected, signal) {
      await begin('check', signal);
      if (panel.saysOfCheck) return panel.saysOfCheck;
      const method = panel.capabilities.check === 'behaviour' ? 'behaviour' : 'balance';
      return { ...vendor.ask(panel.held.password, expected, 'panel'), method };
    },
    close: () => Promise.resolve(),
  };
  return panel;
}

function changedMeanwhile(): KeyturnError {
  return new KeyturnError('SUPERSEDED', 'The key was changed after it was last seen.');
}

function observationOf({ capabilities, held, facts: fingerprint }: FakePanel): Observation {
  if (capabilities.readBack === 'none') return { state: 'unobservable', reason: 'This panel shows nothing.' };
  const facts = storedFacts(fingerprint, held.username, new SecretValue(held.password));
  return { state: 'observed', ...facts, ...(held.testMode !== undefined && { testMode: held.testMode }) };
}
