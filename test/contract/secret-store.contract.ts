import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCredential, withCredential } from '../../src/core/credential-payload.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Stage, VersionId } from '../../src/core/model.ts';
import type { SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { refusal } from '../support/refusal.ts';

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
}

const NEVER = new AbortController().signal;

interface Suite {
  under(): StoreUnderContract;
  /** A documented payload with a key of its own; remembered, so that `refused` can look for it in what is thrown. */
  payload(extra?: Readonly<Record<string, unknown>>): SecretValue;
  refused(promise: Promise<unknown>, code: ErrorCode): Promise<void>;
  read(name: string, which: Stage | VersionId): Promise<string | undefined>;
  seeded(): Promise<SeededSecret>;
  stage(name: string, value: SecretValue, token?: string): Promise<VersionId>;
}

/** What every SecretStore must do, whatever product is behind it. */
export function secretStoreContract(name: string, traits: StoreTraits, setup: () => Promise<StoreUnderContract>): void {
  describe(`SecretStore contract: ${name}`, () => {
    const suite = createSuite(setup);
    readCases(suite, traits);
    if (traits.access === 'read-only') {
      readOnlyCases(suite);
      return;
    }
    stageCases(suite, traits);
    promoteCases(suite);
    discardCases(suite);
    concurrencyCases(suite);
    limitCases(suite);
  });
}

function createSuite(setup: () => Promise<StoreUnderContract>): Suite {
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
    return new SecretValue(JSON.stringify({ ...extra, resellerId: randomUUID(), apiKey }));
  }
  return {
    under,
    payload,
    refused: async (promise, code) => void (await refusal(promise, code, secrets)),
    read: async (secret, which) =>
      (await under().store.read(secret, isStage(which) ? which : { version: which }, NEVER))?.value.reveal(),
    seeded: () => under().seed(payload()),
    stage: (secret, value, token = randomUUID()) => under().store.stage(secret, value, { token }, NEVER),
  };
}

function isStage(which: Stage | VersionId): which is Stage {
  return which === 'current' || which === 'pending' || which === 'previous';
}

function readCases({ under, seeded, payload, read, refused }: Suite, traits: StoreTraits): void {
  it('gives undefined for a secret that is not there, whatever is asked for', async () => {
    const name = `nobody-made-${randomUUID()}`;
    for (const which of ['current', 'pending', 'previous'] as const) expect(await read(name, which)).toBeUndefined();
    expect(await under().store.read(name, { version: randomUUID() as VersionId }, NEVER)).toBeUndefined();
  });

  it('reads the current version by its stage and by its id, byte for byte', async () => {
    const { name, current, value } = await under().seed(payload({ note: 'é\u00A0"\\\n 鍵 ' }));
    for (const which of ['current', { version: current }] as const) {
      const found = await under().store.read(name, which, NEVER);
      expect(found?.versionId).toBe(current);
      expect(found?.stages).toEqual(['current']);
      expect(found?.value.reveal() === value.reveal()).toBe(true);
    }
  });

  it('gives undefined for a stage or a version that a secret does not have', async () => {
    const { name } = await seeded();
    expect(await read(name, 'pending')).toBeUndefined();
    expect(await read(name, 'previous')).toBeUndefined();
    expect(await under().store.read(name, { version: randomUUID() as VersionId }, NEVER)).toBeUndefined();
  });

  it('gives a payload that parses to the credential', async () => {
    const { name, value } = await seeded();
    const found = await under().store.read(name, 'current', NEVER);
    expect(found && parseCredential(found.value).resellerId).toBe(parseCredential(value).resellerId);
  });

  it('rejects, and never says "absent", when the call is cut off', async () => {
    const { name } = await seeded();
    await refused(under().store.read(name, 'current', AbortSignal.abort()), 'ABORTED');
  });

  it('says honestly whether it can be written', () => {
    expect(under().store.capabilities.writable).toBe(traits.access === 'read-write');
  });
}

function readOnlyCases({ under, seeded, payload, refused, read }: Suite): void {
  it('refuses every write with the fix, and changes nothing', async () => {
    const { name, current, value } = await seeded();
    const { store } = under();
    await refused(store.stage(name, payload(), { token: randomUUID() }, NEVER), 'CAPABILITY_MISSING');
    await refused(store.promote(name, current, { expectedCurrent: current }, NEVER), 'CAPABILITY_MISSING');
    await refused(store.discard(name, current, NEVER), 'CAPABILITY_MISSING');
    expect(await read(name, 'current')).toBe(value.reveal());
  });
}

