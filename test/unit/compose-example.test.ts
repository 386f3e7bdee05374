import { expect, test } from 'vitest';
import { panelKinds, storeKinds } from '../../providers/registry.ts';
import { vendorOptions } from '../../providers/vendors/domainnameapi/options.ts';
import { readConfig } from '../../src/infra/config/load.ts';

test('the configuration that docker-compose.yml mounts is right', async () => {
  const kinds = { stores: storeKinds, panels: panelKinds, vendor: vendorOptions };
  const result = await readConfig('docs/compose/example/keyturn.yaml', kinds);
  expect(result.ok ? [] : result.problems).toEqual([]);
  expect(result.ok && result.config.bindings.map((binding) => binding.panelId)).toEqual(['whmcs-1', 'blesta-1']);
});
