import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { ResolveSecret } from '../../shared/secret-reference.ts';
import { fromEnvironment } from './connection.ts';
import { signInEnded, toVaultError } from './errors.ts';
import type { SignIn } from './options.ts';
import type { VaultAnswer, VaultWire } from './wire.ts';

/** What a sign-in gave. */
export interface Grant {
  /** Undefined: an Agent adds its own. */
  readonly token: SecretValue | undefined;
  /** How long the token lives; 0: without end. Undefined: Vault did not tell. */
  readonly seconds: number | undefined;
  readonly renewable: boolean;
}

/** Signs in. Throws SIGN_IN_EXPIRED when Vault refuses, CONFIG_INVALID when there is nothing to sign in with. */
export type LogIn = (signal: AbortSignal) => Promise<Grant>;

export interface LogInDeps {
  readonly wire: VaultWire;
  readonly clock: Clock;
  readonly resolveSecret: ResolveSecret;
}

const auth = z.object({
  client_token: z.string().min(1),
  lease_duration: z.number().nonnegative(),
  renewable: z.boolean(),
});
const authAnswer = z.object({ auth });
const lookupAnswer = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean().default(false) }) });
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403]);

/** The token that a login or a renewal gave. Anything else Vault answered is thrown. */
export function readGrant(answer: VaultAnswer, nowMs: number): Grant {
  const parsed = authAnswer.safeParse(answer.json).data?.auth;
  if (answer.status !== 200 || parsed === undefined) throw toVaultError(answer, nowMs);
  const { client_token: token, lease_duration: seconds, renewable } = parsed;
  return { token: new SecretValue(token), seconds, renewable };
}

/** Whether a token is still good, asked of Vault itself: it answers 403 to a token that has ended and to a right that is missing. */
export async function lookUp(
  { wire, clock }: LogInDeps,
  token: SecretValue | undefined,
  signal: AbortSignal,
): Promise<Grant | undefined> {
  const answer = await wire.send({ method: 'GET', path: 'auth/token/lookup-self' }, token, signal);
  if (answer.status === 403) return undefined;
  const parsed = lookupAnswer.safeParse(answer.json).data?.data;
  if (answer.status !== 200 || parsed === undefined) throw toVaultError(answer, clock.now());
  return { token, seconds: parsed.ttl, renewable: parsed.renewable };
}

export function createLogIn(chosen: SignIn | undefined, deps: LogInDeps): LogIn {
  if (chosen?.method === 'agent') return async () => ({ token: undefined, seconds: undefined, renewable: false });
  if (chosen === undefined || chosen.method === 'token') {
    return async (signal) => {
      const token = chosen ? await deps.resolveSecret(chosen.token, signal) : await findToken();
      return (await lookUp(deps, token, signal)) ?? { token, seconds: undefined, renewable: false };
    };
  }
  return async (signal) => {
    const body = JSON.stringify(await credentialsOf(chosen, deps.resolveSecret, signal));
    const request = { method: 'POST', path: `auth/${chosen.mount}/login`, body } as const;
    const answer = await deps.wire.send(request, undefined, signal);
    if (REFUSED.has(answer.status)) throw refused(chosen);
    return readGrant(answer, deps.clock.now());
  };
}

type WithLogin = Exclude<SignIn, { method: 'token' | 'agent' }>;

async function credentialsOf(chosen: WithLogin, resolve: ResolveSecret, signal: AbortSignal): Promise<object> {
  switch (chosen.method) {
    case 'approle':
      return {
        role_id: (await resolve(chosen.roleId, signal)).reveal(),
        ...(chosen.secretId !== undefined && { secret_id: (await resolve(chosen.secretId, signal)).reveal() }),
      };
    case 'kubernetes':
    case 'jwt':
      return {
        jwt: (await resolve(chosen.jwt, signal)).reveal(),
        ...(chosen.role !== undefined && { role: chosen.role }),
      };
    case 'cert':
      return chosen.role === undefined ? {} : { name: chosen.role };
  }
}

const WHAT_TO_CHECK = {
  approle: 'the role ID and the secret ID: one that has expired or was used up is replaced by a new one',
  kubernetes: 'the role, its bound service accounts and the token of this pod',
  jwt: 'the role, its bound claims and whether the token has expired',
  cert: 'the client certificate, when it expires, and the role',
} as const satisfies Record<WithLogin['method'], string>;

function refused({ method, mount }: WithLogin): KeyturnError {
  return new KeyturnError('SIGN_IN_EXPIRED', `Vault refused to sign Keyturn in by ${method}.`, {
    fix: `Check ${WHAT_TO_CHECK[method]}; and that auth/${mount} is where this method is mounted.`,
    untouched: 'No secret was changed.',
  });
}

/** As Vault's own command line finds its token. */
async function findToken(): Promise<SecretValue> {
  const inFile = await readFile(join(homedir(), '.vault-token'), 'utf8').catch(() => '');
  const token = fromEnvironment('TOKEN') ?? inFile.trim();
  if (token !== '') return new SecretValue(token);
  throw new KeyturnError('CONFIG_INVALID', 'No sign-in to Vault is configured.', {
    fix: 'Set `signIn` in the options of the store, or VAULT_TOKEN or BAO_TOKEN.',
  });
}

/** For a sign-in that Keyturn cannot do again by itself. */
export function endedFor(chosen: SignIn | undefined): KeyturnError {
  return signInEnded(
    chosen?.method === 'agent'
      ? "See the Agent's log and its auto_auth; it must also be set to use_auto_auth_token."
      : 'Make a new token (`vault token create -policy=keyturn -period=72h`) and put it where the old one was.',
  );
}