function stageCases({ under, seeded, payload, refused, read, stage }: Suite, traits: StoreTraits): void {
  it('stages beside the current version and leaves that alone', async () => {
    const { name, current, value } = await seeded();
    const next = payload();
    const versionId = await stage(name, next);
    const pending = await under().store.read(name, 'pending', NEVER);
    expect(pending?.versionId).toBe(versionId);
    expect(pending?.stages).toEqual(['pending']);
    expect(pending?.value.reveal()).toBe(next.reveal());
    expect(await read(name, 'current')).toBe(value.reveal());
    expect(await read(name, current)).toBe(value.reveal());
  });

  it('stages the first version of an empty secret', async () => {
    const name = await under().emptySecret();
    const first = payload();
    const versionId = await stage(name, first);
    expect(await read(name, versionId)).toBe(first.reveal());
    expect(await read(name, 'current')).toBe(traits.firstIsCurrent ? first.reveal() : undefined);
    await under().store.promote(name, versionId, { expectedCurrent: undefined }, NEVER);
    expect(await read(name, 'current')).toBe(first.reveal());
    expect(await read(name, 'pending')).toBeUndefined();
    expect(await read(name, 'previous')).toBeUndefined();
  });

  it('gives the same version for the same token and value', async () => {
    const { name } = await seeded();
    const [next, token] = [payload(), randomUUID()];
    const versionId = await stage(name, next, token);
    expect(await stage(name, next, token)).toBe(versionId);
    expect(await under().another.stage(name, next, { token }, NEVER)).toBe(versionId);
    expect(await read(name, 'pending')).toBe(next.reveal());
  });

  it('refuses a token that was used for another value', async () => {
    const { name } = await seeded();
    const [next, token] = [payload(), randomUUID()];
    const versionId = await stage(name, next, token);
    await refused(stage(name, payload(), token), 'STORE_CONFLICT');
    await under().store.discard(name, versionId, NEVER);
    await refused(stage(name, payload(), token), 'STORE_CONFLICT');
    expect(await read(name, versionId)).toBe(next.reveal());
  });

  it('lets a later stage take the place of an older pending version, which stays readable by its id', async () => {
    const { name, value } = await seeded();
    const [older, newer] = [payload(), payload()];
    const olderId = await stage(name, older);
    await stage(name, newer);
    expect(await read(name, 'pending')).toBe(newer.reveal());
    expect((await under().store.read(name, { version: olderId }, NEVER))?.stages).toEqual([]);
    expect(await read(name, olderId)).toBe(older.reveal());
    expect(await read(name, 'current')).toBe(value.reveal());
  });

  it('makes a discarded version pending again when its token comes back', async () => {
    const { name } = await seeded();
    const [next, token] = [payload(), randomUUID()];
    const versionId = await stage(name, next, token);
    await under().store.discard(name, versionId, NEVER);
    expect(await stage(name, next, token)).toBe(versionId);
    expect(await read(name, 'pending')).toBe(next.reveal());
  });

  it('does not pull a version back that has been promoted when its token comes back', async () => {
    const { name, current } = await seeded();
    const [next, token] = [payload(), randomUUID()];
    const versionId = await stage(name, next, token);
    await under().store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    expect(await stage(name, next, token)).toBe(versionId);
    expect(await read(name, 'current')).toBe(next.reveal());
    expect(await read(name, 'pending')).toBeUndefined();
  });

  it('keeps the fields it does not know', async () => {
    const { name, value } = await under().seed(
      payload({ owner: 'ops', nested: { list: [1, null, 'x'] }, __extra: true }),
    );
    const next = withCredential(value, { resellerId: randomUUID(), apiKey: new SecretValue(`key-${randomUUID()}`) });
    await stage(name, next);
    const pending = JSON.parse((await read(name, 'pending')) ?? '') as unknown;
    expect(pending).toMatchObject({ owner: 'ops', nested: { list: [1, null, 'x'] }, __extra: true });
  });
}

