import type { Estate } from '../app/deps.ts';
import { KeyturnError } from '../core/errors.ts';
import type { AccountId, AccountTarget, Binding, Environment, RotationId } from '../core/model.ts';
import type { Config, PanelConfig } from '../infra/config/config.ts';

/** The account a command names; without a name, the only one there is. */
export function findAccount(estate: Estate, name: string | undefined, environment: Environment): AccountTarget {
  if (name !== undefined) return estate.account(name as AccountId, environment);
  const accounts = estate.accounts().filter((account) => account.environment === environment);
  const [only] = accounts;
  if (only && accounts.length === 1) return only;
  const names = accounts.map(({ accountId }) => accountId).join(', ');
  throw new KeyturnError(
    'CONFIG_INVALID',
    accounts.length === 0
      ? `The configuration has no ${environment} account.`
      : `There are ${accounts.length} ${environment} accounts; say which.`,
    {
      fix: names === '' ? 'Add one under "accounts" in keyturn.yaml.' : `Name one of: ${names}.`,
    },
  );
}

/** More names than this help nobody. */
const MAX_NAMES = 20;

export interface BindingFilter {
  readonly panel: string | undefined;
  readonly account: string | undefined;
  readonly environment: Environment | undefined;
}

/** The bindings a command is about. A name that fits none is an error, not an empty success. */
export function findBindings(estate: Estate, filter: BindingFilter): readonly Binding[] {
  const found = estate
    .bindings()
    .filter(({ panelId }) => filter.panel === undefined || panelId === filter.panel)
    .filter(({ accountId }) => filter.account === undefined || accountId === filter.account)
    .filter(({ environment }) => filter.environment === undefined || environment === filter.environment);
  if (found.length > 0) return found;
  throw nothingFits(estate, filter);
}

function nothingFits(estate: Estate, { panel, account, environment }: BindingFilter): KeyturnError {
  const bindings = estate.bindings().map(({ bindingId }) => bindingId);
  if (bindings.length === 0) {
    return new KeyturnError('CONFIG_INVALID', 'The configuration has no panels yet, so there is nothing to check.', {
      fix: 'Put one under "panels" in keyturn.yaml (the file has examples), then run: keyturn doctor',
    });
  }
  const wanted = [panel, account, environment].filter((part) => part !== undefined).join(', ');
  const shown = bindings.slice(0, MAX_NAMES).join(', ');
  return new KeyturnError('CONFIG_INVALID', `The configuration has no panel that fits: ${wanted}.`, {
    fix: `It has (panel/account/environment): ${shown}${bindings.length > MAX_NAMES ? ', ...' : ''}.`,
  });
}

/** The panel a command names. Throws CONFIG_INVALID with the names there are. */
export function findPanel({ panels }: Pick<Config, 'panels'>, name: string): PanelConfig {
  const found = panels.find(({ id }) => id === name);
  if (found) return found;
  const names = panels.slice(0, MAX_NAMES).map(({ id }) => id);
  throw new KeyturnError('CONFIG_INVALID', `The configuration has no panel ${name}.`, {
    fix: names.length === 0 ? 'Put it under "panels" in keyturn.yaml first.' : `It has: ${names.join(', ')}.`,
    untouched: 'Nothing was changed.',
  });
}

export function rotationIdOf(text: string): RotationId {
  return text as RotationId;
}

/** Who asks, for the ledger: the login name of whoever runs the command. */
export function actorOf(env: NodeJS.ProcessEnv): string {
  return `cli:${env['SUDO_USER'] ?? env['USER'] ?? env['LOGNAME'] ?? 'unknown'}`;
}
