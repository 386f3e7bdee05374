import { readFile } from 'node:fs/promises';
import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { openDeadline } from '../../shared/deadline.ts';
import { createHttpClient, type HttpClient } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { assertNotAborted } from '../../shared/store-preconditions.ts';
import { isEmulator, vaultUrl } from './addresses.ts';
import type { AzureStoreOptions } from './options.ts';
import { isMissing } from './refusals.ts';
import { openCredential } from './sign-in.ts';
import { isSignInError, toSignInError } from './sign-in-refusals.ts';
import { type SignInTransport, signInTransport, vaultTransport } from './transport.ts';

type Send<T> = (sdk: SecretClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/** The SDK behind one door: it loads at the first call, and what comes out of the door is ours, errors included. */
export interface AzureClient {
  /** A call that reads: tried again when the vault did not answer well. Undefined for Azure's documented "not found" alone. */
  find<T>(signal: AbortSignal, send: Send<T>): Promise<T | undefined>;
  /** A call that writes: sent once. Whether to send it again is for whoever looked what came of it. */
  write<T>(signal: AbortSignal, send: Send<T>): Promise<T>;
  close(): Promise<void>;
}

interface Opened {
  readonly sdk: SecretClient;
  readonly http: HttpClient;
  readonly signIn: SignInTransport;
}

/** What signing in may take beside the call itself: the metadata service of a managed identity is asked with pauses. */
const SIGN_IN_MS = 30_000;
const PAUSE_MS = 300;

export function createAzureClient(
  options: AzureStoreOptions,
  { clock, resolveSecret }: Pick<ProviderDeps, 'clock' | 'resolveSecret'>,
): AzureClient {
  let opened: Promise<Opened> | undefined;

  async function once<T>(signal: AbortSignal, send: Send<T>): Promise<T> {
    assertNotAborted(signal);
    opened ??= open(options, clock, resolveSecret);
    const using = opened;
    try {
      return await inTime(await using, options.requestTimeoutMs + SIGN_IN_MS, signal, send);
    } catch (error) {
      if (opened === using && (await isSpent(using, error))) opened = undefined;
      throw error;
    }
  }

  return {
    write: once,
    async find(signal, send) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(signal, send);
        } catch (error) {
          if (isMissing(error)) return undefined;
          if (!isPassing(error) || attempt >= options.maxAttempts) throw error;
        }
        await clock.sleep(PAUSE_MS * attempt, signal);
      }
    },
    async close() {
      const using = await opened?.catch(() => undefined);
      opened = undefined;
      await using?.http.close();
    },
  };
}

async function open(
  options: AzureStoreOptions,
  clock: Clock,
  resolveSecret: ProviderDeps['resolveSecret'],
): Promise<Opened> {
  const ca = options.caFile === undefined ? undefined : await readCa(options.caFile);
  const http = createHttpClient({ timeoutMs: options.requestTimeoutMs, ...(ca !== undefined && { ca }) });
  const signIn = signInTransport(http);
  const url = vaultUrl(options);
  const [{ SecretClient }, credential] = await Promise.all([
    import('@azure/keyvault-secrets'),
    openCredential(options, resolveSecret, signIn),
  ]);
  const sdkOptions: SecretClientOptions = {
    httpClient: vaultTransport(http, clock),
    retryOptions: { maxRetries: 0 },
    disableChallengeResourceVerification: isEmulator(url),
  };
  if (options.apiVersion !== undefined) sdkOptions.serviceVersion = options.apiVersion;
  return { sdk: new SecretClient(url.href, credential, sdkOptions), http, signIn };
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new KeyturnError('CONFIG_INVALID', `caFile: ${path} cannot be read.`, {
      fix: 'Give the path of a PEM file that this user may read, or leave caFile out.',
    });
  }
}

/** Ends when the time is up or `signal` fires, also where the SDK does not: a managed identity cannot be told to stop. */
async function inTime<T>(opened: Opened, ms: number, signal: AbortSignal, send: Send<T>): Promise<T> {
  const deadline = openDeadline(signal, ms);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  function onEnd(): void {
    reject(new Error('ended'));
  }
  deadline.signal.addEventListener('abort', onEnd, { once: true });
  try {
    return await Promise.race([send(opened.sdk, { abortSignal: deadline.signal }), ended]);
  } catch (error) {
    if (signal.aborted) throw new KeyturnError('ABORTED', 'A call to Azure Key Vault was cut off.');
    if (deadline.passed()) throw new KeyturnError('TIMEOUT', 'Azure Key Vault did not answer in time.');
    throw toAzureError(error, opened.signIn);
  } finally {
    deadline.close();
  }
}

/** Our own error for anything the SDK throws. No text of the SDK or of Azure gets through, and neither does the error itself. */
function toAzureError(thrown: unknown, signIn: SignInTransport): KeyturnError {
  if (thrown instanceof KeyturnError) return thrown;
  if (isSignInError(thrown)) {
    const heard = thrown.name === 'CredentialUnavailableError' ? undefined : signIn.refusal();
    return heard ?? toSignInError(thrown);
  }
  if (thrown instanceof Error && thrown.message.includes('challenge')) return wrongChallenge();
  return signIn.refusal() ?? new KeyturnError('UNEXPECTED_RESPONSE', 'The Azure SDK could not work with an answer.');
}

/** The SDK compares the vault's address with the domain for which the vault wants a token, so that no other gets one. */
function wrongChallenge(): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', "The vault's address does not belong to the domain it wants a token for.", {
    fix: 'Give the address that the portal shows as "Vault URI", also for a private endpoint.',
    untouched: 'No token was sent there.',
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof KeyturnError && (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'TIMEOUT');
}

/** Whether the next call opens anew, and so looks its secrets up anew: this one could not be opened, or its sign-in was refused. */
async function isSpent(opening: Promise<Opened>, error: unknown): Promise<boolean> {
  const opened = await opening.catch(() => undefined);
  if (opened === undefined) return true;
  const isRefused =
    error instanceof KeyturnError && (error.code === 'SIGN_IN_EXPIRED' || error.context['signIn'] === true);
  if (isRefused) void opened.http.close();
  return isRefused;
}
