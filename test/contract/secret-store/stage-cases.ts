import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { withCredential } from '../../../src/core/credential-payload.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { NEVER, type StoreTraits, type Suite } from './suite.ts';

export function stageCases({ under, seeded, payload, refused, read, stage }: Suite, traits: StoreTraits): void {
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

export function limitCases({ under, seeded, payload, refused, read, stage }: Suite): void {
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
