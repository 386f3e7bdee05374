import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeyturnError } from '../../src/core/errors.ts';
import type { Credential } from '../../src/core/model.ts';
import type { CredentialVerifier } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { AccountIdentity, Verdict } from '../../src/core/verdict.ts';

/** A vendor, real or scripted, that can be brought into the states every verifier must tell apart. */
export interface VerifierHarness {
  readonly verifier: CredentialVerifier;
  /** Calls that have arrived so far. */
  calls(): number;
  accept(resellerId: string): void;
  reject(): void;
  throttle(): void;
  refuseAddress(): void;
  fail(): void;
  hang(): void;
  /** Resolves when the next call has arrived. */
  nextCall(): Promise<unknown>;
  close(): Promise<void>;
}

const EXPECTED: AccountIdentity = { resellerId: 'fd2bea54-0000-4000-8000-00000000a001', environment: 'live' };
const KEY = 'contract-key-4f8c1b7a';
const never = new AbortController().signal;

/** The obligations of the `CredentialVerifier` port (src/core/ports.ts). A new verifier has to pass this, in one short file. */
export function describeCredentialVerifier(name: string, start: () => Promise<VerifierHarness>): void {
  describe(`CredentialVerifier: ${name}`, () => {
    let vendor: VerifierHarness;
    beforeEach(async () => {
      vendor = await start();
    });
    afterEach(async () => {
      await vendor.verifier.close();
      await vendor.close();
    });

    test('is valid only when the expected account answers', async () => {
      vendor.accept(EXPECTED.resellerId);
      expect(await verify(vendor)).toMatchObject({ verdict: 'valid', resellerId: EXPECTED.resellerId });
      vendor.accept('fd2bea54-0000-4000-8000-00000000b002');
      expect(await verify(vendor)).toMatchObject({ verdict: 'rejected', reason: 'wrong-account' });
    });

    test.each([
      ['reject', { verdict: 'rejected', reason: 'bad-credential' }],
      ['refuseAddress', { verdict: 'rejected', reason: 'address-not-allowed' }],
      ['throttle', { verdict: 'inconclusive', reason: 'rate-limited' }],
      ['fail', { verdict: 'inconclusive', reason: 'outage' }],
    ] as const)('a vendor that does %s is a verdict with one call, not an exception', async (state, verdict) => {
      vendor[state]();
      const given = await verify(vendor);
      expect(given).toMatchObject(verdict);
      expect(JSON.stringify(given)).not.toContain(KEY);
      expect(vendor.calls()).toBe(1);
    });

    test('an abort before or during the call rejects with ABORTED', async () => {
      expect(await codeOf(verify(vendor, KEY, AbortSignal.abort()))).toBe('ABORTED');
      expect(vendor.calls()).toBe(0);
      vendor.hang();
      const stop = new AbortController();
      const call = codeOf(verify(vendor, KEY, stop.signal));
      await vendor.nextCall();
      stop.abort();
      expect(await call).toBe('ABORTED');
    });

    test('a credential that would not arrive as it is stored is refused without a call and without showing it', async () => {
      vendor.accept(EXPECTED.resellerId);
      for (const key of [`${KEY} `, `${KEY}\n`, `${KEY}\u200b`, `\ufeff${KEY}`, `con\u00a0${KEY}`, '']) {
        const error = await failure(verify(vendor, key));
        expect(error.code).toBe('MALFORMED_CREDENTIAL');
        expect(error.untouched).toBeDefined();
        expect(error.safeMessage + String(error.fix)).not.toContain(KEY);
      }
      expect(vendor.calls()).toBe(0);
    });
  });
}

function verify(vendor: VerifierHarness, key = KEY, signal = never): Promise<Verdict> {
  const credential: Credential = { resellerId: EXPECTED.resellerId, apiKey: new SecretValue(key) };
  return vendor.verifier.verify(credential, EXPECTED, signal);
}

async function failure(call: Promise<unknown>): Promise<KeyturnError> {
  const thrown: unknown = await call.then(
    () => new Error('The call did not fail.'),
    (error: unknown) => error,
  );
  if (thrown instanceof KeyturnError) return thrown;
  throw thrown;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await failure(call)).code;
}
