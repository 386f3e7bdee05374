import type { Estate } from '../app/deps.ts';
import { KeyturnError } from '../core/errors.ts';
import type { Config } from './config/config.ts';

/** The accounts and bindings of a configuration, found by id. */
export function createEstate(config: Pick<Config, 'accounts' | 'bindings'>): Estate {
  const bindings = new Map(config.bindings.map((binding) => [binding.bindingId, binding]));
  const accounts = new Map(config.accounts.map((account) => [`${account.accountId}/${account.environment}`, account]));
  return {
    accounts: () => config.accounts,
    bindings: () => config.bindings,
    account(id, environment) {
      const account = accounts.get(`${id}/${environment}`);
      if (account) return account;
      const known = [...accounts.keys()].join(', ');
      throw new KeyturnError(
        'CONFIG_INVALID',
        `The configuration has no account ${id} in the ${environment} environment.`,
        {
          fix: known === '' ? 'Add one under accounts.' : `It has: ${known}.`,
        },
      );
    },
    binding(id) {
      const binding = bindings.get(id);
      if (binding) return binding;
      throw new KeyturnError('CONFIG_INVALID', `The configuration has no binding ${id} (any more).`, {
        fix: 'Put the panel back into the configuration, or start the rotation again without it.',
      });
    },
  };
}
