import { storedFacts } from '../src/core/field-facts.ts';
import { createFingerprinter } from '../src/core/fingerprint.ts';
import type { Credential } from '../src/core/model.ts';
import type { PanelIntegration } from '../src/core/ports.ts';
import { SecretValue } from '../src/core/secret-value.ts';
import { type BenchPanel, FINGERPRINT_KEY } from './engine.ts';
import type { PanelCalls } from './panel-calls.ts';

const RESELLER = '11111111-2222-4333-8444-555555555555';
const KEYS: Readonly<Record<string, SecretValue>> = {
  new: new SecretValue('bench-key-new'),
  old: new SecretValue('bench-key-old'),
};
const fingerprint = createFingerprinter(FINGERPRINT_KEY);

/** What the stand-ins are to hold in the end. */
export const newCredential: Credential = { resellerId: RESELLER, apiKey: KEYS['new'] ?? new SecretValue('') };

/** As many panels as wanted; each step of one is one call to the stand-in for a panel. */
export function standInPanels(total: number, calls: PanelCalls): ReadonlyMap<string, BenchPanel> {
  const ids = Array.from({ length: total }, (_, n) => `p${n}`);
  return new Map(ids.map((id) => [id, { integration: standIn(id, calls), options: {} }]));
}

function standIn(id: string, calls: PanelCalls): PanelIntegration {
  return {
    kind: 'bench',
    menuPath: '',
    capabilities: { write: 'remote', readBack: 'value', check: 'balance', asksVendorOnWrite: false },
    preflight: async () => [],
    async observe() {
      const key = KEYS[await calls.read(id)] ?? KEYS['old'];
      return key
        ? { state: 'observed', ...storedFacts(fingerprint, RESELLER, key), testMode: false }
        : { state: 'unobservable', reason: '' };
    },
    async apply() {
      await calls.push(id, 'new');
      return { result: 'changed' };
    },
    async check() {
      return (await calls.check(id))
        ? { verdict: 'valid', method: 'balance', balances: [], detail: 'ok' }
        : { verdict: 'rejected', reason: 'bad-credential', method: 'balance', detail: 'no' };
    },
    close: async () => undefined,
  };
}
