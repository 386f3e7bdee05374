import type { DriftKind, ExpectedState } from './drift-kinds.ts';
import type { AccountId } from './model.ts';
import type { CredentialFacts, FieldFacts } from './observation.ts';

/** The two fields, and also the two sorts of value: a Reseller ID belongs in `username`, an API key in `password`. */
export type Field = 'username' | 'password';

export function otherField(field: Field): Field {
  return field === 'username' ? 'password' : 'username';
}

/** Where a known value comes from. The order is the order of belief when one value is known from several places. */
export type Origin = 'current' | 'previous' | 'other-environment' | 'other-account';

/** A value that some store holds. */
export interface KnownValue {
  /** The field that this value belongs in. */
  readonly field: Field;
  readonly origin: Origin;
  readonly facts: FieldFacts;
  /** Set when the origin is another account. */
  readonly accountId?: AccountId;
}

interface KnownPair {
  readonly origin: Origin;
  readonly credential: CredentialFacts;
  readonly accountId?: AccountId;
}

/**
 * Finds which known value a stored field holds, judged by the normal form. A value that belongs in this very field goes before
 * one that belongs in the other, because a Reseller ID and an API key might be the same text. Nothing matches an empty field.
 */
export function findKnownValue(field: Field, observed: FieldFacts, expected: ExpectedState): KnownValue | undefined {
  if (observed.shape === 'empty') return undefined;
  const pairs = knownPairs(expected);
  return findIn(pairs, field, observed) ?? findIn(pairs, otherField(field), observed);
}

function findIn(pairs: readonly KnownPair[], field: Field, observed: FieldFacts): KnownValue | undefined {
  const pair = pairs.find(({ credential }) => credential[field].normalized === observed.normalized);
  if (!pair) return undefined;
  const { origin, accountId } = pair;
  return { field, origin, facts: pair.credential[field], ...(accountId === undefined ? {} : { accountId }) };
}

function knownPairs(expected: ExpectedState): KnownPair[] {
  const pairs: KnownPair[] = [{ origin: 'current', credential: expected.current }];
  if (expected.previous) pairs.push({ origin: 'previous', credential: expected.previous });
  if (expected.otherEnvironment) pairs.push({ origin: 'other-environment', credential: expected.otherEnvironment });
  const others = otherAccountPairs(expected);
  pairs.push(...others.filter((pair) => pair.origin === 'other-environment'));
  pairs.push(...others.filter((pair) => pair.origin === 'other-account'));
  return pairs;
}

/**
 * Another entry of the configuration may still be the same reseller account: listed under the same name, or under another name
 * for its other environment. Then its key is the other environment's key, not another account's.
 */
function otherAccountPairs(expected: ExpectedState): KnownPair[] {
  return expected.otherAccounts.flatMap((other): KnownPair[] => {
    const { accountId, credential } = other;
    const isSameAccount =
      accountId === expected.accountId || credential.username.normalized === expected.current.username.normalized;
    const isOtherEnvironment = other.environment !== expected.environment;
    if (isSameAccount && isOtherEnvironment) return [{ origin: 'other-environment', credential }];
    if (accountId === expected.accountId) return [];
    return [{ origin: 'other-account', credential, accountId }];
  });
}

const KIND_OF_ORIGIN = {
  previous: 'stale-key',
  'other-environment': 'wrong-environment',
  'other-account': 'wrong-account',
} as const satisfies Record<Exclude<Origin, 'current'>, DriftKind>;

/** The drift kind that a value of this origin means; none for the current one. */
export function kindOfOrigin(origin: Origin): DriftKind | undefined {
  return origin === 'current' ? undefined : KIND_OF_ORIGIN[origin];
}
