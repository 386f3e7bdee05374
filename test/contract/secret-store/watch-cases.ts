import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { SecretStore } from '../../../src/core/ports.ts';
import { type WatchesVersions, watchesVersions } from '../../../src/core/store-powers.ts';
import { NEVER, type Suite } from './suite.ts';

/** What a store that can be watched must tell; nothing for one that cannot. */
export function watchCases({ under, seeded, payload, stage, refused }: Suite): void {
  function watched(): SecretStore & WatchesVersions {
    const { store } = under();
    return watchesVersions(store) ? store : expect.fail('the store cannot be watched');
  }

  it('names the current version of many secrets, by the ids that read gives, and undefined for one that is not there', async () => {
    const secrets = await Promise.all(Array.from({ length: 12 }, seeded));
    const missing = `nobody-made-${randomUUID()}`;
    const empty = await under().emptySecret();
    const names = [...secrets.map(({ name }) => name), missing, empty];
    const versions = await watched().currentVersions(names, NEVER);
    expect([...versions.keys()].sort()).toEqual([...names].sort());
    for (const { name, current } of secrets) expect(versions.get(name)).toBe(current);
    expect([versions.get(missing), versions.get(empty)]).toEqual([undefined, undefined]);
  });

  it('shows a change of current that another worker made, and no other change', async () => {
    const { name, current } = await seeded();
    expect((await watched().currentVersions([name], NEVER)).get(name)).toBe(current);
    const next = await stage(name, payload());
    expect((await watched().currentVersions([name], NEVER)).get(name)).toBe(current);
    await under().another.promote(name, next, { expectedCurrent: current }, NEVER);
    expect((await watched().currentVersions([name], NEVER)).get(name)).toBe(next);
  });

  it('rejects when the call is cut off', async () => {
    const { name } = await seeded();
    await refused(watched().currentVersions([name], AbortSignal.abort()), 'ABORTED');
  });

  it('asked about nothing gives nothing', async () => {
    expect((await watched().currentVersions([], NEVER)).size).toBe(0);
  });
}
