import { createWhmcsPanel } from '../../../providers/panels/whmcs/index.ts';
import { whmcsSchemas } from '../../../providers/panels/whmcs/options.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  type Simulator,
  startDomainNameApi,
  startWhmcs,
  type WhmcsControl,
  type WhmcsOptions,
} from '../../simulators/start.ts';
import type { PanelWorld, Stored } from '../panel.contract.ts';

export const ACCESS = {
  'env:WHMCS_IDENTIFIER': 'sim-identifier',
  'env:WHMCS_SECRET': 'sim-secret',
  'env:WRONG': 'not-the-secret',
};

export interface WhmcsWorld extends PanelWorld {
  readonly whmcs: Simulator<WhmcsControl>;
}

/** A simulated WHMCS with a vendor of its own whose pace does not get in the way. */
export async function startWhmcsWorld(
  host: string,
  panel: NonNullable<WhmcsOptions['panels']>[number] = {},
): Promise<WhmcsWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const whmcs = await startWhmcs({ host, vendor: vendor.vendor, panels: [panel] });
  return {
    vendor,
    whmcs,
    address: host,
    accessSecrets: Object.values(ACCESS),
    bindingOptions: { canaryDomainId: 1 },
    says: { badKey: 'bad-credential', address: 'address-not-allowed', outage: 'inconclusive' },
    async resolveSecret(reference) {
      return new SecretValue(Object.entries(ACCESS).find(([name]) => name === reference)?.[1] ?? '');
    },
    create(deps, { url = whmcs.url, wrongSecret = false } = {}) {
      const secret = wrongSecret ? 'env:WRONG' : 'env:WHMCS_SECRET';
      return createWhmcsPanel(whmcsSchemas.panel.parse({ url, identifier: 'env:WHMCS_IDENTIFIER', secret }), deps);
    },
    stored: async () => toStored(await whmcs.control.settings()),
    async store({ username, password, testMode, others }) {
      await whmcs.control.removeSettings({ names: Object.keys(await whmcs.control.settings()) });
      const own = { API_UserName: username, API_Password: password, API_TestMode: testMode ? 'on' : '' };
      await whmcs.control.setSettings({ settings: { ...others, ...own } });
    },
    fail: async (mode) => {
      await whmcs.control.setFault({ mode });
    },
    async close() {
      await whmcs.stop();
      await vendor.stop();
    },
  };
}

function toStored(settings: Readonly<Record<string, string>>): Stored {
  const { API_UserName: username = '', API_Password: password = '', API_TestMode: testMode = '', ...others } = settings;
  return { username, password, testMode: testMode === 'on', others };
}
