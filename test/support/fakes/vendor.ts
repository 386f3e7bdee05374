import type { Credential, Environment } from '../../../src/core/model.ts';
import type { CredentialVerifier } from '../../../src/core/ports.ts';
import type { AccountIdentity, Verdict } from '../../../src/core/verdict.ts';

/** A vendor in this process: which key works where, and what was asked. */
export interface FakeVendor {
  /** API key to the environment and the Reseller ID it works for. A key that is not here is dead. */
  readonly alive: Map<string, { readonly environment: Environment; readonly resellerId: string }>;
  /** Every key that was asked about, in order, with who asked. */
  readonly asked: { readonly apiKey: string; readonly from: 'worker' | 'panel' }[];
  /** Said instead of the truth, one after another. */
  readonly says: Verdict[];
  readonly verifier: CredentialVerifier;
  ask(apiKey: string, expected: AccountIdentity, from: 'worker' | 'panel'): Verdict;
}

export const OUTAGE = { verdict: 'inconclusive', reason: 'outage', detail: 'The vendor is down.' } as const;
export const TOO_FAST = {
  verdict: 'inconclusive',
  reason: 'rate-limited',
  detail: 'Too many requests.',
  retryAfterMs: 50,
} as const;

export function createFakeVendor(): FakeVendor {
  const vendor: FakeVendor = {
    alive: new Map(),
    asked: [],
    says: [],
    verifier: {
      verify: async (credential: Credential, expected: AccountIdentity) =>
        vendor.ask(credential.apiKey.reveal(), expected, 'worker'),
      close: () => Promise.resolve(),
    },
    ask(apiKey, expected, from) {
      vendor.asked.push({ apiKey, from });
      return vendor.says.shift() ?? judge(vendor, apiKey, expected);
    },
  };
  return vendor;
}

function judge({ alive }: FakeVendor, apiKey: string, expected: AccountIdentity): Verdict {
  const known = alive.get(apiKey);
  if (known?.environment !== expected.environment) {
    return { verdict: 'rejected', reason: 'bad-credential', detail: 'The vendor does not know this key.' };
  }
  if (known.resellerId !== expected.resellerId) {
    return { verdict: 'rejected', reason: 'wrong-account', detail: 'Another account answered.' };
  }
  return { verdict: 'valid', resellerId: known.resellerId, balances: [], detail: 'Balance 12.00 USD.' };
}
