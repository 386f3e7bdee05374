import { KeyturnError } from '../../../src/core/errors.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import type { SignIn } from './options.ts';
import { createLogIn, endedFor, type Grant, type LogIn, type LogInDeps, lookUp, readGrant } from './sign-in.ts';

/** Keyturn's sign-in, shared by all calls of one store: made once, renewed before it ends, made again when it has ended. */
export interface Session {
  /** The token to call with; undefined if an Agent adds its own. */
  token(signal: AbortSignal): Promise<SecretValue | undefined>;
  /**
   * To be asked after Vault denied a call. True: the sign-in had ended and there is a new one, so call again. False: the sign-in
   * is good and the right is missing. Throws SIGN_IN_EXPIRED if it has ended and cannot be made again.
   */
  recover(used: SecretValue | undefined, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** Renewed when this part of the time is over, so that several tries fit in. */
const RENEW_AFTER = 2 / 3;
/** A token that is granted less than this is at its end: renewing it again and again would gain nothing. */
const WORTH_RENEWING_S = 1;
const LONGEST_TIMER_MS = 2_147_483_647;

export function createSession(chosen: SignIn | undefined, deps: LogInDeps): Session {
  const grants = createGrants(createLogIn(chosen, deps), deps);

  async function tokenNow(signal: AbortSignal): Promise<SecretValue | undefined> {
    return (await unlessAborted(grants.get(), signal)).token;
  }

  return {
    token: tokenNow,
    async recover(used, signal) {
      if ((await tokenNow(signal)) !== used) return true;
      if (await lookUp(deps, used, signal)) return false;
      await grants.drop(used);
      const fresh = await tokenNow(signal);
      if (fresh === undefined || fresh.reveal() === used?.reveal()) throw endedFor(chosen);
      return true;
    },
    close: () => grants.close(),
  };
}

/** The one grant that all calls share. */
interface Grants {
  /** Signs in if there is none. */
  get(): Promise<Grant>;
  /** Forgets the grant if it is the one with this token. */
  drop(token: SecretValue | undefined): Promise<void>;
  close(): void;
}

function createGrants(logIn: LogIn, deps: LogInDeps): Grants {
  const closing = new AbortController();
  let grant: Promise<Grant> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function keep(fresh: Grant): Grant {
    clearTimeout(timer);
    const { seconds = 0 } = fresh;
    if (seconds > 0 && !closing.signal.aborted) {
      const ms = Math.min(seconds * 1000 * RENEW_AFTER, LONGEST_TIMER_MS);
      timer = setTimeout(() => void renew(fresh), ms).unref();
    }
    return fresh;
  }

  async function renew(old: Grant): Promise<void> {
    const seconds = old.renewable ? await renewed(old, deps, closing.signal) : 0;
    if (closing.signal.aborted) return;
    // Without a grant the next call signs in anew, and tells what is wrong if that fails.
    grant = seconds > WORTH_RENEWING_S ? Promise.resolve(keep({ ...old, seconds })) : undefined;
  }

  async function signIn(): Promise<Grant> {
    try {
      return keep(await logIn(closing.signal));
    } catch (error) {
      grant = undefined;
      throw error;
    }
  }

  return {
    get() {
      grant ??= signIn();
      return grant;
    },
    async drop(token) {
      if (grant !== undefined && (await grant).token === token) grant = undefined;
    },
    close() {
      closing.abort();
      clearTimeout(timer);
    },
  };
}

/** For how many seconds the token is good now. A renewal that fails is tried again in what is left of the time. */
async function renewed({ token, seconds = 0 }: Grant, deps: LogInDeps, signal: AbortSignal): Promise<number> {
  const request = { method: 'POST', path: 'auth/token/renew-self' } as const;
  try {
    return readGrant(await deps.wire.send(request, token, signal), deps.clock.now()).seconds ?? 0;
  } catch {
    return seconds * (1 - RENEW_AFTER);
  }
}

/** Several calls may wait for one sign-in; that one of them is cut off must not end it for the others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  function stop(): void {
    reject(new KeyturnError('ABORTED', 'A call to Vault was cut off.'));
  }
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
