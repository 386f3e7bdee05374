import { describe } from 'vitest';
import { concurrencyCases, discardCases, promoteCases } from './secret-store/promote-cases.ts';
import { readCases, readOnlyCases } from './secret-store/read-cases.ts';
import { limitCases, stageCases } from './secret-store/stage-cases.ts';
import { createSuite, type StoreTraits, type StoreUnderContract } from './secret-store/suite.ts';
import { watchCases } from './secret-store/watch-cases.ts';

/** What every SecretStore must do, whatever product is behind it. */
export function secretStoreContract(name: string, traits: StoreTraits, setup: () => Promise<StoreUnderContract>): void {
  describe(`SecretStore contract: ${name}`, () => {
    const suite = createSuite(setup);
    readCases(suite, traits);
    if (traits.access === 'read-only') {
      readOnlyCases(suite);
      return;
    }
    stageCases(suite, traits);
    promoteCases(suite);
    discardCases(suite);
    concurrencyCases(suite);
    limitCases(suite);
    if (traits.watched) watchCases(suite);
  });
}
