import { createBlestaPanel } from '../../../providers/panels/blesta/index.ts';
import { blestaSchemas } from '../../../providers/panels/blesta/options.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  type BlestaControl,
  type BlestaOptions,
  type Simulator,
  startBlesta,
  startDomainNameApi,
} from '../../simulators/start.ts';
import type { PanelWorld, Stored } from '../panel.contract.ts';

export const ACCESS = { 'env:BLESTA_KEY': 'sim-key-of-blesta', 'env:WRONG': 'not-the-key-at-all' };

export interface BlestaWorld extends PanelWorld {
  readonly blesta: Simulator<BlestaControl>;
}

/** A simulated Blesta whose module validates as it should, with a vendor of its own whose pace does not get in the way. */
export async function startBlestaWorld(
  host: string,
  panel: NonNullable<BlestaOptions['panels']>[number] = {},
): Promise<BlestaWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const own = { apiKey: ACCESS['env:BLESTA_KEY'], validationBug: false, strictDefaults: true, ...panel };
  const blesta = await startBlesta({ host, vendor: vendor.vendor, panels: [own] });
  return {
    vendor,
    blesta,
    address: host,
    accessSecrets: Object.values(ACCESS),
    bindingOptions: blestaSchemas.binding.parse({}),
    says: { badKey: 'unspecified', address: 'unspecified', outage: 'rejected' },
    async resolveSecret(reference) {
      return new SecretValue(Object.entries(ACCESS).find(([name]) => name === reference)?.[1] ?? '');
    },
    create(deps, { url = blesta.url, wrongSecret = false } = {}) {
      const key = wrongSecret ? 'env:WRONG' : 'env:BLESTA_KEY';
      return createBlestaPanel(blestaSchemas.panel.parse({ url, user: 'sim-user', key }), deps);
    },
    stored: async () => toStored((await blesta.control.rows())['3'] ?? {}),
    async store({ username, password, testMode, others }) {
      await blesta.control.setRow({
        row: '3',
        meta: { ...others, user: username, key: password, sandbox: String(testMode) },
      });
    },
    fail: async (mode) => {
      await blesta.control.setFault({ mode });
    },
    async close() {
      await blesta.stop();
      await vendor.stop();
    },
  };
}

function toStored(meta: Readonly<Record<string, string>>): Stored {
  const { user: username = '', key: password = '', sandbox = '', ...others } = meta;
  return { username, password, testMode: sandbox === 'true', others };
}
