import { describe, expect, it } from 'vitest';
import { createManualPanel } from '../../../providers/panels/manual/index.ts';
import { manualSchemas } from '../../../providers/panels/manual/options.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import { bindingIdOf } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

const signal = new AbortController().signal;
const live = { bindingId: bindingIdOf('p', 'a', 'live'), environment: 'live', options: {} } as const;
const credential = {
  resellerId: '11111111-2222-4333-8444-555555555555',
  apiKey: new SecretValue('key-never-to-be-shown'),
};

describe('a panel kept by hand', () => {
  it.each(Object.entries(menuPaths))("carries %s's menu path and field names", async (kind, place) => {
    const panel = createManualPanel(manualSchemas.panel.parse({ of: kind }));
    expect(panel.menuPath).toBe(place.path);
    const result = await panel.apply(live, credential, { token: 't' }, signal);
    if (result.result !== 'by-hand') throw new Error('expected instructions');
    expect(result.instructions).toContain(place.path);
    expect(result.instructions).toContain(place.fields);
    expect(result.instructions).toContain('Integration Info');
    expect(result.instructions).toContain('test mode off');
    expect(result.instructions).not.toContain('key-never-to-be-shown');
  });

  it('takes a title and a menu path of its own, and works without any option', async () => {
    const panel = createManualPanel({ title: 'HostBill Frankfurt', menuPath: 'Extras > Apps', of: 'hostbill' });
    const test = { ...live, environment: 'test' } as const;
    const result = await panel.apply(test, credential, { token: 't' }, signal);
    expect(JSON.stringify(result)).toMatch(/HostBill Frankfurt.*Extras > Apps.*test mode on/);
    expect(createManualPanel({}).menuPath).not.toBe('');
  });

  it('warns in preflight, and neither observes nor proves anything', async () => {
    const panel = createManualPanel({ of: 'wisecp' });
    const findings = await panel.preflight(live, signal);
    expect(findings.map((finding) => finding.level)).toEqual(['warning']);
    expect(findings[0]?.what).toMatch(/^By hand/);
    expect(await panel.observe(live, signal)).toMatchObject({ state: 'unobservable' });
    const check = await panel.check(live, { resellerId: credential.resellerId, environment: 'live' }, signal);
    expect(check.verdict).toBe('not-observable');
  });

  it('refuses unknown products and options', () => {
    expect(manualSchemas.panel.safeParse({ of: 'plesk' }).success).toBe(false);
    expect(manualSchemas.panel.safeParse({ key: 'x' }).success).toBe(false);
    expect(manualSchemas.binding.safeParse({ rowId: 1 }).success).toBe(false);
  });

  it('ends when it is cut off', async () => {
    await expect(createManualPanel({}).observe(live, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