function promoteCases({ under, seeded, payload, refused, read, stage }: Suite): void {
  it('makes the pending version current and the one before it previous', async () => {
    const { name, current, value } = await seeded();
    const next = payload();
    const versionId = await stage(name, next);
    await under().store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    expect((await under().store.read(name, 'current', NEVER))?.versionId).toBe(versionId);
    expect((await under().store.read(name, { version: versionId }, NEVER))?.stages).toEqual(['current']);
    const previous = await under().store.read(name, 'previous', NEVER);
    expect(previous?.versionId).toBe(current);
    expect(previous?.stages).toEqual(['previous']);
    expect(previous?.value.reveal()).toBe(value.reveal());
    expect(await read(name, 'pending')).toBeUndefined();
  });

  it('moves previous along over several rotations', async () => {
    const { name, current } = await seeded();
    let expectedCurrent = current;
    for (const next of [payload(), payload(), payload()]) {
      const versionId = await stage(name, next);
      await under().store.promote(name, versionId, { expectedCurrent }, NEVER);
      expect((await under().store.read(name, 'previous', NEVER))?.versionId).toBe(expectedCurrent);
      expectedCurrent = versionId;
    }
    expect((await under().store.read(name, { version: current }, NEVER))?.stages ?? []).toEqual([]);
  });

  it('takes a repeated promotion as success, whatever is expected by now', async () => {
    const { name, current } = await seeded();
    const versionId = await stage(name, payload());
    const { store, another } = under();
    await store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    await another.promote(name, versionId, { expectedCurrent: current }, NEVER);
    await store.promote(name, versionId, { expectedCurrent: versionId }, NEVER);
    expect((await store.read(name, 'current', NEVER))?.versionId).toBe(versionId);
    expect((await store.read(name, 'previous', NEVER))?.versionId).toBe(current);
  });

  it('refuses when another version is current than the caller believes', async () => {
    const { name, current, value } = await seeded();
    const versionId = await stage(name, payload());
    for (const expectedCurrent of [randomUUID() as VersionId, undefined, versionId]) {
      await refused(under().store.promote(name, versionId, { expectedCurrent }, NEVER), 'STORE_CONFLICT');
    }
    expect((await under().store.read(name, 'current', NEVER))?.versionId).toBe(current);
    expect(await read(name, 'current')).toBe(value.reveal());
    expect((await under().store.read(name, 'pending', NEVER))?.versionId).toBe(versionId);
  });

  it('refuses a version that does not exist and leaves current where it is', async () => {
    const { name, current, value } = await seeded();
    const unknown = randomUUID() as VersionId;
    await refused(under().store.promote(name, unknown, { expectedCurrent: current }, NEVER), 'SECRET_NOT_FOUND');
    expect(await read(name, 'current')).toBe(value.reveal());
    const nowhere = `nobody-made-${randomUUID()}`;
    await refused(under().store.promote(nowhere, unknown, { expectedCurrent: undefined }, NEVER), 'SECRET_NOT_FOUND');
  });

  it('can go back to the previous version', async () => {
    const { name, current, value } = await seeded();
    const versionId = await stage(name, payload());
    await under().store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    await refused(under().store.promote(name, current, { expectedCurrent: current }, NEVER), 'STORE_CONFLICT');
    await under().store.promote(name, current, { expectedCurrent: versionId }, NEVER);
    expect(await read(name, 'current')).toBe(value.reveal());
    expect((await under().store.read(name, 'previous', NEVER))?.versionId).toBe(versionId);
  });

  it("leaves somebody else's pending version alone", async () => {
    const { name, current } = await seeded();
    const mine = await stage(name, payload());
    const theirs = await under().another.stage(name, payload(), { token: randomUUID() }, NEVER);
    await under().store.promote(name, mine, { expectedCurrent: current }, NEVER);
    expect((await under().store.read(name, 'pending', NEVER))?.versionId).toBe(theirs);
  });
}

function discardCases({ under, seeded, payload, read, stage }: Suite): void {
  it('takes the pending stage away, and again is success', async () => {
    const { name, value } = await seeded();
    const versionId = await stage(name, payload());
    await under().store.discard(name, versionId, NEVER);
    await under().store.discard(name, versionId, NEVER);
    expect(await read(name, 'pending')).toBeUndefined();
    expect(await read(name, 'current')).toBe(value.reveal());
  });

  it('never touches current or previous', async () => {
    const { name, current, value } = await seeded();
    const next = payload();
    const versionId = await stage(name, next);
    await under().store.promote(name, versionId, { expectedCurrent: current }, NEVER);
    for (const id of [current, versionId, randomUUID() as VersionId]) await under().store.discard(name, id, NEVER);
    expect(await read(name, 'current')).toBe(next.reveal());
    expect(await read(name, 'previous')).toBe(value.reveal());
  });

  it('leaves another pending version alone', async () => {
    const { name } = await seeded();
    const older = await stage(name, payload());
    const newer = await stage(name, payload());
    await under().store.discard(name, older, NEVER);
    expect((await under().store.read(name, 'pending', NEVER))?.versionId).toBe(newer);
  });

  it('is success on a secret that does not exist', async () => {
    await under().store.discard(`nobody-made-${randomUUID()}`, randomUUID() as VersionId, NEVER);
  });
}

