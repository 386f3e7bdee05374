import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { VersionId } from '../../../src/core/model.ts';
import { NEVER, type Suite } from './suite.ts';

export function promoteCases({ under, seeded, payload, refused, read, stage }: Suite): void {
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

export function discardCases({ under, seeded, payload, read, stage }: Suite): void {
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

export function concurrencyCases({ under, seeded, payload, refused, read, stage }: Suite): void {
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
