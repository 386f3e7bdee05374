import { randomKey } from '../shared/hash.ts';
import type { Config, EnvironmentName, PairConfig } from './config.ts';

/** One account in one environment, as the vendor keeps it. */
export interface Pair {
  readonly account: string;
  readonly environment: EnvironmentName;
  readonly resellerId: string;
  readonly resellerName: string;
  readonly domains: readonly string[];
  apiKey: string;
  usdBalance: number;
  tryBalance: number;
  allowedAddresses: readonly string[] | undefined;
  /** Earlier keys that still work, with the moment they die; usually empty. */
  readonly dying: Map<string, number>;
}

function toPair(account: string, environment: EnvironmentName, from: PairConfig): Pair {
  return { account, environment, ...from, dying: new Map() };
}

/** All accounts in both environments. */
export function createAccounts(config: Config): readonly Pair[] {
  return config.accounts.flatMap((one) => [toPair(one.name, 'live', one.live), toPair(one.name, 'test', one.test)]);
}

/** The pair that a control call means. Throws if there is no such account. */
export function pairOf(
  pairs: readonly Pair[],
  which: { readonly account?: string | undefined; readonly environment: EnvironmentName },
): Pair {
  const found = pairs.find(
    (one) => one.environment === which.environment && one.account === (which.account ?? one.account),
  );
  if (!found) throw new Error(`no account ${which.account ?? ''}`);
  return found;
}

/** The pair that a caller has proven to be, by the id and a key that is alive now. */
export function authenticate(
  pairs: readonly Pair[],
  environment: EnvironmentName,
  resellerId: string,
  key: string,
): Pair | undefined {
  const pair = pairs.find(
    (one) => one.environment === environment && one.resellerId.toLowerCase() === resellerId.toLowerCase(),
  );
  if (!pair) return undefined;
  const alive = pair.apiKey === key || (pair.dying.get(key) ?? 0) > Date.now();
  return alive ? pair : undefined;
}

/** Gives the account a new key; the old one lives on for `overlapMs` only. */
export function regenerate(pair: Pair, newKey: string | undefined, overlapMs: number): string {
  pair.dying.clear();
  if (overlapMs > 0) pair.dying.set(pair.apiKey, Date.now() + overlapMs);
  pair.apiKey = newKey ?? randomKey();
  return pair.apiKey;
}
