import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.ts';
import type { Stage, VersionId } from '../../../src/core/model.ts';
import type { SecretStore } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { refusal } from '../../support/refusal.ts';

/** A signal that never fires. */
export const NEVER = new AbortController().signal;

export interface SeededSecret {
  readonly name: string;
  readonly current: VersionId;
  readonly value: SecretValue;
}

/** One place with two openings of it, as two workers have. */
export interface StoreUnderContract {
  readonly store: SecretStore;
  readonly another: SecretStore;
  /** A fresh name with no version under it, made ready as far as the product needs it for a first `stage`. */
  emptySecret(): Promise<string>;
  /** A fresh name whose current version holds `value`, put there as a user of the product would. */
  seed(value: SecretValue): Promise<SeededSecret>;
  close(): Promise<void>;
}

export interface StoreTraits {
  readonly access: 'read-write' | 'read-only';
  /** The product makes a secret's first version current by itself (AWS does). */
  readonly firstIsCurrent?: boolean;
  /** It has the power WatchesVersions. */
  readonly watched?: boolean;
}

/** What every case uses. */
export interface Suite {
  readonly under: () => StoreUnderContract;
  /**
   * A documented payload with a key of its own; remembered, so that `refused` can look for it in what is thrown. Its fields are
   * sorted: a product that keeps fields and not text gives them so, and the cases may compare byte for byte.
   */
  readonly payload: (extra?: Readonly<Record<string, unknown>>) => SecretValue;
  readonly refused: (promise: Promise<unknown>, code: ErrorCode) => Promise<void>;
  readonly read: (name: string, which: Stage | VersionId) => Promise<string | undefined>;
  readonly seeded: () => Promise<SeededSecret>;
  readonly stage: (name: string, value: SecretValue, token?: string) => Promise<VersionId>;
}

/** Opens the store before the cases and closes it after them. */
export function createSuite(setup: () => Promise<StoreUnderContract>): Suite {
  let opened: StoreUnderContract | undefined;
  const secrets: string[] = [];
  beforeAll(async () => {
    opened = await setup();
  });
  afterAll(async () => {
    await opened?.close();
  });

  function under(): StoreUnderContract {
    return opened ?? expect.fail('the store could not be set up');
  }
  function payload(extra: Readonly<Record<string, unknown>> = {}): SecretValue {
    const apiKey = `key-${randomUUID()}`;
    secrets.push(apiKey);
    const fields = Object.entries({ ...extra, resellerId: randomUUID(), apiKey });
    return new SecretValue(JSON.stringify(Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))));
  }
  return {
    under,
    payload,
    refused: async (promise, code) => {
      await refusal(promise, code, secrets);
    },
    read: async (secret, which) =>
      (await under().store.read(secret, isStage(which) ? which : { version: which }, NEVER))?.value.reveal(),
    seeded: () => under().seed(payload()),
    stage: (secret, value, token = randomUUID()) => under().store.stage(secret, value, { token }, NEVER),
  };
}

function isStage(which: Stage | VersionId): which is Stage {
  return which === 'current' || which === 'pending' || which === 'previous';
}
