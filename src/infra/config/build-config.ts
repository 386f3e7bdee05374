import {
  type AccountId,
  type AccountTarget,
  type Binding,
  bindingIdOf,
  ENVIRONMENTS,
  type PanelId,
  type StoreId,
} from '../../core/model.ts';
import type { ProviderOptions } from './check-kinds.ts';
import type { Config, PanelConfig, StoreConfig } from './config.ts';
import type { ParsedConfig } from './schema.ts';
import { toSecretRef } from './secret-schema.ts';

/** Puts the checked parts together. Names become branded ids here, and nowhere else. */
export function buildConfig(
  file: { readonly path: string; readonly directory: string },
  parsed: ParsedConfig,
  options: ProviderOptions,
): Config {
  return {
    ...file,
    fingerprintKey: parsed.fingerprintKey,
    ...(parsed.redis && { redis: parsed.redis }),
    stores: Object.entries(parsed.stores).map(
      ([id, { kind }]): StoreConfig => ({ id: id as StoreId, kind, options: options.stores.get(id) }),
    ),
    accounts: accountsOf(parsed),
    panels: Object.entries(parsed.panels).map(
      ([id, { kind }]): PanelConfig => ({ id: id as PanelId, kind, options: options.panels.get(id)?.panel }),
    ),
    bindings: bindingsOf(parsed, options),
    vendor: options.vendor,
    worker: parsed.worker,
  };
}

function accountsOf(parsed: ParsedConfig): readonly AccountTarget[] {
  return Object.entries(parsed.accounts).flatMap(([id, account]) =>
    ENVIRONMENTS.flatMap((environment): AccountTarget[] => {
      const target = account[environment];
      if (!target) return [];
      const secret = toSecretRef(target.secret);
      const resellerId = target.resellerId === undefined ? {} : { resellerId: target.resellerId };
      return [{ accountId: id as AccountId, environment, secret, ...resellerId }];
    }),
  );
}

function bindingsOf(parsed: ParsedConfig, options: ProviderOptions): readonly Binding[] {
  return Object.entries(parsed.panels).flatMap(([id, panel]) =>
    panel.bindings.map(
      (binding, index): Binding => ({
        bindingId: bindingIdOf(id, binding.account, binding.environment),
        panelId: id as PanelId,
        panelKind: panel.kind,
        accountId: binding.account as AccountId,
        environment: binding.environment,
        policy: binding.policy,
        options: options.panels.get(id)?.bindings[index],
      }),
    ),
  );
}
