import { describe, expect, it } from 'vitest';
import { secretReference } from '../../providers/shared/secret-reference.ts';
import { isConformable } from '../../src/core/panel-looks.ts';
import { allOf, startBlestaBench } from './blesta-bench.ts';

const never = new AbortController().signal;

describe('Blesta by its official API', () => {
  it.each([false, true])(
    'explains a refusal in a 400 and in a 200 (%s) and leaves the row alone',
    async (errorsAs200) => {
      const bench = await startBlestaBench('official', {
        pairing: false,
        config: { validationBug: true, errorsAs200 },
      });
      await bench.hold(await bench.newKey());
      const before = await bench.world.host.control('stored');
      await expect(bench.apply(await bench.newKey())).rejects.toMatchObject({
        code: 'PANEL_REFUSED',
        context: { reason: 'wrong-environment-validation' },
        fix: expect.stringMatching(/keyturn connector build/) as unknown,
      });
      expect(await bench.world.host.control('stored')).toEqual(before);
      await bench.close();
    },
  );

  it('takes HTTP Basic as well as its headers, and finds nothing wrong with its assumptions', async () => {
    const bench = await startBlestaBench('official', { pairing: false });
    const key = await bench.deps.resolveSecret(secretReference.parse('env:KEY_1'), never);
    const basic = Buffer.from(`user-1:${key.reveal()}`).toString('base64');
    const url = `${bench.world.host.url}/api/module_manager/getByClass.json?class=domainnameapi&company_id=1`;
    const response = await fetch(url, { headers: { authorization: `Basic ${basic}` } });
    expect(await response.json()).toMatchObject({ response: [{ id: 12 }] });

    const live = await bench.newKey();
    await bench.hold(live);
    const panel = bench.panel();
    if (!isConformable(panel)) throw new Error('no list');
    const write = { token: 't', confirm: async () => {} };
    const list = await allOf(panel.conformance(bench.target(), { stored: live, turn: async () => {}, write }, never));
    expect(list.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(list.find(({ id }) => id === 'write')).toMatchObject({ state: 'ok' });
    await bench.close();
  });
});
