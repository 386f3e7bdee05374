import { VaultError } from './reply.ts';
import type { Token } from './tokens.ts';

/** Capabilities by path; a path with `*` at its end covers whatever follows. */
export type Rules = Readonly<Record<string, readonly string[]>>;

export const DEFAULT_POLICY: Rules = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
  'auth/token/revoke-self': ['update'],
  'sys/capabilities-self': ['update'],
};

/** What a token may do with a path; the longest rule that fits decides, and `deny` is the answer to none. */
export function capabilitiesOf(
  { policies }: Token,
  known: ReadonlyMap<string, Rules>,
  path: string,
): readonly string[] {
  if (policies.includes('root')) return ['root'];
  const fitting = policies.flatMap((policy) =>
    Object.entries(known.get(policy) ?? {}).filter(([rule]) => fits(rule, path)),
  );
  const longest = Math.max(0, ...fitting.map(([rule]) => rule.length));
  const granted = fitting.filter(([rule]) => rule.length === longest).flatMap(([, capabilities]) => capabilities);
  return granted.length === 0 || granted.includes('deny') ? ['deny'] : [...new Set(granted)].sort();
}

function fits(rule: string, path: string): boolean {
  return rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : rule === path;
}

/** Throws Vault's 403 unless the token has one of the capabilities. */
export function demand(granted: readonly string[], needed: string): void {
  if (granted.includes('root') || granted.includes(needed)) return;
  throw new VaultError(403, '1 error occurred:\n\t* permission denied\n\n');
}
