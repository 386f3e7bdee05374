import { randomBytes } from 'node:crypto';
import { VaultError } from './reply.ts';

export interface Token {
  readonly id: string;
  readonly policies: readonly string[];
  readonly namespace: string;
  readonly renewable: boolean;
  /** Seconds; 0: without end. */
  readonly ttl: number;
  readonly maxTtl: number;
  readonly madeAt: number;
  endsAt: number;
}

export interface TokenWish {
  readonly policies: readonly string[];
  readonly ttl?: number | undefined;
  readonly renewable?: boolean | undefined;
  readonly maxTtl?: number | undefined;
  readonly namespace?: string | undefined;
}

const DAY_S = 86_400;

export function makeToken(tokens: Map<string, Token>, wish: TokenWish, now: number): Token {
  const { policies, ttl = 3600, renewable = true, maxTtl = 32 * DAY_S, namespace = '' } = wish;
  const endsAt = ttl === 0 ? Number.POSITIVE_INFINITY : now + ttl * 1000;
  const id = `hvs.${randomBytes(18).toString('base64url')}`;
  const token: Token = { id, policies, namespace, renewable, ttl, maxTtl, madeAt: now, endsAt };
  tokens.set(id, token);
  return token;
}

/** Vault's answer to a token that it does not know, or no longer, is the one to a right that is missing. */
export function findToken(tokens: ReadonlyMap<string, Token>, id: string, now: number): Token {
  const token = tokens.get(id);
  if (!token || token.endsAt <= now) throw new VaultError(403, 'permission denied');
  return token;
}

export function secondsLeft({ endsAt }: Token, now: number): number {
  return Number.isFinite(endsAt) ? Math.max(0, Math.floor((endsAt - now) / 1000)) : 0;
}

export function renewToken(token: Token, now: number): void {
  if (!token.renewable) throw new VaultError(400, 'lease is not renewable');
  token.endsAt = Math.min(now + token.ttl * 1000, token.madeAt + token.maxTtl * 1000);
}

/** The `auth` part of an answer. */
export function authOf(token: Token, now: number): object {
  const { id: client_token, policies, renewable } = token;
  return {
    client_token,
    accessor: 'accessor',
    policies,
    token_policies: policies,
    metadata: null,
    lease_duration: secondsLeft(token, now),
    renewable,
    entity_id: '',
    token_type: 'service',
    orphan: true,
    num_uses: 0,
  };
}
