import { createFaultSwitch, type FaultSwitch } from '../shared/faults.ts';
import type { Config, FaultMode, Login } from './config.ts';
import type { Engine } from './kv.ts';
import { DEFAULT_POLICY, type Rules } from './policies.ts';
import { makeToken, type Token } from './tokens.ts';

export interface Mount {
  readonly version: 1 | 2;
  readonly engine: Engine;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly namespace: string;
  readonly token: string;
  readonly status: string;
}

/** The state of the one server. */
export interface Vault {
  readonly config: Config;
  /** By namespace and path. */
  readonly mounts: Map<string, Mount>;
  readonly namespaces: ReadonlySet<string>;
  readonly tokens: Map<string, Token>;
  readonly policies: Map<string, Rules>;
  readonly faults: FaultSwitch<FaultMode>;
  readonly requests: SeenRequest[];
  logins: readonly Login[];
  sealed: boolean;
  standby: { readonly location: string; readonly status: number } | undefined;
  aheadMs: number;
}

export function createVault(config: Config): Vault {
  const namespaces = new Set(['', ...config.namespaces]);
  const mounts = [...namespaces].map((namespace): [string, Mount] => [
    mountKey(namespace, 'secret'),
    { version: 2, engine: new Map() },
  ]);
  const tokens = new Map<string, Token>();
  const root = makeToken(tokens, { policies: ['root'], ttl: 0 }, Date.now());
  tokens.clear();
  tokens.set(config.rootToken, { ...root, id: config.rootToken });
  return {
    config,
    namespaces,
    mounts: new Map(mounts),
    tokens,
    policies: new Map([['default', DEFAULT_POLICY]]),
    faults: createFaultSwitch<FaultMode>(),
    requests: [],
    logins: config.logins,
    sealed: false,
    standby: undefined,
    aheadMs: 0,
  };
}

export function mountKey(namespace: string, path: string): string {
  return `${namespace} ${path}`;
}

export function nowOf({ aheadMs }: Vault): number {
  return Date.now() + aheadMs;
}