function concurrencyCases({ under, seeded, payload, refused, read, stage }: Suite): void {
  it('gives one version to workers who stage one token together', async () => {
    const { name } = await seeded();
    const [next, token] = [payload(), randomUUID()];
    const { store, another } = under();
    const workers = [store, another, store, another];
    const ids = await Promise.all(workers.map((worker) => worker.stage(name, next, { token }, NEVER)));
    expect(new Set(ids).size).toBe(1);
    expect((await store.read(name, 'pending', NEVER))?.versionId).toBe(ids[0]);
  });

  it('has one pending version when several are staged together, and it is one that was reported as staged', async () => {
    const { name, value } = await seeded();
    const { store, another } = under();
    const workers = [store, another, store, another];
    const attempts = workers.map((worker) => worker.stage(name, payload(), { token: randomUUID() }, NEVER));
    const outcomes = await Promise.allSettled(attempts);
    const staged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') await refused(attempts[index] ?? Promise.resolve(), 'STORE_CONFLICT');
    }
    expect(staged).toContain((await store.read(name, 'pending', NEVER))?.versionId);
    expect(await read(name, 'current')).toBe(value.reveal());
  });

  it('lets exactly one of several promotions win, and loses no version', async () => {
    const { name, current, value } = await seeded();
    const { store, another } = under();
    const ids = [await stage(name, payload()), await stage(name, payload()), await stage(name, payload())];
    const attempts = ids.map((id, index) =>
      (index % 2 === 0 ? store : another).promote(name, id, { expectedCurrent: current }, NEVER),
    );
    const outcomes = await Promise.allSettled(attempts);
    const winners = ids.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') await refused(attempts[index] ?? Promise.resolve(), 'STORE_CONFLICT');
    }
    expect(winners).toHaveLength(1);
    expect((await store.read(name, 'current', NEVER))?.versionId).toBe(winners[0]);
    expect(await read(name, 'previous')).toBe(value.reveal());
  });
}

function limitCases({ under, seeded, payload, refused, read, stage }: Suite): void {
  it('takes a payload of the greatest size it names and refuses one that is larger', async () => {
    const { name, value } = await seeded();
    const { maxBytes } = under().store.capabilities;
    const large = payload({ filler: '' })
      .reveal()
      .replace('"filler":""', `"filler":"${'é'.repeat(100)}"`);
    const greatest = large.replace('é"', `é${'x'.repeat(maxBytes - Buffer.byteLength(large))}"`);
    expect(Buffer.byteLength(greatest)).toBe(maxBytes);
    await refused(stage(name, new SecretValue(`${greatest} `)), 'SECRET_MALFORMED');
    expect(await read(name, 'pending')).toBeUndefined();
    await stage(name, new SecretValue(greatest));
    expect((await read(name, 'pending')) === greatest).toBe(true);
    expect(await read(name, 'current')).toBe(value.reveal());
  });

  it('refuses an empty payload and a token that is no UUID', async () => {
    const { name } = await seeded();
    await refused(stage(name, new SecretValue('')), 'SECRET_MALFORMED');
    await refused(stage(name, payload(), 'not-a-uuid'), 'INVARIANT_BROKEN');
    expect(await read(name, 'pending')).toBeUndefined();
  });

  it('changes nothing when a write is cut off before it began', async () => {
    const { name, current, value } = await seeded();
    const { store } = under();
    const aborted = AbortSignal.abort();
    await refused(store.stage(name, payload(), { token: randomUUID() }, aborted), 'ABORTED');
    expect(await read(name, 'pending')).toBeUndefined();
    const versionId = await stage(name, payload());
    await refused(store.promote(name, versionId, { expectedCurrent: current }, aborted), 'ABORTED');
    await refused(store.discard(name, versionId, aborted), 'ABORTED');
    expect((await store.read(name, 'pending', NEVER))?.versionId).toBe(versionId);
    expect(await read(name, 'current')).toBe(value.reveal());
  });
}
