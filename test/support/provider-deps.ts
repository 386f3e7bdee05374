import { readFile } from 'node:fs/promises';
import { env } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import type { SecretReference } from '../../providers/shared/secret-reference.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { createFingerprinter } from '../../src/core/fingerprint.ts';
import type { Clock } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';

export const testFingerprint = createFingerprinter(new SecretValue('fingerprint key of the test suite'));

/** Ends early with ABORTED. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    throw new KeyturnError('ABORTED', 'A pause was cut off.');
  }
}

export const realClock: Clock = { now: () => Date.now(), sleep };

async function lookUp(reference: SecretReference): Promise<string | undefined> {
  const [scheme, rest] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (scheme === 'env') return env[rest];
  if (scheme === 'file') return await readFile(rest, 'utf8').catch(() => undefined);
  return undefined;
}

/** Resolves `env:` and `file:` references as the program does; `store:` is not known here. */
export async function resolveTestSecret(reference: SecretReference): Promise<SecretValue> {
  const text = await lookUp(reference);
  if (text !== undefined && text !== '') return new SecretValue(text);
  throw new KeyturnError('CONFIG_INVALID', `Nothing is behind the reference ${reference}.`, { fix: 'Set it.' });
}

/** What a provider gets from outside, all of it real but the fingerprint key. Close `http` when the test ends. */
export function createTestDeps(http: HttpClient = createHttpClient()): ProviderDeps {
  return { http, clock: realClock, fingerprint: testFingerprint, resolveSecret: resolveTestSecret };
}
