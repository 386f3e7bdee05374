import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseCredential } from '../../../src/core/credential-payload.ts';
import type { VersionId } from '../../../src/core/model.ts';
import { NEVER, type StoreTraits, type Suite } from './suite.ts';

export function readCases({ under, seeded, payload, read, refused }: Suite, traits: StoreTraits): void {
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

export function readOnlyCases({ under, seeded, payload, refused, read }: Suite): void {
  it('refuses every write with the fix, and changes nothing', async () => {
    const { name, current, value } = await seeded();
    const { store } = under();
    await refused(store.stage(name, payload(), { token: randomUUID() }, NEVER), 'CAPABILITY_MISSING');
    await refused(store.promote(name, current, { expectedCurrent: current }, NEVER), 'CAPABILITY_MISSING');
    await refused(store.discard(name, current, NEVER), 'CAPABILITY_MISSING');
    expect(await read(name, 'current')).toBe(value.reveal());
  });
}
